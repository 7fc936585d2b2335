"""What the settings in preparation would do to the bookings to come, and their publication; the file itself, read or
gone back to; a period copied for the next year."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from booking.forms_settings_file import FileForm, NextYearForm
from booking.services.next_year import copied, proposed, years_to_come
from booking.services.what_if import Trial, try_file
from core import clock
from core.calendars import Calendar
from core.commune_file.changes import Change
from core.commune_file.objects import Data, find, free_code, items, names_at
from core.commune_file.report import CommuneFileError
from core.errors import BusyError, DomainError
from core.models import AppliedFile
from core.queries.calendar import town_calendar
from core.queries.settings_draft import SEPARATOR, Draft, draft_text, faults_of_draft, load_draft
from core.queries.settings_versions import text_to_go_back_to
from core.rights import Right
from core.services.settings_draft import (
    SettingsRefusedError,
    apply_seen,
    copy_object,
    drop_broken_examples,
    publish_draft,
    title_of,
)
from core.settings_registry import screen_of
from core.views.access import agent_required
from core.views.listing import number_in
from core.views.office_settings import crumbs_of, names_of, page_of_object
from tenants.context import current_commune, town_timezone

AHEAD = timedelta(days=4 * 366)  # further than any school year a period may be copied for


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_settings_publish(request: HttpRequest) -> HttpResponse:
    commune = current_commune()
    if request.method == "POST":
        seen = [int(pk) for pk in request.POST.getlist("vu") if pk.isdecimal()]
        try:
            publish_draft(commune=commune, seen=seen, by=request.user)
        except CommuneFileError:
            messages.error(request, "Rien n’est publié : voici ce qu’il faut corriger.")
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "C’est publié : les familles le voient dès maintenant.")
            return redirect("agent_settings")
    draft = load_draft(commune)
    faults = _faults(draft)
    trial, busy = (None, "") if faults or not draft.changes else _try(draft_text(draft))
    changes = [
        (change, draft.word_of(change), page_of_object(draft, names_of(change.path)))
        for change in draft.changes
    ]
    context = {"draft": draft, "changes": changes, "faults": faults, "trial": trial, "busy": busy}
    context["effect"] = _effect(trial, draft)
    return render(request, "agent/settings/publish.html", context)


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_settings_examples(request: HttpRequest) -> HttpResponse:
    """Take away the worked examples that the draft contradicts."""
    count = drop_broken_examples(commune=current_commune(), by=request.user, now=clock.now())
    messages.success(request, f"Exemples retirés : {count}.")
    return redirect("agent_settings_publish")


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_settings_import(request: HttpRequest) -> HttpResponse:
    """A file of the town: checked with its effect, then applied as it was read."""
    form = FileForm(request.POST or None, request.FILES or None)
    context = {"form": form, "trial": None, "busy": "", "text": ""}
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["texte"]
        if "appliquer" in request.POST and _apply(request, text):
            return redirect("agent_settings")
        trial, busy = _try(text)
        effect = _effect(trial, load_draft(current_commune()))
        context |= {"trial": trial, "effect": effect, "busy": busy, "text": text, "since": _last_published()}
    return render(request, "agent/settings/import.html", context)


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_settings_version(request: HttpRequest, pk: int) -> HttpResponse:
    """A file that was applied: what going back to it would change, and the way back."""
    version = get_object_or_404(AppliedFile.objects.select_related("by"), pk=pk)
    text = text_to_go_back_to(version, commune=current_commune())
    if request.method == "POST" and _apply(request, text):
        return redirect("agent_settings_history")
    trial, busy = _try(text)
    effect = _effect(trial, load_draft(current_commune()))
    context = {
        "version": version, "trial": trial, "effect": effect, "busy": busy, "since": _last_published()
    }  # fmt: skip
    return render(request, "agent/settings/version.html", context)


@agent_required(right=Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def agent_settings_copy(request: HttpRequest, path: str) -> HttpResponse:
    """A period copied for a school year to come (?annee=1: the one after the first proposed): days moved, prices and
    rules kept; it waits in the draft like any change."""
    names = names_of(path)
    draft = load_draft(current_commune())
    period = find(draft.data, names)
    if len(names) != 4 or names[2] != "periodes" or period is None or period.get("annee_scolaire"):
        raise Http404
    today = clock.today(town_timezone())
    calendar = town_calendar(period["debut"], max(period["debut"], today) + AHEAD)
    years = years_to_come(period, calendar, today=today)
    rank = min(number_in(request.GET, "annee") or 0, len(years) - 1)
    proposal = proposed(period, years[rank], calendar)
    form = NextYearForm(request.POST or None, name=proposal.name, start=proposal.start, end=proposal.end)
    copy = _copy(draft, period, form, calendar) if request.method == "POST" and form.is_valid() else None
    if copy and "creer" in request.POST:
        created = (*names[:-1], copy["code"])
        try:
            copy_object(commune=current_commune(), copies=[(created, copy)], by=request.user, now=clock.now())
        except SettingsRefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request, f"« {copy['nom']} » est préparée, avec ses accueils, ses stades et ses prix."
            )
            return redirect("agent_settings_object", SEPARATOR.join(created))
    context = {
        "form": form,
        "copy": copy,
        "period": period,
        "proposal": proposal,
        "years": list(enumerate(years)),
        "rank": rank,
        "crumbs": crumbs_of(draft, names),
        "slots": items(draft.data, (*names, "accueils")),
    }
    return render(request, "agent/settings/copy.html", context)


def _copy(draft: Draft, period: Data, form: NextYearForm, calendar: Calendar) -> Data:
    data = form.cleaned_data
    code = free_code(draft.data, "periodes", data["nom"])
    return copied(period, calendar, code=code, name=data["nom"], start=data["debut"], end=data["fin"])


def _try(text: str) -> tuple[Trial | None, str]:
    """The effect of a file, or why it cannot be told now."""
    try:
        return try_file(commune=current_commune(), text=text, now=clock.now()), ""
    except BusyError as busy:
        return None, busy.message


def _effect(trial: Trial | None, draft: Draft) -> list[tuple[Change, str]]:
    """What a file changes, each with the screen where it is set."""
    changes = trial.report.changes if trial else ()
    return [(change, page_of_object(draft, change.names)) for change in changes]


def _apply(request: HttpRequest, text: str) -> bool:
    since = number_in(request.POST, "depuis")
    try:
        apply_seen(commune=current_commune(), text=text, since=since, by=request.user)
    except CommuneFileError:
        messages.error(request, "Rien n’est changé : voici ce qu’il faut corriger.")
        return False
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, "C’est appliqué : les familles le voient dès maintenant.")
    return True


def _last_published() -> int | None:
    return AppliedFile.objects.order_by("-pk").values_list("pk", flat=True).first()


def _faults(draft: Draft) -> list[tuple[str, str, str]]:
    """What is wrong in the draft: (object, its page, sentence)."""
    found = []
    for fault in faults_of_draft(draft):
        names = names_at(draft.data, fault.path)
        title = title_of(draft.data, names)
        page = SEPARATOR.join(names) if screen_of(names) and len(names) % 2 == 0 else ""
        found.append((title, page, fault.message))
    return found
