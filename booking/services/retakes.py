"""Late cancellations that are due unless another child takes the place: given back once the day is full again."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Q, QuerySet

from billing.services.corrections import Owed, set_owed
from booking.enums import PlaceState
from booking.models import AbsentDay, Opening, Place, ReservationLine, RetakeClaim
from booking.queries.planning import full_name
from booking.rules.groups import Room
from booking.services.history import record
from booking.services.places import lock_openings
from booking.services.requests import charge_for
from core.locks import locking_transaction
from core.money import ZERO
from core.words import NBSP, short_date
from tenants.context import town_timezone

TAKEN_AGAIN = "Place reprise par un autre enfant"
# A basket may be paid a while after the day itself.
LOOK_BACK = timedelta(days=7)


def settle_retakes(*, now: datetime) -> int:
    """Give back what is no longer due, the first who cancelled first. Returns how many cancellations.

    A place is taken again when it would be missing: with as many free places as cancellations, none was; where places
    are shared out by age or level, in the group of the child. Only firm places count. One short transaction a day of a
    service.
    """
    since = now.astimezone(town_timezone()).date() - LOOK_BACK
    openings = _open_claims().filter(opening__date__gte=since).order_by("opening_id")
    return sum(_settle_day(pk, now) for pk in list(openings.values_list("opening_id", flat=True).distinct()))


def _open_claims() -> QuerySet[RetakeClaim]:
    """Of days that can be full: with a number of places, or some for the child’s group."""
    limited = Q(opening__capacity__isnull=False) | Q(line__place__group__isnull=False)
    return RetakeClaim.objects.filter(limited, retaken_at=None)


def _settle_day(opening_id: int, now: datetime) -> int:
    with locking_transaction():
        opening = lock_openings([opening_id], now=now)[opening_id]
        claims = list(
            _open_claims()
            .filter(opening=opening)
            .select_related(
                "line__reservation__period__activity__establishment",
                "line__reservation__period__activity__regie",
                "line__opening",
                "line__place",
            )
            .order_by("since", "pk")
        )
        by_group: dict[int | None, list[RetakeClaim]] = {}
        for claim in claims:
            by_group.setdefault(claim.line.place.group_id, []).append(claim)
        settled = [
            pair
            for group, own in by_group.items()
            for pair in zip(own, _takers(opening, group, own), strict=False)
        ]
        for claim, taker in settled:
            RetakeClaim.objects.filter(pk=claim.pk).update(retaken_at=now, retaken_by=taker)
        _give_back([claim.line for claim, _ in settled], now)
    return len(settled)


def _takers(opening: Opening, group: int | None, claims: list[RetakeClaim]) -> list[ReservationLine]:
    """The lines that took these places again: the first booked since, as many as there would not have been otherwise."""
    firm = Place.objects.filter(opening=opening, state=PlaceState.CONFIRMED)
    # The room of the day as if only firm places counted.
    counted = Counter(firm.values_list("group_id", flat=True))
    groups = {one.group_id: one for one in opening.groups.all()}
    room = Room(
        free=None if opening.capacity is None else opening.capacity - counted.total(),
        groups={
            pk: None if one.capacity is None else one.capacity - counted[pk] for pk, one in groups.items()
        },
    )
    left = room.left(group)
    if left is None or left >= len(claims):
        return []
    booked_since = firm.filter(
        line__reservation__created_at__gte=claims[0].since, line__retaken_claim=None
    ).order_by("line__reservation__created_at", "pk")
    if opening.capacity is None:
        booked_since = booked_since.filter(group=group)
    return [place.line for place in booked_since.select_related("line")[: len(claims) - left]]


def _give_back(lines: Collection[ReservationLine], now: datetime) -> None:
    AbsentDay.objects.filter(line__in=lines).update(due=ZERO, explanation=TAKEN_AGAIN)
    owed = []
    for line in lines:
        period = line.reservation.period
        if period.activity.regie is not None:
            charge = charge_for(
                line,
                service_date=line.opening.date,
                regie=period.activity.regie,
                group_label=full_name(period),
                now=now,
            )
            owed.append(Owed(charge=charge, amount=ZERO, reason=TAKEN_AGAIN))
    by_reservation = groupby(
        sorted(lines, key=lambda line: line.reservation_id), key=lambda line: line.reservation_id
    )
    for reservation_id, group in by_reservation:
        days = ", ".join(short_date(line.opening.date) for line in group)
        record(reservation_ids=[reservation_id], act=f"{TAKEN_AGAIN}{NBSP}: {days}", by=None, now=now)
    set_owed(owed, now=now)
