"""Coming days that have fewer children than their period's minimum."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from booking.enums import TAKING
from booking.models import Opening
from booking.rules.minimum import Minimum, shortfall


@dataclass(frozen=True, kw_only=True)
class ShortDay:
    """``missing``: what lacks for the day to be held, as a sentence without stop."""

    opening: Opening
    children: int
    residents: int
    missing: str


def short_days(*, today: date, until: date) -> list[ShortDay]:
    """From ``today`` to ``until`` (included), the soonest first. One query, whatever the number of days."""
    held = Q(places__state__in=TAKING)
    openings = (
        Opening.objects.filter(
            date__range=(today, until), closed_reason="", slot__period__minimum__isnull=False
        )
        .select_related("slot__period__activity__establishment")
        .annotate(
            children=Count("places", filter=held),
            residents=Count("places", filter=held & Q(places__child__household__is_resident=True)),
        )
        .order_by("date", "slot__position", "slot__starts", "pk")
    )
    found = []
    for opening in openings:
        minimum = Minimum.model_validate(opening.slot.period.minimum)
        missing = shortfall(minimum, children=opening.children, residents=opening.residents)
        if missing:
            found.append(
                ShortDay(
                    opening=opening,
                    children=opening.children,
                    residents=opening.residents,
                    missing=missing,
                )
            )
    return found
