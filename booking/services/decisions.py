"""What an agent decides on the days families ask for: accepted or refused, day by day, and taken back in time."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from billing.models import Regie
from billing.queries.charges import charges_about
from billing.services.charges import reinstate_charges, void_charges
from billing.services.shares import post_to_payers
from booking.enums import LINE_MOVES, LineAction, LineState, PaymentMode, PlaceState, ReservationState
from booking.errors import NoRoomError, PaymentInProgressError, UndecidableError
from booking.models import Cart, Opening, Place, Reservation, ReservationEvent, ReservationLine
from booking.queries.carts import open_payment_of
from booking.queries.planning import full_name
from booking.queries.recipients import family_account
from booking.services.history import record
from booking.services.office_holds import office_deadline
from booking.services.places import ask_again, close_lines, confirm, hold, lock_openings, release
from booking.services.requests import charge_for, charge_source
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.services.outbox import write_mail
from core.words import NBSP, days_summary, plural, short_date
from tenants.context import town_url

UNDO_WITHIN = timedelta(minutes=15)
ACT_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What one act changed. ``skipped``: days that no longer waited, decided or cancelled in between."""

    line_ids: tuple[int, ...]
    reservation_ids: tuple[int, ...]
    skipped: int


def decide_lines(*, line_ids: Collection[int], accept: bool, reason: str, by: User, now: datetime) -> Decided:
    """Accept or refuse the days that still wait among ``line_ids``: all or nothing, in one transaction.

    A day decided or cancelled in between is left as it is and counted as skipped, so that deciding twice decides once.
    In a prepaid period the accepted days go to the family's basket, held for the town's delay. Each family gets one
    mail for the act. Raises UndecidableError (no reason given for a refusal; days of a prepaid demand left undecided),
    NoRoomError (more days accepted than places left) or BusyError.
    """
    reason = reason.strip()
    if not accept and not reason:
        raise UndecidableError("Donnez le motif du refus : la famille le lira.")
    lines = list(_lines().filter(pk__in=line_ids, action=LineAction.ADD))
    with locking_transaction():
        carts = _lock_carts(lines) if accept else {}
        openings = lock_openings({line.opening_id for line in lines}, now=now)
        waiting = _still_waiting(lines)
        if accept:
            _require_room(waiting, openings)
            _accept(waiting, carts, now)
        else:
            release(list(waiting.values()), now=now)
            close_lines(line_ids=[line.pk for line in waiting], to_state=LineState.REFUSED, reason=reason)
        by_reservation = _by_reservation(waiting)
        _count_totals(by_reservation)
        for reservation, decided in by_reservation.items():
            word = "Acceptée" if accept else f"Refusée ({reason})"
            _record(reservation, f"{word}{NBSP}: {_days(decided)}", by, now)
            _tell(
                reservation,
                "reservation_decided",
                {"decided": decided, "accept": accept, "reason": reason},
                now,
            )
        if accept:
            _post_charges(waiting, now)
    return Decided(
        line_ids=tuple(line.pk for line in waiting),
        reservation_ids=tuple(reservation.pk for reservation in by_reservation),
        skipped=len(lines) - len(waiting),
    )


def undo_decision(*, line_ids: Collection[int], decided_at: datetime, by: User, now: datetime) -> int:
    """Take back what ``by`` decided at ``decided_at``: the days wait again. Returns how many.

    Raises UndecidableError when something happened since (time, a payment, an invoice, another act),
    PaymentInProgressError while the family pays.
    """
    if now - decided_at > UNDO_WITHIN:
        raise UndecidableError("Cette décision date de plus d’un quart d’heure : elle ne se reprend plus.")
    lines = list(_lines().filter(pk__in=line_ids, action=LineAction.ADD))
    reservations = {line.reservation_id for line in lines}
    with locking_transaction():
        for cart in lock_rows(Cart.objects.filter(pk__in={line.reservation.cart_id for line in lines})):
            if payment := open_payment_of(cart):
                raise PaymentInProgressError(payment.pk)
        lock_openings({line.opening_id for line in lines}, now=now)
        _require_untouched(lines, decided_at, by)
        ask_again(list(Place.objects.filter(line__in=lines)))
        close_lines(line_ids=[line.pk for line in lines], to_state=LineState.PENDING, reason="")
        by_reservation = _by_reservation(lines)
        Reservation.objects.filter(pk__in=reservations).update(
            state=ReservationState.PENDING, cart=None, pay_before=None
        )
        _count_totals(by_reservation)
        for reservation, taken_back in by_reservation.items():
            _record(reservation, f"Décision reprise{NBSP}: {_days(taken_back)}", by, now)
            _tell(reservation, "reservation_undecided", {"days": taken_back}, now)
        sources = [charge_source(line.pk) for line in lines]
        void_charges(sources=sources, reason="Décision reprise par le service.", now=now)
    return len(lines)


