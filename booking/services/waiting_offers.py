"""Offering a free place to a family that waits, and what the family answers.

While an offer stands its place is counted; when it ends the place is for the next. An offer whose time is over is void
even if no job ran.
"""

from datetime import datetime, timedelta

import structlog
from django.utils.translation import gettext_lazy

from booking.enums import OfficePayment, OfficePrice, WaitingMode, WaitingState
from booking.errors import FullError, RequestRefusedError, WaitingListError
from booking.models import Opening, Reservation, WaitingEntry, WaitingPolicy
from booking.queries.offer import periods
from booking.queries.planning import load_planning
from booking.queries.waiting import closed_with_list, entries, with_room
from booking.queries.waiting_cells import bookable_cell, last_answer, offered_cell, why_not
from booking.services import waiting_mails
from booking.services.agent_bookings import OfficeTerms, act_for_family
from booking.services.places import lock_openings
from booking.services.requests import submit_request
from booking.services.waiting import NO_LONGER, end_entry
from booking.services.waiting_entries import move
from core.errors import BusyError
from core.languages import in_french
from core.locks import locking_transaction
from core.models import User
from core.words import moment
from tenants.context import town_timezone

log = structlog.get_logger(__name__)

OVER = gettext_lazy(
    "Cette proposition n’est plus valable : son délai est passé, ou vous y avez déjà répondu."
)
BY_OFFICE = "Place de la liste d’attente, acceptée par la famille."
UNBOOKABLE = gettext_lazy("Ce jour ne peut plus être réservé pour cet enfant : %(why)s")
# How long ago an offer may have ended for its family to be told so.
TOLD_WITHIN = timedelta(days=1)


@in_french()
def offer_freed_places(*, now: datetime) -> int:
    """Close the offers that are over and the lists of closed days, and offer free places in the order of the lists, one
    day at a time.

    Returns how many offers were made. Where the office chooses whom to offer, it only tidies up. A day that cannot be
    dealt with is logged and stops no other.
    """
    today = now.astimezone(town_timezone()).date()
    made = 0
    to_do = with_room(today=today, now=now) | closed_with_list(today=today, now=now)
    for opening_id in list(to_do.values_list("pk", flat=True)):
        try:
            made += _offer_day(opening_id, now)
        except BusyError:  # families are booking that day: the next round comes
            log.info("waiting_list_busy", opening=opening_id)
        except Exception:
            log.exception("waiting_list_not_offered", opening=opening_id)
    lapsed = entries().filter(state=WaitingState.LAPSED, offer_until__gte=now - TOLD_WITHIN)
    waiting_mails.tell_ended(entries=lapsed, template=waiting_mails.LAPSED, now=now)
    return made


def _offer_day(opening_id: int, now: datetime) -> int:
    made = 0
    with locking_transaction():
        opening = lock_openings([opening_id], now=now)[opening_id]
        if opening.closed_reason:
            standing = WaitingEntry.objects.standing(now).filter(opening=opening).values("pk")
            for entry in entries().filter(pk__in=standing):
                _take_off(entry, f"ce jour est fermé ({opening.closed_reason})", now)
            return 0
        policy = WaitingPolicy.objects.filter(period__slots=opening.slot_id).first()
        if policy is None or policy.mode != WaitingMode.AUTOMATIC:
            return 0
        for entry in entries().filter(opening=opening, state=WaitingState.WAITING).order_by("rank", "pk"):
            if not _is_free(opening, entry):
                continue  # those behind may be of a group that has places
            try:
                _offer(entry, opening, policy, by=None, now=now)
            except WaitingListError as error:
                _take_off(entry, str(error.message), now)
            else:
                made += 1
    return made


def _is_free(opening: Opening, entry: WaitingEntry) -> bool:
    return not opening.closed_reason and opening.room.left(entry.group_id) != 0


def _take_off(entry: WaitingEntry, reason: str, now: datetime) -> None:
    move([entry], WaitingState.REMOVED, act="Retirée de la liste", reason=reason[:200], by=None, now=now)
    waiting_mails.tell_ended(entries=[entry], template=waiting_mails.REMOVED, now=now)


