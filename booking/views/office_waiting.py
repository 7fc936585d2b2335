"""The desk's waiting lists: which days have one, who waits, and what the office does about it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from booking.enums import OfficePrice
from booking.forms_office import EnlistForm, WaitingForm
from booking.models import Opening, Period, WaitingEntry, WaitingEvent
from booking.queries.capacity import group_places
from booking.queries.planning import full_name
from booking.queries.reach import within
from booking.queries.waiting import ORDERS, entries, positions, waited_openings
from booking.services.waiting import enlist_child, move_entry, remove_entry
from booking.services.waiting_offers import offer_place
from core import clock
from core.errors import DomainError
from core.models import User
from core.queries.families import find_children
from core.queries.reach import reached_children
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, number_in, ordered, page_of, searched
from tenants.context import town_timezone

MOST = 12  # children found: more than that, the name must be said better


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_waiting(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    today = clock.today(town_timezone())
    period = number_in(request.GET, "periode")
    waited = waited_openings(today=today, now=now, period=period).filter(
        within(request.reach, "slot__period__activity")
    )
    rows = ordered(waited, request.GET, ORDERS, default="jour")
    columns = ("Jour", "Service", "Accueil", "Places", "Occupées", "En attente", "Propositions en cours")
    if file := exported(request.GET, name="listes-attente", columns=columns, rows=rows, cells=_row):
        return file
    context = {
        "page": page_of(rows, request.GET),
        "chosen": period,
        "periods": Period.objects.filter(
            within(request.reach, "activity"), waiting_policy__isnull=False
        ).select_related("activity__establishment"),
    }
    return render(request, "agent/waiting.html", context)


def _row(opening: Opening) -> tuple[object, ...]:
    return (
        f"{opening.date:%d/%m/%Y}",
        full_name(opening.slot.period),
        opening.slot.label,
        opening.capacity,
        opening.taken,
        opening.waiting,
        opening.offered,
    )


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_waiting_day(request: HttpRequest, pk: int) -> HttpResponse:
    """One day's list in its order, and everything that happened to it."""
    return _day(request, pk, EnlistForm(reach=request.reach), searched(request.GET))


def _day(request: HttpRequest, pk: int, form: EnlistForm, search: str) -> HttpResponse:
    now = clock.now()
    opening = get_object_or_404(
        Opening.objects.select_related(
            "slot__period__activity__establishment", "slot__period__waiting_policy"
        ).prefetch_related("groups__group"),
        within(request.reach, "slot__period__activity"),
        pk=pk,
    )
    numbers = positions([opening.pk], now=now)
    standing = entries().filter(pk__in=numbers).order_by("rank", "pk")
    pupils = find_children(search).filter(reached_children(request.rights.reach(Right.DECIDE)))
    context = {
        "form": form,
        "search": search,
        "found": pupils.order_by("last_name", "first_name", "pk")[:MOST] if search else (),
        "opening": opening,
        "full_name": full_name(opening.slot.period),
        "rows": [(numbers[entry.pk], entry) for entry in standing],
        "free": opening.room.left(None),
        "groups": group_places(opening),
        "history": WaitingEvent.objects.filter(entry__opening=opening)
        .select_related("entry__child", "by")
        .order_by("-at", "-pk")[:100],
    }
    return render(request, "agent/waiting_day.html", context)


@agent_required(right=Right.DECIDE, scoped=True)
@require_POST
def agent_waiting_enlist(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a child on the list for a family that asked at the desk, after the delay for instance."""
    reached = within(request.reach, "slot__period__activity")
    opening = get_object_or_404(Opening.objects.select_related("slot"), reached, pk=pk)
    form = EnlistForm(request.POST, reach=request.reach)
    if form.is_valid():
        child, data = form.cleaned_data["enfant"], form.cleaned_data
        try:
            enlist_child(
                child=child,
                opening=opening,
                price=OfficePrice(data["prix"]),
                reason=data["motif"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error("enfant", error.message)
        else:
            messages.success(request, f"{child} est sur la liste d’attente.")
            return redirect("agent_waiting_day", pk)
    return _day(request, pk, form, searched(request.POST))


@agent_required(right=Right.DECIDE, scoped=True)
@require_POST
def agent_waiting_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer, move or remove one child of a list."""
    entry = get_object_or_404(entries(), within(request.reach, "opening__slot__period__activity"), pk=pk)
    form = WaitingForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Indiquez le nouveau numéro sur la liste, et le motif.")
    else:
        try:
            messages.success(request, _act(entry, form, request.user))
        except DomainError as error:
            messages.error(request, error.message)
    return redirect("agent_waiting_day", entry.opening_id)


def _act(entry: WaitingEntry, form: WaitingForm, by: User) -> str:
    now, data = clock.now(), form.cleaned_data
    if data["geste"] == form.OFFER:
        offer_place(entry=entry, by=by, now=now)
        return f"La place est proposée à {entry.child} : la famille en est avertie par courriel."
    if data["geste"] == form.REMOVE:
        remove_entry(entry=entry, reason=data["motif"], by=by, now=now)
        return f"{entry.child} n’est plus sur la liste : la famille en est avertie par courriel."
    move_entry(entry=entry, position=data["position"], reason=data["motif"], by=by, now=now)
    return f"{entry.child} a changé de place sur la liste."
