"""An agent books or cancels for a family, whatever the delays say. Capacity stands: places are added first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.urls import reverse

from billing.services.charges import void_charges
from billing.services.shares import post_to_payers
from booking.enums import (
    LineAction,
    LineState,
    OfficePayment,
    OfficePrice,
    PaymentMode,
    PlaceState,
    ReservationState,
)
from booking.errors import NothingAskedError, RequestRefusedError
from booking.models import Cart, Opening, Period, Place, Reservation, ReservationLine
from booking.queries.office_planning import NO_ROOM, OfficeCell, OfficePlanning, office_planning
from booking.queries.planning import load_planning
from booking.queries.recipients import family_account
from booking.queries.waiting import NOBODY, waiting_on
from booking.services.history import record
from booking.services.money_back import ask_what_becomes_of_the_money
from booking.services.office_holds import office_deadline
from booking.services.places import close_lines, create_places, lock_openings, release
from booking.services.requests import charge_for, charge_source, freeze_price
from booking.services.waiting_entries import take_up
from core.locks import lock_rows, locking_transaction
from core.models import Child, User
from core.services.outbox import write_mail
from core.words import NBSP, short_date
from tenants.context import town_url


@dataclass(frozen=True, kw_only=True)
class OfficeTerms:
    """How an agent acts. ``payment`` counts in a prepaid period only; ``keeps_charges``: cancelled days stay owed."""

    reason: str
    price: OfficePrice = OfficePrice.NORMAL
    payment: OfficePayment = OfficePayment.INVOICE
    keeps_charges: bool = False


@dataclass(frozen=True, kw_only=True)
class OfficeDemand:
    office: OfficePlanning
    additions: Sequence[OfficeCell]
    cancellations: Sequence[OfficeCell]

    @property
    def period(self) -> Period:
        return self.office.planning.period

    @property
    def services(self) -> list[tuple[date, time]]:
        """The days to book with the hour they begin."""
        return [(cell.date, cell.slot.starts) for cell in self.additions]

    def total(self, price: OfficePrice) -> Decimal:
        return sum((cell.price(price) for cell in self.additions), Decimal(0))

    def needs_basket(self, terms: OfficeTerms) -> bool:
        prepaid = self.period.payment == PaymentMode.PREPAID
        return prepaid and terms.payment == OfficePayment.BASKET and self.total(terms.price) > 0


def check_office_demand(
    *, child: Child, period: Period, wishes: Collection[int], cancellations: Collection[int], now: datetime
) -> OfficeDemand:
    """Check openings to book and to give back, the only limits of an agent being places and closed days.

    Raises NothingAskedError or RequestRefusedError.
    """
    if not wishes and not cancellations:
        raise NothingAskedError("Vous n’avez rien changé. Cochez ou décochez au moins un jour.")
    office = office_planning(load_planning(child=child, period=period, now=now))
    problems: list[str] = []

    def checked(openings: Collection[int], *, booked: bool) -> list[OfficeCell]:
        found = [office.cell(opening) for opening in openings]
        cells = sorted((cell for cell in found if cell), key=lambda cell: cell.normal.order())
        if len(cells) < len(found):
            problems.append("Le planning a changé : vérifiez les jours et recommencez.")
        for cell in cells:
            done = "déjà réservé" if cell.booked else "déjà annulé"
            why = cell.obstacle if booked == bool(cell.booked) else done
            if why:
                problems.append(_problem(cell, why))
        return cells

    additions = checked(wishes, booked=False)
    given_back = checked(cancellations, booked=True)
    if problems:
        raise RequestRefusedError(problems)
    return OfficeDemand(office=office, additions=additions, cancellations=given_back)


def act_for_family(
    *,
    child: Child,
    period: Period,
    wishes: Collection[int],
    cancellations: Collection[int],
    terms: OfficeTerms,
    by: User,
    now: datetime,
) -> Reservation:
    """Write one numbered reservation of an agent: days booked (confirmed, or held in the family's basket) and days
    given back. All or nothing; the family is told, with the reason.

    ``wishes`` and ``cancellations`` are opening ids. Raises what check_office_demand raises, or BusyError.
    """
    demand = check_office_demand(
        child=child, period=period, wishes=wishes, cancellations=cancellations, now=now
    )
    with locking_transaction():
        cart = _lock_cart(demand, child) if demand.needs_basket(terms) else None
        openings = lock_openings([*wishes, *cancellations], now=now)
        _require_free(demand, openings, child, now)
        reservation = _write(demand, terms, child=child, cart=cart, by=by, now=now)
        if demand.cancellations:
            _give_back(reservation, demand, terms, by=by, now=now)
        record(reservation_ids=[reservation.pk], act=_act(demand, terms), by=by, now=now)
        reservation.refresh_from_db(fields=["state"])
        _tell(reservation, demand, terms, now=now)
    return reservation


def _problem(cell: OfficeCell, why: str) -> str:
    return f"{short_date(cell.date)}, {cell.label}{NBSP}: {why}."


def _lock_cart(demand: OfficeDemand, child: Child) -> Cart:
    regie = demand.period.activity.regie
    Cart.objects.bulk_create([Cart(household_id=child.household_id, regie=regie)], ignore_conflicts=True)
    (cart,) = lock_rows(Cart.objects.filter(household_id=child.household_id, regie=regie))
    return cart


def _require_free(demand: OfficeDemand, openings: dict[int, Opening], child: Child, now: datetime) -> None:
    """What was true before the lock is looked at again."""
    live = Place.objects.live(now).filter(opening__in=openings, child=child)
    booked = dict(live.values_list("opening_id", "state"))
    waiting = waiting_on(child=child, now=now, opening__in=openings)
    problems = []
    for cell in demand.additions:
        opening = openings[cell.opening_id]
        if opening.pk in booked:
            problems.append(_problem(cell, "déjà réservé"))
        elif opening.closed_reason:
            problems.append(_problem(cell, opening.closed_reason))
        elif waiting.get(opening.pk, NOBODY).left(opening.room, cell.normal.group_id) == 0:
            problems.append(_problem(cell, NO_ROOM))
    problems += [
        _problem(cell, "déjà annulé, ou dans le panier de la famille")
        for cell in demand.cancellations
        if booked.get(cell.opening_id, PlaceState.HELD) == PlaceState.HELD
    ]
    if problems:
        raise RequestRefusedError(problems)


def _write(
    demand: OfficeDemand, terms: OfficeTerms, *, child: Child, cart: Cart | None, by: User, now: datetime
) -> Reservation:
    pay_before = office_deadline(demand.services, now=now) if cart else None
    dates = [cell.date for cell in (*demand.additions, *demand.cancellations)]
    reservation = Reservation.objects.create(
        household_id=child.household_id,
        child=child,
        period=demand.period,
        cart=cart,
        state=ReservationState.AWAITING_PAYMENT if cart else ReservationState.ACCEPTED,
        total=demand.total(terms.price),
        first_date=min(dates),
        last_date=max(dates),
        pay_before=pay_before,
        created_at=now,
        created_by=by,
    )
    state = LineState.AWAITING_PAYMENT if cart else LineState.ACCEPTED
    additions = ReservationLine.objects.bulk_create(
        _added(reservation, cell, terms, state) for cell in demand.additions
    )
    ReservationLine.objects.bulk_create(
        _cancelled(reservation, cell, terms) for cell in demand.cancellations if cell.booked
    )
    take_up(
        reservation=reservation, opening_ids=[cell.opening_id for cell in demand.additions], by=by, now=now
    )
    create_places(
        additions,
        state=PlaceState.HELD if cart else PlaceState.CONFIRMED,
        groups={cell.opening_id: cell.normal.group_id for cell in demand.additions},
        held_until=pay_before,
    )
    if cart is None:
        _post(additions, demand, now)
    return reservation


def _added(
    reservation: Reservation, cell: OfficeCell, terms: OfficeTerms, state: LineState
) -> ReservationLine:
    stage = cell.stage(terms.price)
    line = ReservationLine(
        reservation=reservation,
        opening_id=cell.opening_id,
        stage_id=stage.stage_id,
        action=LineAction.ADD,
        state=state,
        label=stage.label,
        tariff_label=stage.tariff_label,
        reason=terms.reason,
    )
    if terms.price == OfficePrice.FREE:
        line.price_reasons = ["Gratuit, décidé par le service"]
    else:
        freeze_price(line, stage)
    return line


def _cancelled(reservation: Reservation, cell: OfficeCell, terms: OfficeTerms) -> ReservationLine:
    assert cell.booked is not None  # check_office_demand
    return ReservationLine(
        reservation=reservation,
        opening_id=cell.opening_id,
        stage_id=cell.booked.stage_id,
        action=LineAction.CANCEL,
        state=LineState.ACCEPTED,
        label=cell.booked.label,
        tariff_label=cell.booked.tariff_label,
        reason=terms.reason,
    )


def _post(lines: Sequence[ReservationLine], demand: OfficeDemand, now: datetime) -> None:
    regie = demand.period.activity.regie
    if regie is None:  # the commune file refuses a price without a régie to collect it
        return
    days = {cell.opening_id: cell.date for cell in demand.additions}
    post_to_payers(
        charge_for(
            line,
            service_date=days[line.opening_id],
            regie=regie,
            group_label=demand.office.planning.full_name,
            now=now,
        )
        for line in lines
        if line.is_owed
    )


def _give_back(
    reservation: Reservation, demand: OfficeDemand, terms: OfficeTerms, *, by: User, now: datetime
) -> None:
    given_back = [cell.opening_id for cell in demand.cancellations]
    live = Place.objects.live(now).filter(child=reservation.child, opening__in=given_back)
    places = list(live.select_related("line", "opening"))
    lines = [place.line_id for place in places]
    release(places, now=now)
    reason = f"Annulée par le service{NBSP}: {terms.reason}"
    close_lines(line_ids=lines, to_state=LineState.CANCELLED, reason=reason)
    earlier = {place.line.reservation_id for place in places}
    record(reservation_ids=earlier, act=reason, by=by, now=now)
    if terms.keeps_charges:
        return
    sources = [charge_source(line) for line in lines]
    void_charges(sources=sources, reason=reason, now=now)
    ask_what_becomes_of_the_money(reservation, sources, now)


def _act(demand: OfficeDemand, terms: OfficeTerms) -> str:
    """What the history keeps: « Réservé par le service, prix normal : oubli de la famille »."""
    done = []
    if demand.additions:
        done.append(f"Réservé par le service, {terms.price.label.lower()}")
    if demand.cancellations:
        kept = "montant dû" if terms.keeps_charges else "sans frais"
        done.append(f"{'annulé' if done else 'Annulé par le service'}, {kept}")
    return f"{' ; '.join(done)}{NBSP}: {terms.reason}"


def _tell(reservation: Reservation, demand: OfficeDemand, terms: OfficeTerms, *, now: datetime) -> None:
    account = family_account(reservation.household_id)
    if account is None:  # the family has no account: the office tells it otherwise
        return
    pays = reservation.state == ReservationState.AWAITING_PAYMENT
    context = {
        "reservation": reservation,
        "child": reservation.child,
        "full_name": demand.office.planning.full_name,
        "additions": demand.additions,
        "cancellations": demand.cancellations,
        "terms": terms,
        "pays": pays,
        "link": town_url(reverse("cart") if pays else reverse("reservation_detail", args=[reservation.pk])),
    }
    write_mail(
        to=account.email,
        template="reservation_by_office",
        context=context,
        now=now,
        dedupe_key=f"reservation:{reservation.pk}:office",
    )
