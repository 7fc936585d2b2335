"""The desk's inbox: demands that wait, one demand, one day, and the act of deciding."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from booking.enums import PaymentMode
from booking.errors import UndecidableError
from booking.forms_office import CapacityForm, DecisionForm
from booking.forms_places import CloseForm
from booking.models import Opening, Reservation, ReservationLine
from booking.queries.capacity import group_places
from booking.queries.demands import (
    DEFAULT_ORDER,
    ORDERS,
    DemandDay,
    asked_activities,
    asked_classes,
    demand_days,
    neighbours,
    pending_demands,
    waiting_lines,
)
from booking.queries.planning import full_name
from booking.queries.priorities import reasons
from booking.queries.reach import within
from booking.services.capacity import change_capacity
from booking.services.decisions import UNDO_WITHIN, Decided, decide_lines, undo_decision
from core import clock
from core.errors import DomainError
from core.levels import Level
from core.rights import Reach, Right
from core.views.access import agent_required
from core.views.listing import day_in, exported, number_in, ordered, page_of, searched
from core.words import plural

# Where the session keeps the latest decision, so that its author may take it back.
LATEST = "latest_decision"
MOST = 200  # demands decided in one act
COLUMNS = ("N°", "Enfant", "N° de dossier", "Niveau", "Classe", "Service", "Reçue le", "Du", "Au", "Jours en attente", "Jours complets", "Priorité")  # fmt: skip


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_requests(request: HttpRequest) -> HttpResponse:
    search, chosen = _filters(request.GET)
    found = pending_demands(search, **chosen).filter(within(request.reach, "period__activity"))
    rows = ordered(found, request.GET, ORDERS, default=DEFAULT_ORDER)
    if file := exported(request.GET, name="demandes", columns=COLUMNS, rows=rows, cells=_row):
        return file
    context = {
        "page": page_of(rows, request.GET),
        "search": search,
        "chosen": chosen,
        "is_filtered": bool(search or any(chosen.values())),
        "activities": asked_activities(request.reach),
        "levels": Level.choices(),
        "classes": asked_classes(request.reach),
        "openings": _openings_of(chosen["day"], request.reach),
        "most": MOST,
        "undo": _undo_offer(request),
    }
    return render(request, "agent/requests.html", context)


def _filters(query: QueryDict) -> tuple[str, dict[str, Any]]:
    """What the address of the inbox asks for; whatever it holds, there is a list."""
    level = query.get("niveau", "")
    return searched(query), {
        "activity": number_in(query, "service"),
        "day": day_in(query, "date"),
        "level": level if level in set(Level) else "",
        "class_name": query.get("classe", "")[:60],
    }


def _asked(form: DecisionForm, reach: Reach) -> list[ReservationLine]:
    """The waiting days that the form names: all those of the list it was sent from, or those that were ticked."""
    if not form.cleaned_data.get("toutes"):
        return waiting_lines(reach=reach, **form.chosen_lines())
    query = QueryDict(form.cleaned_data.get("retour", ""))
    search, chosen = _filters(query)
    found = pending_demands(search, **chosen).filter(within(reach, "period__activity"))
    rows = ordered(found, query, ORDERS, default=DEFAULT_ORDER)
    return waiting_lines(reach=reach, reservation__in=[demand.pk for demand in rows[:MOST]])


def _openings_of(day: date | None, reach: Reach) -> Sequence[Opening]:
    """The services asked for on a day: each is decided at once for all its children."""
    if day is None:
        return ()
    asked = waiting_lines(reach=reach, opening__date=day)
    return list({line.opening_id: line.opening for line in asked}.values())


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_request(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Reservation.objects.select_related(
        "child__school", "household", "created_by", "period__activity__establishment"
    )
    reservation = get_object_or_404(rows, within(request.reach, "period__activity"), pk=pk)
    lines = waiting_lines(reach=request.reach, reservation=reservation)
    days = demand_days(lines, reach=request.reach, now=clock.now())
    before, after = neighbours(reservation, reach=request.reach)
    context = {
        "reservation": reservation,
        "full_name": full_name(reservation.period),
        "days": days,
        "effect": _effect(days),
        "reasons": reasons(reservation),
        "before": before,
        "after": after,
        "form": DecisionForm(initial={"origine": f"demande-{pk}"}),
        "undo": _undo_offer(request),
    }
    return render(request, "agent/request.html", context)


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_requests_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Every child who asks for one service on one day, in the order of arrival."""
    opening = get_object_or_404(
        Opening.objects.select_related("slot__period__activity__establishment").prefetch_related(
            "groups__group"
        ),
        within(request.reach, "slot__period__activity"),
        pk=pk,
    )
    days = demand_days(
        waiting_lines(reach=request.reach, opening=opening), reach=request.reach, now=clock.now()
    )
    context = {
        "opening": opening,
        "groups": group_places(opening),
        "full_name": full_name(opening.slot.period),
        "days": sorted(days, key=_by_priority),
        "by_priority": opening.slot.period.priority_rules.exists(),
        "form": DecisionForm(initial={"origine": f"jour-{pk}"}),
        "close_form": CloseForm(),
        "capacity_form": CapacityForm(initial={"places": opening.capacity}),
        "undo": _undo_offer(request),
    }
    return render(request, "agent/requests_day.html", context)


def _by_priority(day: DemandDay) -> int:
    """The order of arrival, which sorting keeps, among those who have as many points."""
    return -day.score


