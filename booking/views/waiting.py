"""A family's waiting lists: joining one from the planning, its position, and the answer to an offered place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from booking.enums import PaymentMode, WaitingState
from booking.forms import OfferForm
from booking.models import Opening, WaitingEntry
from booking.offer_links import offer_token, offered_entry
from booking.queries.offer import periods
from booking.queries.planning import Cell, full_name, load_planning
from booking.queries.waiting import lists_of, positions
from booking.queries.waiting_cells import offered_cell
from booking.services.waiting import join_list, leave_list
from booking.services.waiting_offers import accept_offer, decline_offer
from core import clock
from core.errors import DomainError
from core.models import Child
from core.views.access import family_required, own_child
from core.words import short_date
from tenants.context import town_timezone


@dataclass(frozen=True, kw_only=True)
class Row:
    """``position``: None when the child is off the list; ``offer``: where to answer, "" without an offer."""

    entry: WaitingEntry
    full_name: str
    position: int | None
    offer: str


@family_required
def waiting_lists(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    rows = _rows(list(lists_of(request.user.guardian.household, today=clock.today(town_timezone()))), now)
    context = {
        "waiting": [row for row in rows if row.position],
        "over": [row for row in rows if row.position is None],
    }
    return render(request, "booking/waiting/lists.html", context)


def _rows(entries: Sequence[WaitingEntry], now: datetime) -> list[Row]:
    """Two queries whatever the number of lists: the entries, and everybody's position."""
    numbers = positions({entry.opening_id for entry in entries}, now=now)
    return [
        Row(
            entry=entry,
            full_name=full_name(entry.opening.slot.period),
            position=numbers.get(entry.pk),
            offer=reverse("waiting_offer", args=[offer_token(entry)])
            if entry.state == WaitingState.OFFERED and entry.pk in numbers
            else "",
        )
        for entry in entries
    ]


@family_required
@require_http_methods(["GET", "POST"])
def waiting_join(request: HttpRequest, child_id: int, opening_id: int) -> HttpResponse:
    """« Rejoindre la liste d’attente »: how long it is and how it works, then one button."""
    child = own_child(request, child_id)
    opening = get_object_or_404(Opening.objects.select_related("slot"), pk=opening_id)
    if child.is_shared:
        messages.warning(
            request,
            _(
                "Les listes d’attente de %(first_name)s sont au dossier de son autre parent : appelez le service."
            )
            % {"first_name": child.first_name},
        )
        return redirect("booking_planning", child.pk, periods().get(slots=opening.slot_id).code)
    if request.method == "POST":
        return _join(request, child, opening)
    now = clock.now()
    period = periods().get(slots=opening.slot_id)
    numbers = positions([opening.pk], now=now)
    mine = WaitingEntry.objects.standing(now).filter(opening=opening, child=child).first()
    context = {
        "child": child,
        "opening": opening,
        "period": period,
        "full_name": full_name(period),
        "policy": period.waiting_policy if period.has_waiting_list else None,
        "ahead": len(numbers),
        "mine": mine,
        "position": numbers[mine.pk] if mine else None,
    }
    return render(request, "booking/waiting/join.html", context)


def _join(request: HttpRequest, child: Child, opening: Opening) -> HttpResponse:
    now = clock.now()
    try:
        entry = join_list(child=child, opening=opening, by=request.user, now=now)
    except DomainError as error:
        messages.error(request, error.message)
        period = periods().get(slots=opening.slot_id)
        return redirect("booking_planning", child.pk, period.code)
    number = positions([opening.pk], now=now)[entry.pk]
    messages.success(
        request,
        _(
            "%(first_name)s est n° %(number)s sur la liste d’attente, %(date)s. "
            "Dès qu’une place sera pour vous, nous vous écrirons."
        )
        % {"first_name": child.first_name, "number": number, "date": short_date(opening.date)},
    )
    return redirect("waiting_lists")


@family_required
@require_POST
def waiting_leave(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(WaitingEntry, pk=pk, child__household=request.user.guardian.household)
    try:
        leave_list(entry=entry, by=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request,
            _("Vous avez quitté la liste d’attente, %(date)s. Rien ne vous est demandé.")
            % {"date": short_date(entry.opening.date)},
        )
    return redirect("waiting_lists")


@never_cache
@require_http_methods(["GET", "POST"])
def waiting_offer(request: HttpRequest, token: str) -> HttpResponse:
    """Opened from the mailbox, perhaps signed out: the link proves enough, but a button must confirm it."""
    entry = offered_entry(token)
    if entry is None:
        return render(request, "booking/waiting/no_offer.html", status=404)
    form = OfferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _answer(request, entry, token, accepts=form.cleaned_data["reponse"] == OfferForm.ACCEPT)
    now = clock.now()
    stands = WaitingEntry.objects.offered(now).filter(pk=entry.pk).exists()
    period = periods().get(slots__openings=entry.opening_id)
    context = {
        "entry": entry,
        "opening": entry.opening,
        "full_name": full_name(period),
        "is_prepaid": period.payment == PaymentMode.PREPAID,
        "stands": stands,
        "cell": _offered_cell(entry, now) if stands else None,
        "left": _time_left(entry, now) if stands else "",
    }
    return render(request, "booking/waiting/offer.html", context)


def _offered_cell(entry: WaitingEntry, now: datetime) -> Cell | None:
    """The column and today's price of what is offered; None when the rules forbid it by now."""
    period = periods().get(slots__openings=entry.opening_id)
    planning = load_planning(child=entry.child, period=period, now=now)
    return offered_cell(planning, entry)


def _time_left(entry: WaitingEntry, now: datetime) -> str:
    """« 1 heure 20 », « 12 minutes »."""
    minutes = int((entry.offer_until - now).total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    count = minutes // 60
    hours = ngettext("%(count)s heure", "%(count)s heures", count) % {"count": count}
    return f"{hours} {minutes % 60:02d}" if minutes < 24 * 60 and minutes % 60 else hours


def _answer(request: HttpRequest, entry: WaitingEntry, token: str, *, accepts: bool) -> HttpResponse:
    """By the account that joined the list: the link was sent to nobody else."""
    now = clock.now()
    try:
        if accepts:
            accept_offer(entry=entry, by=entry.joined_by, now=now)
        else:
            decline_offer(entry=entry, by=entry.joined_by, now=now)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("waiting_offer", token)
