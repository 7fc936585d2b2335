"""Pointage: the services of a day, one sheet, and what devices send when they have a network again."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pydantic import ValidationError

from booking.documents.attendance import attendance_pdf
from booking.enums import Mark
from booking.forms_attendance import CloseForm, DayForm, Sending, SheetForm, UnbookedForm
from booking.models import Opening
from booking.queries.attendance import (
    Row,
    Sheet,
    changed_since,
    load_sheet,
    next_open_day,
    openings,
    openings_of,
    others_for,
)
from booking.queries.reach import within
from booking.services.attendance import Marking, close_sheet, record_marks
from booking.services.attendance_health import open_health
from core import clock
from core.errors import DomainError
from core.models import Child
from core.queries.child_file import meals_on
from core.queries.families import find_children
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import searched, spreadsheet, workbook_answer
from core.views.pickup_photos import photo_answer
from core.words import NBSP, long_date, plural
from tenants.context import town_timezone

FOUND = 20
SHEET = "Pointage"
COLUMNS = (
    "Nom", "Prénom", "Niveau", "Classe", "Accueil", "Repas", "Santé", "Pointage", "Arrivée", "Départ", "Pointé par",
    "Le",
)  # fmt: skip
WORKER = settings.ROOT / "themes/static/js/attendance-worker.js"
# What the device asks again: acts that were being written while it asked the first time.
OVERLAP = timedelta(seconds=10)


@agent_required(right=Right.ATTEND, scoped=True)
@require_safe
def agent_attendance(request: HttpRequest) -> HttpResponse:
    today = clock.today(town_timezone())
    form = DayForm(request.GET) if "date" in request.GET else DayForm(initial={"date": today})
    day = (form.is_bound and form.is_valid() and form.cleaned_data["date"]) or today
    context = {
        "form": form,
        "day": day,
        "today": today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "openings": openings_of(day).filter(_reached(request)),
        "next_open_day": next_open_day(day, _reached(request)),
    }
    return render(request, "booking/attendance/day.html", context)


@agent_required(right=Right.ATTEND, scoped=True)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_attendance_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet; posted by a page without script, it records what differs from what is known."""
    opening, now = _opening(request, pk), clock.now()
    sheet = load_sheet(opening, now=now)
    form = SheetForm(request.POST or None, rows=sheet.rows)
    if request.method == "POST" and form.is_valid():
        markings = list(form.markings(now=now))
        record_marks(opening=opening, markings=markings, device="", by=request.user, now=now)
        messages.success(request, f"{plural(len(markings), 'pointage enregistré', 'pointages enregistrés')}.")
        return redirect("agent_attendance_sheet", pk)
    search = searched(request.GET)
    sheet = open_health(sheet, by=request.user, on=SHEET, now=now).with_pickups()
    context = {
        "sheet": sheet,
        "opening": opening,
        "period": opening.slot.period,
        "form": form,
        "close_form": CloseForm(),
        "search": search,
        "found": _not_on(request, sheet, search),
        "data": _data_of(sheet, now),
        "upcoming": opening.date > clock.today(town_timezone()),
    }
    answer = render(request, "booking/attendance/sheet.html", context)
    answer["Cache-Control"] = "private, no-store"  # the page keeps its own copy, for a day
    return answer


def _opening(request: HttpRequest, pk: int) -> Opening:
    return get_object_or_404(openings().filter(_reached(request)), pk=pk)


def _reached(request: HttpRequest) -> Q:
    """An animateur may hold one school or one activity only."""
    return within(request.reach, "slot__period__activity")


def _strangers(request: HttpRequest, opening: Opening, children: set[int]) -> set[int]:
    """Those whom an agent of some places only may not bring on this sheet, nor read anything of."""
    if request.reach.everywhere or not children:
        return set()
    sheet = load_sheet(opening, now=clock.now())
    return children - {row.child.pk for row in sheet.rows} - {child.pk for child in others_for(sheet)}


