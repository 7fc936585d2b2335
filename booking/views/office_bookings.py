"""The desk books or cancels for a family: the period, the planning, then why and at which price."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from booking.errors import NothingAskedError, RequestRefusedError
from booking.forms_office_booking import OfficePlanningForm, OfficeTermsForm
from booking.models import Period, Reservation
from booking.queries.offer import as_tree, choices_for, periods
from booking.queries.office_planning import office_planning
from booking.queries.planning import full_name, load_planning
from booking.queries.reach import covers, within
from booking.services.agent_bookings import act_for_family, check_office_demand
from booking.services.office_holds import office_deadline
from booking.views.office_grid import Chosen, office_grid, pick_days
from booking.views.windows import WHOLE_YEAR, window_for
from core import clock
from core.errors import BusyError
from core.models import Child
from core.queries.reach import reached_children
from core.rights import Right
from core.views.access import agent_required
from tenants.context import town_timezone

RECAP, CONFIRM = "recapitulatif", "confirmer"
# A second click arrives while the first is at work, or just after it.
SAME_ACT = timedelta(minutes=2)
RECENT = timedelta(days=60)


@agent_required(right=Right.BOOK, scoped=True)
@require_safe
def agent_booking(request: HttpRequest, child_id: int) -> HttpResponse:
    """Which period? Those that are for the child first, then the town's others: an agent may pass over that as well."""
    child = _child(request, child_id)
    now = clock.now()
    choices = [
        choice
        for choice in choices_for([child], now=now)[child.pk]
        if covers(request.reach, choice.period.activity)
    ]
    offered = {choice.period.pk for choice in choices}
    today = now.astimezone(town_timezone()).date()
    others = (
        periods().filter(within(request.reach, "activity"), end__gte=today - RECENT).exclude(pk__in=offered)
    )
    context = {
        "child": child,
        "tree": as_tree(choices),
        "others": others.order_by("activity__establishment__position", "activity__position", "name"),
    }
    return render(request, "agent/booking.html", context)


@dataclass(frozen=True, kw_only=True)
class _Work:
    """What is being prepared for one child: ``view`` names the page of the planning that was shown last."""

    child: Child
    period: Period
    chosen: Chosen
    view: str
    now: datetime

    @property
    def wanted(self) -> dict[str, Any]:
        return {
            "child": self.child,
            "period": self.period,
            "wishes": sorted(self.chosen.wishes),
            "cancellations": sorted(self.chosen.cancellations),
        }

    def context(self) -> dict[str, Any]:
        return {
            "child": self.child,
            "period": self.period,
            "full_name": full_name(self.period),
            "chosen": self.chosen,
        }


@agent_required(right=Right.BOOK, scoped=True)
def agent_booking_planning(request: HttpRequest, child_id: int, period_code: str) -> HttpResponse:
    """The planning, its recap and its confirmation: what is ticked travels in the form, the family's draft is left alone."""
    now = clock.now()
    child = _child(request, child_id)
    period = get_object_or_404(periods(), within(request.reach, "activity"), code=period_code)
    if request.method != "POST":
        nothing = Chosen(wishes=(), cancellations=())
        return _show(request, _Work(child=child, period=period, chosen=nothing, view="", now=now))
    form = OfficePlanningForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Le planning n’est pas arrivé en entier. Vérifiez vos choix et recommencez.")
        return redirect("agent_booking_planning", child.pk, period.code)
    step, view = form.cleaned_data["aller"], form.cleaned_data["vue"]
    leaves = step in (RECAP, CONFIRM)
    chosen = _chosen(form, child, period, now)
    work = _Work(child=child, period=period, chosen=chosen, view=view if leaves else step or view, now=now)
    if not leaves:
        return _show(request, work)
    try:
        return _conclude(request, work, sent=step == CONFIRM)
    except (NothingAskedError, RequestRefusedError) as error:
        if step == CONFIRM and (done := _already_done(request, work)):
            return redirect("agent_reservation", done.pk)
        messages.error(request, error.message)
        return _show(request, work)


def _child(request: HttpRequest, pk: int) -> Child:
    rows = Child.objects.select_related("school", "household")
    return get_object_or_404(rows, reached_children(request.reach), pk=pk)


def _chosen(form: OfficePlanningForm, child: Child, period: Period, now: datetime) -> Chosen:
    wishes, cancellations = form.chosen()
    chosen = Chosen(wishes=wishes, cancellations=cancellations)
    if pick := form.picked_days():
        slot_id, weekdays, dates, tick = pick
        chosen = pick_days(
            office_planning(load_planning(child=child, period=period, now=now)),
            chosen,
            slot_id=slot_id,
            weekdays=weekdays,
            dates=dates or period.dates,
            tick=tick,
        )
    return chosen


def _show(request: HttpRequest, work: _Work) -> HttpResponse:
    planning = load_planning(child=work.child, period=work.period, now=work.now)
    office = office_planning(planning)
    today = work.now.astimezone(town_timezone()).date()
    window = window_for([planning], work.view, today=today)
    context = work.context() | {
        "obstacles": planning.obstacles,
        "window": window,
        "whole_year": WHOLE_YEAR,
        "recap_step": RECAP,
    }
    if window:
        context["grid"] = office_grid(office, window, work.chosen, today=today)
        context["elsewhere"] = elsewhere = work.chosen.outside(office, window)
        context["elsewhere_cents"] = elsewhere.normal_cents(office)
    return render(request, "agent/booking_planning.html", context)


def _conclude(request: HttpRequest, work: _Work, *, sent: bool) -> HttpResponse:
    """The recap, with the questions that only an agent answers; once answered, the act itself."""
    demand = check_office_demand(**work.wanted, now=work.now)
    form = OfficeTermsForm(request.POST if sent else None, demand=demand)
    if sent and form.is_valid():
        try:
            done = act_for_family(**work.wanted, terms=form.terms(), by=request.user, now=work.now)
        except BusyError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"Réservation n° {done.display_number} enregistrée pour {work.child}.")
            return redirect("agent_reservation", done.pk)
    context = work.context() | {
        "demand": demand,
        "form": form,
        "view": work.view,
        "confirm_step": CONFIRM,
        "until": office_deadline(demand.services, now=work.now) if demand.additions else None,
    }
    return render(request, "agent/booking_recap.html", context)


def _already_done(request: HttpRequest, work: _Work) -> Reservation | None:
    """What the first click of a double click recorded."""
    latest = (
        Reservation.objects.filter(
            child=work.child,
            period=work.period,
            created_by=request.user,
            created_at__gte=work.now - SAME_ACT,
        )
        .order_by("-pk")
        .first()
    )
    if latest is None:
        return None
    openings = set(latest.lines.values_list("opening_id", flat=True))
    return latest if openings == {*work.chosen.wishes, *work.chosen.cancellations} else None
