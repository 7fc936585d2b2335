"""Group messages: to a school, a class, those enrolled somewhere, those expected on a day, those who owe."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.enums import MailingNature, MailingState, MailState
from core.errors import DomainError
from core.forms.mailings import MailingForm, SendAtForm
from core.models import Mailing, MailingRecipient
from core.queries.mailings import delivery, mailings, readership
from core.queries.texting import sms_sender
from core.rights import Right
from core.services.mailings import (
    hold_mailing,
    remove_mailing,
    retry_failures,
    save_mailing,
    schedule_mailing,
    send_mailing,
)
from core.views.access import agent_required
from core.views.listing import exported, page_of
from core.words import plural, short_moment
from tenants.context import town_timezone


@agent_required(right=Right.MESSAGE)
@require_safe
def agent_mailings(request: HttpRequest) -> HttpResponse:
    return render(request, "agent/mailings/list.html", {"page": page_of(mailings(), request.GET)})


@agent_required(right=Right.MESSAGE)
@require_http_methods(["GET", "POST"])
def agent_mailing_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, Mailing(nature=MailingNature.SERVICE))


@agent_required(right=Right.MESSAGE)
@require_http_methods(["GET", "POST"])
def agent_mailing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    mailing = get_object_or_404(Mailing.objects.exclude(state=MailingState.SENT), pk=pk)
    return _edit(request, mailing)


@agent_required(right=Right.MESSAGE)
@require_safe
def agent_mailing(request: HttpRequest, pk: int) -> HttpResponse:
    """Before it goes: whom it would reach, and how it reads. After: what became of each mail."""
    mailing = get_object_or_404(mailings(), pk=pk)
    if mailing.state == MailingState.SENT:
        rows = delivery(mailing)
        columns = ("Nom", "Adresse", "Dossier", "Envoi", "Dernière erreur")
        if sheet := exported(request.GET, name="envoi", columns=columns, rows=rows, cells=_row):
            return sheet
        context = {"mailing": mailing, "page": page_of(rows, request.GET)}
        return render(request, "agent/mailings/sent.html", context)
    today = clock.today(town_timezone())
    found = readership(mailing.audiences, MailingNature(mailing.nature), on=today)
    context = {
        "mailing": mailing,
        "found": found,
        "texted": found.texted if sms_sender() else 0,
        "page": page_of(found.readers, request.GET),
        "form": SendAtForm(),
    }
    return render(request, "agent/mailings/preview.html", context)


@agent_required(right=Right.MESSAGE)
@require_POST
def agent_mailing_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Send now, at a moment, not yet, never; try failures again."""
    mailing = get_object_or_404(Mailing, pk=pk)
    act = request.POST.get("act", "")
    if act not in {"send", "schedule", "hold", "remove", "retry"}:
        raise Http404
    try:
        messages.success(request, _act(request, mailing, act))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("agent_mailing", pk)
    return redirect("agent_mailings") if act == "remove" else redirect("agent_mailing", pk)


def _act(request: HttpRequest, mailing: Mailing, act: str) -> str:
    """Returns what to say."""
    now = clock.now()
    match act:
        case "send":
            return f"Le message part vers {plural(send_mailing(mailing=mailing, now=now), 'adresse')}."
        case "schedule":
            form = SendAtForm(request.POST)
            if not form.is_valid():
                raise DomainError("Donnez le jour et l’heure de l’envoi.")
            schedule_mailing(mailing=mailing, send_at=form.moment, now=now)
            return f"Le message partira le {short_moment(form.moment)}, à qui sera alors concerné."
        case "hold":
            hold_mailing(mailing=mailing)
            return "L’envoi est arrêté : le message est de nouveau un brouillon."
        case "remove":
            remove_mailing(mailing=mailing, by=request.user, now=now)
            return "Le brouillon est supprimé."
        case _:
            return f"{plural(retry_failures(mailing=mailing, now=now), 'courriel')} à nouveau en route."


def _edit(request: HttpRequest, mailing: Mailing) -> HttpResponse:
    form = MailingForm(request.POST or None, instance=mailing, on=clock.today(town_timezone()))
    if request.method == "POST" and form.is_valid():
        try:
            save_mailing(mailing=form.save(commit=False), by=request.user, now=clock.now())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("agent_mailing", mailing.pk)
    return render(request, "agent/mailings/form.html", {"form": form, "mailing": mailing})


def _row(recipient: MailingRecipient) -> tuple[object, ...]:
    mail = recipient.mail
    return (
        recipient.name,
        recipient.email,
        recipient.household.number,
        MailState(mail.state).label if mail else "",
        mail.last_error if mail else "",
    )
