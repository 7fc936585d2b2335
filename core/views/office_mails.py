"""« Courriels »: what was written to families, whether it left, and sending it again. Their text is theirs alone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.enums import MailState
from core.errors import DomainError
from core.models import OutgoingMail
from core.queries.mails import MAIL_ORDERS, failed_mails, find_mails
from core.rights import Right
from core.services.outbox import send_again
from core.views.access import agent_required
from core.views.listing import exported, ordered, page_of, searched
from core.views.own_pages import own_page

COLUMNS = ("Écrit le", "Destinataire", "Objet", "État", "Envoyé le", "Essais", "Dernière erreur")


@agent_required(right=Right.FAMILY)
@require_safe
def agent_mails(request: HttpRequest) -> HttpResponse:
    search, state = searched(request.GET), request.GET.get("etat", "")
    state = state if state in MailState.values else ""
    rows = ordered(find_mails(search, state=state), request.GET, MAIL_ORDERS, default="-ecrit")
    if answer := exported(request.GET, name="courriels", columns=COLUMNS, rows=rows, cells=_row):
        return answer
    context = {
        "page": page_of(rows, request.GET),
        "search": search,
        "state": state,
        "states": MailState.choices,
        "failed": failed_mails(),
    }
    return render(request, "agent/mails.html", context)


@agent_required(right=Right.FAMILY)
@require_POST
def agent_mail_again(request: HttpRequest, pk: int) -> HttpResponse:
    """``retour``: the page of the town where the agent was."""
    mail = get_object_or_404(OutgoingMail, pk=pk)
    try:
        send_again(mail=mail, now=clock.now())
        messages.success(request, f"Le courriel repart vers {mail.to}.")
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect(own_page(request, request.POST.get("retour", ""), otherwise=reverse("agent_mails")))


def _row(mail: OutgoingMail) -> tuple[object, ...]:
    return (
        mail.created_at,
        mail.to,
        mail.subject,
        mail.get_state_display(),
        mail.sent_at,
        mail.attempts,
        mail.last_error,
    )