def _lines() -> QuerySet[ReservationLine]:
    return ReservationLine.objects.select_related(
        "reservation__child",
        "reservation__created_by",
        "reservation__period__activity__establishment",
        "reservation__period__activity__regie",
        "opening__slot",
    ).order_by("opening__date", "opening__slot__position", "pk")


def _lock_carts(lines: Iterable[ReservationLine]) -> dict[tuple[int, int], Cart]:
    """The baskets that accepted days may go to, created where missing; by household and régie."""
    keys = {_cart_key(line.reservation) for line in lines if _is_prepaid(line.reservation) and line.price}
    if not keys:
        return {}
    Cart.objects.bulk_create(
        [Cart(household_id=household, regie_id=regie) for household, regie in sorted(keys)],
        ignore_conflicts=True,
    )
    wanted = Q()
    for household, regie in keys:
        wanted |= Q(household=household, regie=regie)
    return {(cart.household_id, cart.regie_id): cart for cart in lock_rows(Cart.objects.filter(wanted))}


def _is_prepaid(reservation: Reservation) -> bool:
    return reservation.period.payment == PaymentMode.PREPAID


def _cart_key(reservation: Reservation) -> tuple[int, int]:
    regie_id = reservation.period.activity.regie_id
    assert regie_id is not None  # the commune file refuses a prepaid activity without a régie
    return reservation.household_id, regie_id


def _still_waiting(lines: Iterable[ReservationLine]) -> dict[ReservationLine, Place]:
    """Those whose place still is only asked for, read after their openings were locked."""
    places = {
        place.line_id: place for place in Place.objects.filter(line__in=lines, state=PlaceState.REQUESTED)
    }
    return {line: places[line.pk] for line in lines if line.pk in places}


def _by_reservation(lines: Iterable[ReservationLine]) -> dict[Reservation, list[ReservationLine]]:
    """In the order of their numbers: the order in which they are locked."""
    found: dict[Reservation, list[ReservationLine]] = {}
    for line in sorted(lines, key=lambda line: line.reservation_id):
        found.setdefault(line.reservation, []).append(line)
    return found


def _require_room(waiting: Mapping[ReservationLine, Place], openings: Mapping[int, Opening]) -> None:
    wanted: dict[int, Counter[int | None]] = {pk: Counter() for pk in openings}
    for place in waiting.values():
        wanted[place.opening_id][place.group_id] += 1
    named = {
        line.opening_id: f"{short_date(line.opening.date)}, {line.opening.slot.label}" for line in waiting
    }
    labels = {one.group_id: one.group.label for opening in openings.values() for one in opening.groups.all()}
    problems = []
    for pk, opening in openings.items():
        if short := opening.room.shortage(wanted[pk]):
            group, free, asked = short
            where = f" ({labels[group]})" if group else ""
            problems.append(
                f"{named[pk]}{where}{NBSP}: {plural(free, 'place libre', 'places libres')} "
                f"pour {plural(asked, 'demande')}."
            )
    if problems:
        raise NoRoomError([*problems, "Refusez ces jours, ou augmentez d’abord leur nombre de places."])


def _accept(
    waiting: Mapping[ReservationLine, Place], carts: Mapping[tuple[int, int], Cart], now: datetime
) -> None:
    to_pay = {
        reservation
        for reservation, lines in _by_reservation(waiting).items()
        if _is_prepaid(reservation) and any(line.price for line in lines)
    }
    _require_whole(to_pay, waiting)
    held = {line: place for line, place in waiting.items() if line.reservation in to_pay}
    firm = {line: place for line, place in waiting.items() if line not in held}
    close_lines(line_ids=[line.pk for line in held], to_state=LineState.AWAITING_PAYMENT, reason="")
    for reservation, lines in _by_reservation(held).items():
        until = office_deadline(((line.opening.date, line.opening.slot.starts) for line in lines), now=now)
        hold([held[line] for line in lines], until=until)
        Reservation.objects.filter(pk=reservation.pk).update(
            cart=carts[_cart_key(reservation)], pay_before=until
        )
    confirm(list(firm.values()))
    close_lines(line_ids=[line.pk for line in firm], to_state=LineState.ACCEPTED, reason="")