def _effect(days: Sequence[DemandDay]) -> str:
    """What accepting all these days would make the family owe, in one sentence without stop."""
    if not days:
        return ""
    owed = sum((day.line.price for day in days), Decimal(0))
    if not owed:
        return "rien à payer"
    amount = f"{owed:.2f}".replace(".", ",")
    prepaid = days[0].line.reservation.period.payment == PaymentMode.PREPAID
    return f"{amount}\u00a0€ {'à régler par la famille, dans son panier' if prepaid else 'à facturer'}"


@agent_required(right=Right.DECIDE, scoped=True)
@require_POST
def agent_requests_decide(request: HttpRequest) -> HttpResponse:
    """Decide at once, or show first what would be decided (« apercu », and whenever it cannot be done as asked)."""
    form = DecisionForm(request.POST)
    valid = form.is_valid()
    lines = _asked(form, request.reach)
    if not lines:
        messages.warning(
            request, "Cochez au moins un jour en attente. Ceux qui étaient cochés sont déjà décidés."
        )
        return _back(form, request.reach)
    if not valid or form.cleaned_data["apercu"]:
        return _preview(request, form, lines)
    now = clock.now()
    try:
        decided = decide_lines(
            line_ids=[line.pk for line in lines],
            accept=form.accepts,
            reason=form.reason,
            by=request.user,
            now=now,
        )
    except DomainError as error:
        return _preview(request, form, lines, problem=error.message)
    _tell(request, decided, accept=form.accepts, now=now)
    return _back(form, request.reach)


def _preview(
    request: HttpRequest, form: DecisionForm, lines: Sequence[ReservationLine], *, problem: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "days": demand_days(lines, reach=request.reach, now=clock.now()),
        "problem": problem,
        "families": len({line.reservation.household_id for line in lines}),
    }
    return render(request, "agent/requests_preview.html", context)


def _tell(request: HttpRequest, decided: Decided, *, accept: bool, now: datetime) -> None:
    count = len(decided.line_ids)
    done = (
        plural(count, "jour accepté", "jours acceptés")
        if accept
        else plural(count, "jour refusé", "jours refusés")
    )
    mails = plural(len(decided.reservation_ids), "demande")
    messages.success(request, f"{done} pour {mails}. Les familles sont prévenues par courriel.")
    if decided.skipped:
        messages.warning(
            request, f"{plural(decided.skipped, 'jour')} n’attendait plus : décidé ou annulé entre-temps."
        )
    request.session[LATEST] = {"lines": decided.line_ids, "at": now.isoformat(), "text": done}


def _undo_offer(request: HttpRequest) -> str:
    """What « Reprendre » would take back, "" when there is nothing to take back any more."""
    latest = request.session.get(LATEST)
    if not latest or clock.now() - datetime.fromisoformat(latest["at"]) > UNDO_WITHIN:
        return ""
    return latest["text"]


def _back(form: DecisionForm, reach: Reach) -> HttpResponseRedirect:
    """To what is left of the same demand or day, else to the next demand, else to the inbox."""
    kind, _, text = form.origin.partition("-")
    pk = int(text) if text else 0
    if kind == "jour" and waiting_lines(reach=reach, opening=pk):
        return redirect("agent_requests_day", pk)
    reservation = Reservation.objects.filter(pk=pk).first() if kind == "demande" else None
    if reservation is None:
        return redirect(f"{reverse('agent_requests')}?{form.cleaned_data.get('retour', '')}".rstrip("?"))
    if waiting_lines(reach=reach, reservation=reservation):
        return redirect("agent_request", pk)
    before, after = neighbours(reservation, reach=reach)
    following = after or before
    return redirect("agent_request", following) if following else redirect("agent_requests")


@agent_required(right=Right.DECIDE, scoped=True)
@require_POST
def agent_requests_undo(request: HttpRequest) -> HttpResponse:
    """« Reprendre » the latest decision of this session."""
    latest = request.session.pop(LATEST, None)
    try:
        if latest is None:
            raise UndecidableError("Il n’y a plus de décision à reprendre.")
        count = undo_decision(
            line_ids=latest["lines"],
            decided_at=datetime.fromisoformat(latest["at"]),
            by=request.user,
            now=clock.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("agent_requests")
    messages.success(request, f"Décision reprise : {plural(count, 'jour')} de nouveau en attente.")
    reservations = {
        line.reservation_id for line in waiting_lines(reach=request.reach, pk__in=latest["lines"])
    }
    return redirect("agent_request", *reservations) if len(reservations) == 1 else redirect("agent_requests")


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_requests_capacity(request: HttpRequest, pk: int) -> HttpResponse:
    opening = get_object_or_404(Opening.objects.select_related("slot__period"), pk=pk)
    form = CapacityForm(request.POST)
    try:
        if not form.is_valid():
            raise UndecidableError("Écrivez un nombre de places, ou laissez vide pour ne pas limiter.")
        change_capacity(
            period=opening.slot.period,
            slots=[opening.slot],
            weekdays=[opening.date.isoweekday()],
            dates=(opening.date, opening.date),
            capacity=form.cleaned_data["places"],
            by=request.user,
            now=clock.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Le nombre de places de ce jour est changé.")
    return redirect("agent_requests_day", pk)


def _row(demand: Reservation) -> tuple[object, ...]:
    """A demand as ``pending_demands`` reads it."""
    return (
        demand.display_number,
        demand.child,
        demand.household.number,
        demand.child.get_level_display(),
        demand.child.class_name,
        full_name(demand.period),
        demand.created_at,
        demand.first_date,
        demand.last_date,
        demand.waiting,  # type: ignore[attr-defined]  # annotated
        demand.full,  # type: ignore[attr-defined]  # annotated
        demand.score,  # type: ignore[attr-defined]  # annotated
    )
