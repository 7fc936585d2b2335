"""What a family is ticking: saved at each step, so that a lost network, session or page loses nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from booking.models import BookingDraft, Opening, Period
from core.models import Child, User


@dataclass(frozen=True, kw_only=True)
class Ticks:
    """What a page of the planning sent: ``first`` to ``last`` are the days it showed.

    ``ticked``: opening id → stage id. ``kept_or_not``: openings where the child has a place that the page let
    it give back; it does when the box is not ticked. ``told``: wishes the page said are not possible any more.
    """

    first: date
    last: date
    ticked: Mapping[int, int]
    kept_or_not: Collection[int] = ()
    told: Collection[int] = ()


@transaction.atomic
def save_draft(*, child: Child, period: Period, ticks: Ticks, by: User, now: datetime) -> BookingDraft:
    """Keep what this page shows, and what was ticked before on the other days of the period."""
    draft, _ = BookingDraft.objects.select_for_update().get_or_create(
        child=child, period=period, defaults={"updated_by": by, "updated_at": now}
    )
    shown = set(
        Opening.objects.filter(slot__period=period, date__range=(ticks.first, ticks.last)).values_list(
            "pk", flat=True
        )
    )
    settled = shown | set(ticks.told)
    given_back = set(ticks.kept_or_not) & shown
    wishes = {int(opening): stage for opening, stage in draft.wishes.items() if int(opening) not in settled}
    wishes |= {
        opening: stage
        for opening, stage in ticks.ticked.items()
        if opening in shown and opening not in given_back
    }
    cancellations = {opening for opening in draft.cancellations if opening not in settled}
    cancellations |= {opening for opening in given_back if opening not in ticks.ticked}
    changed = (draft_wishes(draft), set(draft.cancellations)) != (wishes, cancellations)
    if changed:
        draft.wishes = {str(opening): stage for opening, stage in sorted(wishes.items())}
        draft.cancellations = sorted(cancellations)
        draft.updated_by, draft.updated_at = by, now
        draft.save()
    return draft


def draft_wishes(draft: BookingDraft) -> dict[int, int]:
    """Opening id → stage id (JSON keeps keys as text)."""
    return {int(opening): stage for opening, stage in draft.wishes.items()}