def _not_on(request: HttpRequest, sheet: Sheet, search: str) -> list[Child]:
    """Children of the whole town; for whoever holds some places only, those of the service."""
    if not search:
        return []
    known = [row.child.pk for row in sheet.rows if row.expected or row.mark == Mark.PRESENT]
    found = find_children(search).exclude(pk__in=known)
    if not request.reach.everywhere:
        found = found.filter(pk__in=[child.pk for child in others_for(sheet)])
    return list(found.order_by("last_name", "first_name", "pk")[:FOUND])


def _data_of(sheet: Sheet, now: datetime) -> dict[str, object]:
    """What the script needs beside the page: every child's state, and the others who may turn up."""
    others = others_for(sheet)
    diets = meals_on([child.pk for child in others], sheet.opening.date)
    return {
        "states": {row.child.pk: _state(row) for row in sheet.rows},
        "others": [
            [
                child.pk,
                f"{child.last_name} {child.first_name}",
                child.class_name or child.level,
                diets[child.pk].name if child.pk in diets else "",
            ]
            for child in others
        ],
        "stamp": (now - OVERLAP).isoformat(),
    }


def _state(row: Row) -> dict[str, object]:
    act = row.act
    return {
        "name": f"{row.child.last_name} {row.child.first_name}",
        "group": row.child.class_name or row.child.level,
        "diet": row.diet,
        "expected": row.expected,
        "mark": row.mark,
        "arrived": f"{act.arrived:%H:%M}" if act and act.arrived else "",
        "left": f"{act.left:%H:%M}" if act and act.left else "",
        "seen": str(act.uuid) if act else None,
        "who": _who(row),
        "dispute": _dispute(row),
    }


def _who(row: Row) -> str:
    if row.act is None:
        return ""
    return f"{row.act.by.name}, {row.act.at.astimezone(town_timezone()):%H:%M}"


def _dispute(row: Row) -> str:
    if row.act is None or row.disputed is None:
        return ""
    other = row.disputed
    return (
        f"Deux appareils se contredisent{NBSP}: {row.act.get_mark_display().lower()} ({_who(row)}), "
        f"{other.get_mark_display().lower()} ({other.by.name}, {other.at.astimezone(town_timezone()):%H:%M}). "
        "Pointez de nouveau pour trancher."
    )


