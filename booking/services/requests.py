"""Turning what a family ticked into one numbered request, in one short transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from billing.models import Charge, Regie
from billing.pricing.frozen import freeze
from billing.services.charges import void_charges
from billing.services.shares import post_to_payers
from booking.enums import LineAction, LineState, PlaceState
from booking.errors import FullError, RequestRefusedError
from booking.models import BookingDraft, Cart, Period, Place, Reservation, ReservationLine
from booking.queries.demand import Demand, check_demand
from booking.queries.planning import Cell
from booking.queries.waiting import NOBODY, waiting_on
from booking.rules.reservation_state import derive_state
from booking.services.history import record, record_first
from booking.services.money_back import ask_what_becomes_of_the_money
from booking.services.places import close_lines, create_places, lock_openings, release
from booking.services.waiting_entries import take_up
from booking.sources import charge_source
from core.bulk import insert_rows
from core.errors import DomainError
from core.languages import in_french, is_french
from core.locks import lock_rows, locking_transaction
from core.models import Child, CommuneSettings, User
from core.services.outbox import write_mail
from core.words import short_date

# The place that a new line takes, by what the line waits for.
PLACE_FOR = {
    LineState.PENDING: PlaceState.REQUESTED,
    LineState.AWAITING_PAYMENT: PlaceState.HELD,
    LineState.ACCEPTED: PlaceState.CONFIRMED,
}


def submit_request(
    *,
    child: Child,
    period: Period,
    wishes: Mapping[int, int],
    cancellations: Collection[int],
    by: User,
    now: datetime,
    keeps_draft: bool = False,
) -> Reservation:
    """Write one numbered reservation: places held (prepaid), confirmed (instant) or asked for (request).

    All or nothing. What is ticked on the planning is then recorded and forgotten, unless ``keeps_draft``: the wishes
    came from elsewhere. Raises what check_demand raises, FullError when a day is full, BusyError when other families
    hold the lock too long.
    """
    demand = _checked(child=child, period=period, wishes=wishes, cancellations=cancellations, now=now)
    with locking_transaction():
        cart = _lock_cart(demand, child) if demand.is_prepaid else None
        awaited = _require_places(demand, child, now)
        reservation = _write_reservation(demand, child, cart, by, now)
        if awaited:
            take_up(reservation=reservation, opening_ids=awaited, by=by, now=now)
        _write_lines(reservation, demand, now)
        if demand.cancellations:
            _give_back(reservation, demand, by, now)
        record_first(reservation=reservation, act="Demande enregistrée", by=by, now=now)
        if not keeps_draft:
            BookingDraft.objects.filter(child=child, household=child.household_id, period=period).delete()
        if cart is None:
            _tell(reservation, demand, by, now)
    return reservation


def _checked(**asked: Any) -> Demand:
    """What is asked, in French as it is going to be written; what refuses it, in the language of who asks."""
    try:
        with in_french():
            return check_demand(**asked)
    except DomainError:
        if not is_french():
            check_demand(**asked)
        raise


def _lock_cart(demand: Demand, child: Child) -> Cart:
    regie = demand.planning.activity.regie
    Cart.objects.bulk_create([Cart(household_id=child.household_id, regie=regie)], ignore_conflicts=True)
    (cart,) = lock_rows(Cart.objects.filter(household_id=child.household_id, regie=regie))
    return cart


def _require_places(demand: Demand, child: Child, now: datetime) -> list[int]:
    """Lock every opening concerned, once and sorted, then count: the only moment at which counting means anything.

    Returns the openings of which the child was on the waiting list.
    """
    concerned = [cell.opening_id for cell in (*demand.additions, *demand.cancellations)]
    openings = lock_openings(concerned, now=now)
    booked = set(
        Place.objects.live(now).filter(opening__in=openings, child=child).values_list("opening_id", flat=True)
    )
    twice = [cell for cell in demand.additions if cell.opening_id in booked]
    if twice:
        raise RequestRefusedError([_("%(day)s : déjà réservé.") % {"day": _day(cell)} for cell in twice])
    gone = [cell for cell in demand.cancellations if cell.opening_id not in booked]
    if gone:
        raise RequestRefusedError([_("%(day)s : déjà annulé.") % {"day": _day(cell)} for cell in gone])
    closed = [cell for cell in demand.additions if openings[cell.opening_id].closed_reason]
    if closed:  # since the planning was read
        raise RequestRefusedError(
            [f"{_day(cell)} : {openings[cell.opening_id].closed_reason}" for cell in closed]
        )
    has_list = demand.planning.period.has_waiting_list
    waiting = waiting_on(child=child, now=now, opening__in=openings) if has_list else {}
    full = [
        cell.date
        for cell in demand.additions
        if cell.opening_id not in demand.waiting
        and waiting.get(cell.opening_id, NOBODY).left(openings[cell.opening_id].room, cell.group_id) == 0
    ]
    if full:
        raise FullError(full)
    return [pk for pk, entry in waiting.items() if entry.listed or entry.offer_until]


def _day(cell: Cell) -> str:
    return f"{short_date(cell.date)}, {cell.label}"


def _write_reservation(
    demand: Demand, child: Child, cart: Cart | None, by: User, now: datetime
) -> Reservation:
    dates = [cell.date for cell in (*demand.additions, *demand.cancellations)]
    return Reservation.objects.create(
        household_id=child.household_id,
        child=child,
        period=demand.planning.period,
        cart=cart,
        state=derive_state(
            [(LineAction.ADD, _line_state(demand, cell)) for cell in demand.additions]
            + [(LineAction.CANCEL, LineState.ACCEPTED) for _cell in demand.cancellations]
        ),
        total=demand.total,
        first_date=min(dates),
        last_date=max(dates),
        pay_before=now + _hold_time() if cart else None,
        created_at=now,
        created_by=by,
    )


def _write_lines(reservation: Reservation, demand: Demand, now: datetime) -> None:
    """The lines of a reservation just written, the places that they take and what they owe."""
    additions = [
        _line(reservation, cell, LineAction.ADD, _line_state(demand, cell)) for cell in demand.additions
    ]
    given_back = [
        _line(reservation, cell, LineAction.CANCEL, LineState.ACCEPTED) for cell in demand.cancellations
    ]
    insert_rows([*additions, *given_back])
    _take_places(additions, demand, reservation.pay_before)
    _post_charges([line for line in additions if line.state == LineState.ACCEPTED], demand, now)


def _hold_time() -> timedelta:
    return timedelta(minutes=CommuneSettings.objects.values_list("hold_minutes", flat=True).get())


def _take_places(lines: Sequence[ReservationLine], demand: Demand, pay_before: datetime | None) -> None:
    groups = {cell.opening_id: cell.group_id for cell in demand.additions}
    for state, place_state in PLACE_FOR.items():
        if wanted := [line for line in lines if line.state == state]:
            create_places(
                wanted,
                state=place_state,
                groups=groups,
                held_until=pay_before if place_state == PlaceState.HELD else None,
            )


def _post_charges(lines: Sequence[ReservationLine], demand: Demand, now: datetime) -> None:
    priced = [line for line in lines if line.is_owed]
    regie = demand.planning.activity.regie
    if not priced or regie is None:  # the commune file refuses a price without a régie to collect it
        return
    days = {cell.opening_id: cell.date for cell in demand.additions}
    post_to_payers(
        (
            charge_for(
                line,
                service_date=days[line.opening_id],
                regie=regie,
                group_label=demand.planning.full_name,
                now=now,
            )
            for line in priced
        ),
        custodies=demand.planning.custodies,
    )


def _line_state(demand: Demand, cell: Cell) -> LineState:
    if cell.opening_id in demand.waiting:
        return LineState.PENDING
    return LineState.AWAITING_PAYMENT if demand.is_prepaid else LineState.ACCEPTED


def _line(reservation: Reservation, cell: Cell, action: LineAction, state: LineState) -> ReservationLine:
    line = ReservationLine(
        reservation=reservation,
        opening_id=cell.opening_id,
        stage_id=cell.stage_id,
        action=action,
        state=state,
        label=cell.label,
        tariff_label=cell.tariff_label,
    )
    if action == LineAction.ADD:
        freeze_price(line, cell)
    return line


def freeze_price(line: ReservationLine, cell: Cell) -> None:
    """What the family was told: the price, why, and the facts that made it."""
    line.price, line.price_reasons = cell.price, list(cell.price_reasons)
    line.tariff_id, line.price_facts = cell.tariff_id, freeze(cell.price_facts)
    line.rated_later = cell.rated_later


def charge_for(
    line: ReservationLine, *, service_date: date, regie: Regie, group_label: str, now: datetime
) -> Charge:
    """What a confirmed line owes, at the price frozen when it was asked for."""
    return Charge(
        regie=regie,
        household_id=line.reservation.household_id,
        child_id=line.reservation.child_id,
        source=charge_source(line.pk),
        service_date=service_date,
        group_label=group_label,
        label=line.tariff_label,
        unit_price=line.price,
        amount=line.price,
        reasons=line.price_reasons,
        facts=line.price_facts,
        tariff_id=line.tariff_id,
        rated_later=line.rated_later,
        created_at=now,
    )


def _give_back(reservation: Reservation, demand: Demand, by: User, now: datetime) -> None:
    """Release the places of the cancelled days and bring the earlier requests that asked for them up to date."""
    cancelled = [cell.opening_id for cell in demand.cancellations]
    places = list(
        Place.objects.live(now)
        .filter(child=reservation.child, opening__in=cancelled)
        .select_related("line", "opening")
    )
    lines = [place.line_id for place in places]
    release(places, now=now)
    close_lines(line_ids=lines, to_state=LineState.CANCELLED, reason="Annulée à la demande de la famille.")
    record(
        reservation_ids={place.line.reservation_id for place in places}, act="Jours annulés", by=by, now=now
    )
    sources = [charge_source(line) for line in lines]
    void_charges(sources=sources, reason="Annulée dans les délais.", now=now)
    ask_what_becomes_of_the_money(reservation, sources, now)


def _tell(reservation: Reservation, demand: Demand, by: User, now: datetime) -> None:
    write_mail(
        to=by.email,
        template="reservation_recorded",
        context={"reservation": reservation, "demand": demand, "child": reservation.child},
        now=now,
        dedupe_key=f"reservation:{reservation.pk}:recorded",
    )
