"""The planning: tick, go from month to month, validate. Every act saves what is ticked."""

from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from booking.enums import PaymentMode
from booking.forms import PlanningForm
from booking.models import BookingDraft
from booking.queries.planning import Planning, load_planning
from booking.services.drafts import pick_days, save_draft
from booking.views.grid import WAIT, build_grid
from booking.views.journey import Journey, journey_for, no_booking_page
from booking.views.selection import Selection, read_selection
from booking.views.windows import WHOLE_YEAR, window_for
from core import clock
from core.views.access import family_required

# Values of « aller » that leave the planning; the others name a page of it.
RECAP = "recapitulatif"
PERIODS = "periodes"


@family_required
def booking_planning(request: HttpRequest, child_id: int, period_code: str) -> HttpResponse:
    now = clock.now()
    journey = journey_for(request, child_id, period_code)
    if request.method == "POST":
        return _save(request, journey, now)
    planning = load_planning(child=journey.child, period=journey.period, now=now)
    today = now.astimezone(journey.tz).date()
    window = window_for([planning], request.GET.get("vue", ""), today=today)
    if planning.obstacles or window is None:
        return no_booking_page(request, journey, planning.obstacles)
    selection = read_selection(planning, journey.draft)
    grid = build_grid(planning, window, selection, today=today)
    context = {
        "journey": journey,
        "planning": planning,
        "window": window,
        "grid": grid,
        "selection": selection,
        "whole_year": WHOLE_YEAR,
        "recap_step": RECAP,
        "period_step": PERIODS,
        "is_prepaid": journey.period.payment == PaymentMode.PREPAID,
        **_sum(journey, planning, selection, window.dates),
    }
    return render(request, "booking/planning.html", context)


def _save(request: HttpRequest, journey: Journey, now: datetime) -> HttpResponse:
    form = PlanningForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Le planning n’est pas arrivé en entier. Vérifiez vos choix et recommencez.")
        return redirect(journey.planning_url)
    draft = save_draft(
        child=journey.child, period=journey.period, ticks=form.ticks(), by=request.user, now=now
    )
    if pick := form.day_pick():
        planning = load_planning(child=journey.child, period=journey.period, now=now)
        draft = pick_days(
            draft=draft,
            planning=planning,
            stage_id=pick.stage_id,
            weekdays=pick.weekdays,
            dates=journey.period.dates if pick.whole_period else form.dates(),
            tick=pick.tick,
            by=request.user,
            now=now,
        )
    if request.htmx:
        return _show_sum(request, journey, draft, form.dates(), now)
    if pick:
        return redirect(f"{journey.planning_url}?{urlencode({'vue': form.cleaned_data['vue']})}")
    target = form.cleaned_data["aller"]
    if target == RECAP:
        recap = reverse("booking_recap", args=journey.args)
        return redirect(f"{recap}?{urlencode({'vue': form.cleaned_data['vue']})}")
    if target.startswith(WAIT) and (opening := target.removeprefix(WAIT)).isdecimal():
        return redirect("waiting_join", journey.child.pk, int(opening))
    if target == PERIODS:
        return redirect(f"{journey.period_url}?{urlencode({'periode': journey.period.code})}")
    return redirect(f"{journey.planning_url}?{urlencode({'vue': target})}")


def _show_sum(
    request: HttpRequest, journey: Journey, draft: BookingDraft, shown: tuple[date, date], now: datetime
) -> HttpResponse:
    planning = load_planning(child=journey.child, period=journey.period, now=now)
    selection = read_selection(planning, draft)
    return render(request, "booking/_sum.html", _sum(journey, planning, selection, shown))


def _sum(journey: Journey, planning: Planning, selection: Selection, shown: tuple[date, date]) -> dict:
    deadline = selection.deadline(planning)
    return {
        "summary": selection.summary,
        "elsewhere": selection.elsewhere(*shown),
        "deadline": deadline and deadline.astimezone(journey.tz),
        "deadline_word": "à valider avant le" if selection.additions else "prochaine limite :",
    }