@agent_required(right=Right.ATTEND, scoped=True)
@require_POST
def agent_attendance_sync(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a device's acts, each once, and answer what changed for it: JSON in, JSON out."""
    opening, now = _opening(request, pk), clock.now()
    try:
        sending = Sending.model_validate(json.loads(request.body))
    except (ValidationError, ValueError):
        return JsonResponse({"error": "Envoi illisible."}, status=400)
    if _strangers(request, opening, {act.child for act in sending.acts}):
        return JsonResponse({"error": "Un de ces enfants n’est pas de vos services."}, status=403)
    try:
        recorded = record_marks(
            opening=opening,
            markings=sending.markings(now=now),
            device=sending.device,
            by=request.user,
            now=now,
        )
    except DomainError as error:
        return JsonResponse({"error": error.message}, status=503)
    changed = {act.child for act in sending.acts}
    if sending.since:
        changed |= changed_since(opening, sending.since)
    sheet = load_sheet(opening, now=now)
    rows = [row for row in sheet.rows if row.child.pk in changed]
    return JsonResponse(
        {
            "settled": sorted(map(str, recorded.settled | recorded.unknown)),
            "states": {row.child.pk: _state(row) for row in rows},
            "alerts": _alerts_of(sheet, rows, request, now),
            "stamp": (now - OVERLAP).isoformat(),
            "closed": sheet.closed is not None,
        }
    )


def _alerts_of(sheet: Sheet, rows: list[Row], request: HttpRequest, now: datetime) -> dict[int, str]:
    """For children added to the page since it was opened. Apart from their state, which the device keeps on itself."""
    added = replace(sheet, rows=[row for row in rows if not row.expected])
    opened = open_health(added, by=request.user, on=SHEET, now=now)
    return {row.child.pk: str(row.alert) for row in opened.rows}


@agent_required(right=Right.ATTEND, scoped=True)
@require_POST
def agent_attendance_unbooked(request: HttpRequest, pk: int) -> HttpResponse:
    """« Présent sans réservation », without script."""
    opening, now = _opening(request, pk), clock.now()
    form = UnbookedForm(request.POST)
    child = get_object_or_404(Child, pk=form.cleaned_data["enfant"] if form.is_valid() else 0)
    if _strangers(request, opening, {child.pk}):
        raise Http404
    row = next((row for row in load_sheet(opening, now=now).rows if row.child == child), None)
    if row is None or row.mark != Mark.PRESENT:
        seen = row.act.uuid if row and row.act else None
        marking = Marking(uuid=uuid4(), child_id=child.pk, mark=Mark.PRESENT, at=now, seen=seen)
        record_marks(opening=opening, markings=[marking], device="", by=request.user, now=now)
    messages.success(request, f"{child}{NBSP}: présent sans réservation.")
    return redirect("agent_attendance_sheet", pk)


@agent_required(right=Right.ATTEND, scoped=True)
@require_POST
def agent_attendance_close(request: HttpRequest, pk: int) -> HttpResponse:
    opening = _opening(request, pk)
    form = CloseForm(request.POST)
    try:
        close_sheet(
            opening=opening,
            rest_is_absent=form.is_valid() and form.cleaned_data["absents"],
            by=request.user,
            now=clock.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"Le pointage du {long_date(opening.date)} est terminé.")
    return redirect("agent_attendance_sheet", pk)


@agent_required(right=Right.ATTEND, scoped=True)
@require_safe
def agent_attendance_pdf(request: HttpRequest, pk: int) -> FileResponse:
    opening, now = _opening(request, pk), clock.now()
    sheet = open_health(load_sheet(opening, now=now), by=request.user, on="Feuille imprimée", now=now)
    content = attendance_pdf(sheet.with_pickups())
    answer = FileResponse(
        BytesIO(content), filename=f"{_file_name(opening)}.pdf", content_type="application/pdf"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@agent_required(right=Right.ATTEND, scoped=True)
@require_safe
def agent_attendance_export(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """What a spreadsheet holds travels: of health it says only that there is something to know."""
    opening, now = _opening(request, pk), clock.now()
    sheet = open_health(load_sheet(opening, now=now), by=request.user, on="Tableur", now=now)
    rows = map(_exported, sheet.rows)
    if request.GET.get("format") != "xlsx":
        return spreadsheet(name=_file_name(opening), columns=COLUMNS, rows=rows)
    return workbook_answer(name=_file_name(opening), columns=COLUMNS, rows=rows)


@agent_required(right=Right.ATTEND, scoped=True)
@require_safe
def agent_attendance_photo(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """The face of somebody who may fetch a child of this sheet."""
    sheet = load_sheet(_opening(request, pk), now=clock.now())
    children = Child.objects.filter(pk__in=[row.child.pk for row in sheet.rows])
    return photo_answer(get_object_or_404(children, pickup_photos__token=token), token)


def _file_name(opening: Opening) -> str:
    return f"pointage-{opening.date:%Y-%m-%d}-{slugify(opening.slot.label)}"


def _exported(row: Row) -> tuple[object, ...]:
    act = row.act
    return (
        row.child.last_name,
        row.child.first_name,
        row.child.get_level_display(),
        row.child.class_name,
        row.booked or "Sans réservation",
        row.diet,
        row.alert.heads,
        row.mark.label,
        f"{act.arrived:%H:%M}" if act and act.arrived else "",
        f"{act.left:%H:%M}" if act and act.left else "",
        act.by.name if act else "",
        f"{act.at.astimezone(town_timezone()):%d/%m/%Y %H:%M}" if act else "",
    )


@agent_required(right=Right.ATTEND, scoped=True)
@require_safe
def agent_attendance_worker(_request: HttpRequest) -> HttpResponse:
    """The script that keeps opened sheets readable without a network; served here, it governs only these pages."""
    answer = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
