"""The planning: tick, go from month to month, validate. Every act saves what is ticked."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.enums import PaymentMode
from booking.errors import NothingToCopyError
from booking.forms import Copy, PlanningForm
from booking.queries.siblings import periods_like
from booking.services.copies import copy_to
from booking.services.drafts import draft_wishes
from booking.views.grid import build_grid, waiting_list_of
from booking.views.journey import Journey, journey_for, no_booking_page
from booking.views.sheets import read_sheet, repeat_page, save_sheet, sum_of, tell
from booking.views.windows import WHOLE_YEAR, shows_weeks, window_for
from core import clock
from core.models import Child
from core.views.access import family_required, own_children
from core.views.resume import resumed

# Values of « aller » that leave the planning; the others name a page of it.
RECAP = "recapitulatif"
PERIODS = "periodes"


@resumed
@family_required
def booking_planning(request: HttpRequest, child_id: int, period_code: str) -> HttpResponse:
    now = clock.now()
    journey = journey_for(request, child_id, period_code)
    if request.method == "POST":
        return _save(request, journey, now)
    sheet = read_sheet(journey, now=now)
    today = now.astimezone(journey.tz).date()
    window = window_for([sheet.planning], request.GET.get("vue", ""), today=today)
    if sheet.planning.obstacles or window is None:
        return no_booking_page(request, journey, sheet.planning.obstacles)
    context = {
        "journey": journey,
        "planning": sheet.planning,
        "window": window,
        "grid": build_grid(sheet.planning, window, sheet.selection, today=today),
        "selection": sheet.selection,
        "by_week": shows_weeks([sheet.planning]),
        "whole_year": WHOLE_YEAR,
        "recap_step": RECAP,
        "period_step": PERIODS,
        "siblings": _siblings(request, journey),
        "is_prepaid": journey.period.payment == PaymentMode.PREPAID,
        **sum_of([sheet], shown=window.dates, tz=journey.tz),
    }
    return render(request, "booking/planning.html", context)


def _siblings(request: HttpRequest, journey: Journey) -> list[Child]:
    return [child for child in own_children(request) if child != journey.child]


def _save(request: HttpRequest, journey: Journey, now: datetime) -> HttpResponse:
    form = PlanningForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Le planning n’est pas arrivé en entier. Vérifiez vos choix et recommencez.")
        )
        return redirect(journey.planning_url)
    save_sheet(journey, form, by=request.user, now=now)
    if request.htmx:
        sheet = read_sheet(journey, now=now)
        return render(request, "booking/_sum.html", sum_of([sheet], shown=form.dates(), tz=journey.tz))
    here = form.cleaned_data["vue"]
    if form.cleaned_data["copier"] == Copy.SIBLINGS:
        return _copy_to_siblings(request, journey, here, now)
    if form.cleaned_data["copier"] == Copy.BEFORE:
        sheet = read_sheet(journey, now=now)
        window = window_for([sheet.planning], here, today=now.astimezone(journey.tz).date())
        repeat_page(request, sheet, journey.draft, window, now=now)
    stays = form.day_pick() or form.cleaned_data["copier"]
    # Without a button: the browser saved, and its session had ended.
    return _go(journey, here if stays else form.cleaned_data["aller"] or here, here)


def _go(journey: Journey, target: str, here: str) -> HttpResponse:
    if target == RECAP:
        return redirect(f"{reverse('booking_recap', args=journey.args)}?{urlencode({'vue': here})}")
    if to_list := waiting_list_of(target):
        return to_list
    if target == PERIODS:
        return redirect(f"{journey.period_url}?{urlencode({'periode': journey.period.code})}")
    return redirect(f"{journey.planning_url}?{urlencode({'vue': target})}")


def _copy_to_siblings(request: HttpRequest, journey: Journey, here: str, now: datetime) -> HttpResponse:
    """« Même chose pour mes autres enfants », then all of them on one page, to look before validating."""
    source = read_sheet(journey, now=now)
    together = [journey.key]
    for likeness in periods_like(journey.period, _siblings(request, journey), now=now):
        if likeness.period is None:
            messages.warning(request, f"{likeness.child.first_name}\u00a0: {likeness.why}.")
            continue
        sibling = Journey(child=likeness.child, period=likeness.period, tz=journey.tz)
        try:
            copied = copy_to(
                source=source.planning,
                wishes=draft_wishes(journey.draft),
                target=read_sheet(sibling, now=now).planning,
                by=request.user,
                now=now,
            )
        except NothingToCopyError as error:
            messages.warning(request, error.message)
            break
        tell(
            request,
            copied,
            whose=sibling.child.first_name,
            like=_("comme %(name)s") % {"name": journey.child.first_name},
        )
        together.append(sibling.key)
    if len(together) == 1:
        return _go(journey, here, here)
    query = urlencode({"avec": together, "vue": here}, doseq=True)
    return redirect(f"{reverse('booking_together_planning')}?{query}")
