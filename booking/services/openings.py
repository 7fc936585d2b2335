"""The dates of a period's slots: opened from its calendar, closed where nobody counts on them."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import Exists, OuterRef, QuerySet

from booking.models import Opening, Period, Place, ReservationLine, Slot, WaitingEntry
from booking.rules.opening_days import InSchoolHolidays, opening_days
from core.calendars import Calendar
from core.clock import now
from core.errors import DomainError
from core.locks import lock_rows
from core.words import NBSP, days_summary, plural

CLOSED_BY_CALENDAR = "Fermé ce jour-là"


class OpeningsInUseError(DomainError):
    code = "openings_in_use"


@dataclass(frozen=True, slots=True)
class OpeningsChange:
    added: int
    closed: int


def sync_openings(*, period: Period, calendar: Calendar) -> OpeningsChange:
    """Open every day of the period and close the others; days that stay keep their capacity and their places.

    A day that closes disappears when nothing ever referred to it; otherwise it stays, marked closed, for the
    history. Runs in a transaction; its number of queries does not depend on the number of days.
    Raises OpeningsInUseError when children still hold places on days that would close.
    """
    days = set(
        opening_days(
            start=period.start,
            end=period.end,
            weekdays=period.weekdays,
            in_school_holidays=cast(InSchoolHolidays, period.in_school_holidays),
            calendar=calendar,
        )
    )
    openings = Opening.objects.filter(slot__period=period)
    closed = _close(period, openings.exclude(date__in=days))
    reopened = openings.filter(date__in=days, closed_reason=CLOSED_BY_CALENDAR).update(closed_reason="")
    return OpeningsChange(added=reopened + _open(period, days), closed=closed)


def resize_openings(*, slot: Slot, before: int | None) -> None:
    """Give the slot's capacity to the days that had its former one, `before`. Runs in a transaction.

    Raises OpeningsInUseError when more places are already taken.
    """
    locked: list[Opening] = lock_rows(slot.openings.filter(capacity=before))
    if slot.capacity is not None:
        full = [opening for opening in locked if opening.taken > slot.capacity]
        if full:
            most = max(opening.taken for opening in full)
            raise OpeningsInUseError(
                f"«{NBSP}{slot.label}{NBSP}» ({slot.period}) ne peut pas passer à {plural(slot.capacity, 'place')}{NBSP}: "
                f"il y a jusqu’à {plural(most, 'place prise', 'places prises')} ({_shortened([one.date for one in full])})."
            )
    slot.openings.filter(pk__in=[opening.pk for opening in locked]).update(capacity=slot.capacity)


def _close(period: Period, openings: QuerySet[Opening]) -> int:
    locked: list[Opening] = lock_rows(openings)
    if not locked:
        return 0
    gone = Opening.objects.filter(pk__in=[opening.pk for opening in locked])
    held = list(Place.objects.live(now()).filter(opening__in=gone).values_list("opening__date", flat=True))
    if held:
        raise OpeningsInUseError(
            f"«{NBSP}{period}{NBSP}» ne peut pas fermer {_shortened(held)}{NBSP}: {plural(len(held), 'place')} y "
            f"{'sont réservées' if len(held) > 1 else 'est réservée'}. Annulez d’abord ces réservations."
        )
    known = Exists(ReservationLine.objects.filter(opening=OuterRef("pk"))) | Exists(
        WaitingEntry.objects.filter(opening=OuterRef("pk"))
    )
    marked = gone.filter(known, closed_reason="").update(closed_reason=CLOSED_BY_CALENDAR)
    deleted, _ = gone.filter(~known).delete()
    return marked + deleted


def _open(period: Period, days: set[date]) -> int:
    existing = set(Opening.objects.filter(slot__period=period).values_list("slot_id", "date"))
    missing = [
        Opening(slot=slot, date=day, capacity=slot.capacity)
        for slot in period.slots.all()
        for day in sorted(days)
        if (slot.pk, day) not in existing
    ]
    Opening.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _shortened(days: list[date]) -> str:
    """The first days, and how many more."""
    distinct = sorted(set(days))
    more = f" et {plural(len(distinct) - 5, 'autre jour', 'autres jours')}" if len(distinct) > 5 else ""
    return f"{days_summary(distinct[:5])}{more}"