def _require_whole(to_pay: Collection[Reservation], waiting: Collection[ReservationLine]) -> None:
    """A basket holds whole demands: a day accepted while the family pays the others would change what is due."""
    left = (
        ReservationLine.objects.filter(reservation__in=to_pay, state=LineState.PENDING)
        .exclude(pk__in=[line.pk for line in waiting])
        .values_list("reservation_id", flat=True)
        .first()
    )
    if left:
        raise UndecidableError(
            f"La réservation n° {left:05d} se paie en une fois{NBSP}: refusez d’abord les jours à refuser, "
            "puis acceptez ensemble tous les autres."
        )


def _count_totals(reservations: Iterable[Reservation]) -> None:
    """The amount of a demand: what was asked for less what was refused; in a basket, also less what was given back."""
    left_out = Q(state=LineState.REFUSED) | Q(
        state=LineState.CANCELLED, reservation__period__payment=PaymentMode.PREPAID
    )
    counted = (
        ReservationLine.objects.filter(reservation=OuterRef("pk"))
        .exclude(left_out)
        .order_by()
        .values("reservation")
        .annotate(sum=Sum("price"))
        .values("sum")
    )
    Reservation.objects.filter(pk__in=[reservation.pk for reservation in reservations]).update(
        total=Coalesce(Subquery(counted), Decimal(0))
    )


def _post_charges(waiting: Iterable[ReservationLine], now: datetime) -> None:
    """What the accepted days owe; those of a basket owe nothing before they are paid."""
    for reservation, lines in _by_reservation(waiting).items():
        regie: Regie | None = reservation.period.activity.regie
        priced = [line for line in lines if line.is_owed]
        if regie is None or not priced or _is_prepaid(reservation):
            continue
        sources = [charge_source(line.pk) for line in priced]
        known = set(charges_about(sources).values_list("source", flat=True))
        reinstate_charges(sources=sources, now=now)
        post_to_payers(
            charge_for(
                line,
                service_date=line.opening.date,
                regie=regie,
                group_label=full_name(reservation.period),
                now=now,
            )
            for line in priced
            if charge_source(line.pk) not in known
        )


def _require_untouched(lines: Sequence[ReservationLine], decided_at: datetime, by: User) -> None:
    reservations = {line.reservation_id for line in lines}
    latest = (
        ReservationEvent.objects.filter(reservation__in=reservations)
        .order_by("reservation_id", "-pk")
        .distinct("reservation_id")
        .values_list("at", "by_id")
    )
    if not lines or set(latest) != {(decided_at, by.pk)}:
        raise UndecidableError("La demande a changé depuis cette décision : elle ne se reprend plus.")
    states = ReservationLine.objects.filter(pk__in=[line.pk for line in lines]).values_list(
        "state", flat=True
    )
    if not all(LineState.PENDING in LINE_MOVES[LineState(state)] for state in states):
        raise UndecidableError("Un de ces jours n’est plus dans l’état où cette décision l’a mis.")
    sources = [charge_source(line.pk) for line in lines]
    if charges_about(sources).filter(invoice_line__isnull=False).exists():
        raise UndecidableError("Un de ces jours est déjà sur une facture : annulez-le plutôt.")
    asked = {(line.opening_id, line.reservation.child_id) for line in lines}
    again = (
        Place.objects.filter(opening__in={opening for opening, _ in asked})
        .exclude(Q(state=PlaceState.RELEASED) | Q(line__in=lines))
        .values_list("opening_id", "child_id")
    )
    if asked & set(again):
        raise UndecidableError(
            "La famille a redemandé un de ces jours depuis : décidez de sa nouvelle demande."
        )


def _days(lines: Iterable[ReservationLine]) -> str:
    return days_summary({line.opening.date for line in lines})


def _record(reservation: Reservation, act: str, by: User, now: datetime) -> None:
    shown = act if len(act) <= ACT_LENGTH else f"{act[: ACT_LENGTH - 1]}…"
    record(reservation_ids=[reservation.pk], act=shown, by=by, now=now)
    reservation.refresh_from_db(fields=["state", "total", "pay_before"])


def _tell(reservation: Reservation, template: str, context: dict, now: datetime) -> None:
    asker = family_account(reservation.household_id, preferred=reservation.created_by)
    if asker is None:  # the family has no account: the office tells it otherwise
        return
    pays = reservation.state == ReservationState.AWAITING_PAYMENT
    link = reverse("cart") if pays else reverse("reservation_detail", args=[reservation.pk])
    shared = {
        "reservation": reservation,
        "full_name": full_name(reservation.period),
        "left": reservation.lines.filter(state=LineState.PENDING).count(),
        "pays": pays,
        "link": town_url(link),
    }
    write_mail(to=asker.email, template=template, context=context | shared, now=now)
