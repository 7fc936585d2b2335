"""Canteen menus, week by week: read by anybody, written by an agent."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.errors import DomainError
from core.forms.menus import MenuFileForm, week_forms
from core.menus import Allergen, monday_of, school_week
from core.models import Establishment
from core.queries.menus import dishes_of, places_with_meals, week_menu
from core.rights import Right
from core.services.menus import copy_week, write_menus
from core.views.access import agent_required
from core.views.listing import day_in
from core.words import plural
from tenants.context import town_timezone

WEEK = timedelta(days=7)


@require_safe
def menus(request: HttpRequest) -> HttpResponse:
    monday, place = _asked(request.GET)
    context = _week(monday) | {
        "days": week_menu(school_week(monday), place),
        "places": places_with_meals(),
        "place": place,
        "allergens": Allergen.labels,
    }
    return render(request, "home/menus.html", context)


@agent_required(right=Right.PUBLISH)
@require_http_methods(["GET", "POST"])
def agent_portal_menus(request: HttpRequest) -> HttpResponse:
    monday, place = _asked(request.GET)
    days = school_week(monday)
    forms = week_forms(days, dishes_of(days, place), request.POST if request.method == "POST" else None)
    if request.method == "POST" and all(form.is_valid() for _, row in forms for form in row):
        dishes = [form.dish for _, row in forms for form in row if form.dish]
        count = write_menus(days=days, establishment=place, dishes=dishes, by=request.user, now=clock.now())
        messages.success(
            request, f"La semaine est enregistrée, {plural(count, 'ligne')} : les familles la lisent."
        )
        return redirect(_address("agent_portal_menus", monday, place))
    context = _week(monday) | {
        "days": forms,
        "places": places_with_meals(),
        "place": place,
        "file_form": MenuFileForm(),
    }
    return render(request, "agent/portal/menus.html", context)


@agent_required(right=Right.PUBLISH)
@require_POST
def agent_portal_menus_copy(request: HttpRequest) -> HttpResponse:
    monday, place = _asked(request.POST)
    source = day_in(request.POST, "depuis")
    try:
        copy_week(
            source=source or monday,
            target=monday,
            establishment=place,
            by=request.user,
            now=clock.now(),
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "La semaine est copiée : relisez-la.")
    return redirect(_address("agent_portal_menus", monday, place))


@agent_required(right=Right.PUBLISH)
@require_POST
def agent_portal_menus_import(request: HttpRequest) -> HttpResponse:
    """The whole file, or nothing of it: the days it names become what it says."""
    monday, place = _asked(request.POST)
    form = MenuFileForm(request.POST, request.FILES)
    if not form.is_valid():
        days = school_week(monday)
        context = _week(monday) | {
            "days": week_forms(days, dishes_of(days, place), None),
            "places": places_with_meals(),
            "place": place,
            "file_form": form,
        }
        return render(request, "agent/portal/menus.html", context)
    dishes = form.cleaned_data["file"]
    count = write_menus(
        days={dish.date for dish in dishes},
        establishment=place,
        dishes=dishes,
        by=request.user,
        now=clock.now(),
    )
    messages.success(request, f"{plural(count, 'ligne')} de menu : les familles les lisent.")
    return redirect(_address("agent_portal_menus", min(dish.date for dish in dishes), place))


def _week(monday: date) -> dict[str, object]:
    return {
        "monday": monday,
        "friday": monday + timedelta(days=4),
        "before": monday - WEEK,
        "after": monday + WEEK,
    }


def _asked(query: QueryDict) -> tuple[date, Establishment | None]:
    """The Monday of the week that ``semaine`` names (else this one, the next on a week-end), and ``ou``."""
    today = clock.today(town_timezone())
    usual = today + timedelta(days=2) if today.weekday() > 4 else today
    code = query.get("ou", "")
    place = get_object_or_404(places_with_meals(), code=code) if code else None
    return monday_of(day_in(query, "semaine") or usual), place


def _address(page: str, day: date, place: Establishment | None) -> str:
    return f"{reverse(page)}?semaine={monday_of(day):%Y-%m-%d}" + (f"&ou={place.code}" if place else "")