def offer_place(*, entry: WaitingEntry, by: User, now: datetime) -> None:
    """An agent offers a free place to the family it chooses. Raises WaitingListError: no place, or not bookable."""
    with locking_transaction():
        opening = lock_openings([entry.opening_id], now=now)[entry.opening_id]
        waiting = entries().filter(pk=entry.pk, state=WaitingState.WAITING).first()
        if waiting is None:
            raise WaitingListError(str(NO_LONGER))
        if not _is_free(opening, waiting):
            raise WaitingListError(
                "Aucune place n’est libre ce jour-là. Ajoutez d’abord une place, ou attendez qu’une famille annule."
            )
        _offer(waiting, opening, WaitingPolicy.objects.get(period__slots=opening.slot_id), by=by, now=now)


def _offer(
    entry: WaitingEntry, opening: Opening, policy: WaitingPolicy, *, by: User | None, now: datetime
) -> None:
    """Offer a free place of a locked opening, until the town's delay or the last moment to have it."""
    period = periods().get(pk=policy.period_id)
    planning = load_planning(child=entry.child, period=period, now=now)
    cell = offered_cell(planning, entry)
    if cell is None:
        raise WaitingListError(UNBOOKABLE % {"why": why_not(planning, opening)})
    delay = now + timedelta(minutes=policy.offer_minutes)
    until = min(delay, last_answer(planning, entry) or delay)
    act = f"Place proposée jusqu’au {moment(until.astimezone(town_timezone()))}"
    move([entry], WaitingState.OFFERED, act=act, by=by, now=now, offer_until=until)
    opening.count(entry.group_id, +1)
    waiting_mails.tell_offer(entry=entry, cell=cell, now=now)


def accept_offer(*, entry: WaitingEntry, by: User, now: datetime) -> Reservation:
    """Book the offered place as any other: the rules are checked again, the price is today's. What the office let the
    child have past the rules is booked as the office books: at the price it chose.

    Accepting twice books once. Raises WaitingListError when the offer is over, and what submit_request raises.
    """
    entry = entries().get(pk=entry.pk)
    if entry.reservation:
        return entry.reservation
    if entry.state != WaitingState.OFFERED or entry.offer_until is None or entry.offer_until < now:
        raise WaitingListError(str(OVER))
    try:
        return _book(entry, by=by, now=now)
    except (WaitingListError, FullError, RequestRefusedError) as refusal:
        entry.refresh_from_db(fields=["reservation"])
        if entry.reservation:  # the other click of a double click was faster
            return entry.reservation
        if isinstance(refusal, FullError):
            raise WaitingListError(str(OVER)) from None
        raise


def _book(entry: WaitingEntry, *, by: User, now: datetime) -> Reservation:
    period = periods().get(slots=entry.opening.slot_id)
    if entry.office_price:
        return act_for_family(
            child=entry.child,
            period=period,
            wishes=[entry.opening_id],
            cancellations=[],
            terms=OfficeTerms(
                reason=BY_OFFICE, price=OfficePrice(entry.office_price), payment=OfficePayment.BASKET
            ),
            by=by,
            now=now,
        )
    planning = load_planning(child=entry.child, period=period, now=now)
    cell = bookable_cell(planning, entry.opening)
    if cell is None:
        raise WaitingListError(f"{UNBOOKABLE % {'why': why_not(planning, entry.opening)}}.")
    return submit_request(
        child=entry.child,
        period=period,
        wishes={cell.opening_id: cell.stage_id},
        cancellations=[],
        by=by,
        now=now,
        keeps_draft=True,
    )


def decline_offer(*, entry: WaitingEntry, by: User, now: datetime) -> None:
    """The family does not want the place: it is for the next. Raises WaitingListError when the offer is over."""
    with locking_transaction():
        offered = WaitingEntry.objects.offered(now).filter(pk=entry.pk)
        if not offered.exists():
            raise WaitingListError(str(OVER))
        end_entry(
            entry=entry,
            to_state=WaitingState.DECLINED,
            act="Proposition refusée par la famille",
            by=by,
            now=now,
        )
