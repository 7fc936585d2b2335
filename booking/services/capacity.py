"""The office changes how many places days have, closes one, opens it again; the journal keeps who and why."""

from collections.abc import Collection
from datetime import date, datetime

from booking.models import Opening, Period, PlacesAct, Slot, SlotGroup, Staffing
from booking.services.openings import CLOSED_BY_CALENDAR, OpeningsInUseError
from booking.services.places import lock_openings
from booking.services.waiting_entries import announce_freed
from core.audit_acts import AuditAct
from core.errors import DomainError
from core.locks import locking_transaction
from core.models import User
from core.services.audit import record
from core.words import NBSP, WEEKDAYS, and_list, plural, short_date

SHOWN = 8  # days named in a refusal


class NothingToChangeError(DomainError):
    code = "no_opening"
    message = "Aucun jour ouvert ne correspond : vérifiez les dates, les jours et l’accueil."


def change_capacity(
    *,
    period: Period,
    slots: Collection[Slot],
    weekdays: Collection[int],
    dates: tuple[date, date],
    capacity: int | None,
    by: User,
    now: datetime,
    group: SlotGroup | None = None,
) -> int:
    """Give ``capacity`` places (None: no limit) to the openings of these slots, on these weekdays (ISO numbers), between
    two dates included; with ``group``, to that group of them only. Returns how many days. All or nothing, in as many
    queries for one day as for a year.

    Raises OpeningsInUseError when more places are taken on some of them, NothingToChangeError, BusyError.
    """
    wanted = Opening.objects.filter(
        slot__in=slots, slot__period=period, date__range=dates, date__iso_week_day__in=weekdays
    )
    if group:
        wanted = wanted.filter(groups__group=group)
    with locking_transaction():
        openings = lock_openings(list(wanted.values_list("pk", flat=True)), now=now)
        if not openings:
            raise NothingToChangeError
        _require_room(openings.values(), group, capacity)
        changed = [pk for pk, opening in openings.items() if opening.counter(group).capacity != capacity]
        if group:
            group.days.filter(opening__in=changed).update(capacity=capacity)
        else:
            Opening.objects.filter(pk__in=changed).update(capacity=capacity)
        announce_freed(changed)
        places = "sans limite" if capacity is None else plural(capacity, "place")
        what = and_list([slot.label for slot in slots]) + (f" ({group.label})" if group else "")
        when = _when(dates, weekdays)
        _note(period, f"{what}{NBSP}: {places} {when}", by, now)
    return len(openings)


def close_opening(*, opening: Opening, reason: str, by: User, now: datetime) -> None:
    """Stop new bookings of one day; those already made stand. Raises OpeningsInUseError when it is closed already."""
    with locking_transaction():
        locked = lock_openings([opening.pk], now=now)[opening.pk]
        if locked.closed_reason:
            raise OpeningsInUseError(f"Ce jour est déjà fermé{NBSP}: {locked.closed_reason}.")
        _set_closed(opening, reason, f"fermé ({reason})", by, now)


def reopen_opening(*, opening: Opening, by: User, now: datetime) -> None:
    """Let a day be booked again. Raises OpeningsInUseError for a day that the calendar closes."""
    with locking_transaction():
        locked = lock_openings([opening.pk], now=now)[opening.pk]
        if locked.closed_reason == CLOSED_BY_CALENDAR:
            raise OpeningsInUseError(
                "Le calendrier de la commune ferme ce jour : corrigez d’abord le calendrier."
            )
        if locked.closed_reason:
            _set_closed(opening, "", "rouvert", by, now)


def set_staffing(*, slot: Slot, adults: int, under_six: int, six_and_over: int) -> None:
    """Say how a slot is staffed; no adult at all takes the alert away."""
    if adults:
        values = {"adults": adults, "under_six": under_six, "six_and_over": six_and_over}
        Staffing.objects.update_or_create(slot=slot, defaults=values)
    else:
        Staffing.objects.filter(slot=slot).delete()


def _require_room(openings: Collection[Opening], group: SlotGroup | None, capacity: int | None) -> None:
    taken = [(opening.date, opening.counter(group).taken) for opening in openings]
    over = sorted(day for day in taken if capacity is not None and day[1] > capacity)
    if over:
        listed = [f"{short_date(day)} ({plural(count, 'prise')})" for day, count in over[:SHOWN]]
        more = f" et {plural(len(over) - SHOWN, 'autre jour', 'autres jours')}" if len(over) > SHOWN else ""
        raise OpeningsInUseError(
            f"Rien n’est changé : plus de places sont déjà prises {', '.join(listed)}{more}. "
            "Annulez d’abord des réservations, ou gardez au moins ce nombre de places."
        )


def _when(dates: tuple[date, date], weekdays: Collection[int]) -> str:
    first, last = dates
    if first == last:
        return f"le {short_date(first)}"
    days = and_list([f"les {WEEKDAYS[day - 1]}s" for day in sorted(weekdays)])
    return f"{days} du {first:%d/%m/%Y} au {last:%d/%m/%Y}"


def _set_closed(opening: Opening, reason: str, word: str, by: User, now: datetime) -> None:
    Opening.objects.filter(pk=opening.pk).update(closed_reason=reason)
    if not reason:
        announce_freed([opening.pk])
    _note(opening.slot.period, f"{opening.slot.label}, {short_date(opening.date)}{NBSP}: {word}", by, now)


def _note(period: Period, act: str, by: User, now: datetime) -> None:
    """On the page of the places, and in the journal."""
    PlacesAct.objects.create(period=period, at=now, by=by, act=act[:300])
    record(act=AuditAct.PLACES, by=by, now=now, on=period, note=act)
