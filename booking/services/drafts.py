"""What a family is ticking: saved at each step, so that a lost network, session or page loses nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from booking.models import BookingDraft, Opening, Period
from booking.queries.planning import Planning
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
        child=child,
        household_id=child.household_id,
        period=period,
        defaults={"updated_by": by, "updated_at": now},
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
    _rewrite(draft, wishes, cancellations, by, now)
    return draft


@transaction.atomic
def pick_days(
    *,
    draft: BookingDraft,
    planning: Planning,
    stage_id: int,
    weekdays: Collection[int],
    dates: tuple[date, date],
    tick: bool,
    by: User,
    now: datetime,
) -> BookingDraft:
    """Tick, or untick, one column on these weekdays (ISO numbers) between two dates, wherever it is possible.

    A ticked day whose place was to be given back keeps it; an unticked day whose place may be given back asks for it.
    """
    locked = BookingDraft.objects.select_for_update().get(pk=draft.pk)
    wishes, cancellations = draft_wishes(locked), set(locked.cancellations)
    first, last = dates
    days = (day for day in planning.days if first <= day.date <= last and day.date.isoweekday() in weekdays)
    for cell in (cell for day in days for cell in day.cells):
        if cell is None or cell.stage_id != stage_id:
            continue
        if cell.place is not None and cell.can_cancel:
            (cancellations.discard if tick else cancellations.add)(cell.opening_id)
        elif tick and cell.is_open:
            wishes[cell.opening_id] = stage_id
        elif not tick and wishes.get(cell.opening_id) == stage_id:
            del wishes[cell.opening_id]
    _rewrite(locked, wishes, cancellations, by, now)
    return locked


@transaction.atomic
def tick_more(*, child: Child, period: Period, wishes: Mapping[int, int], by: User, now: datetime) -> int:
    """Add wishes (opening id → stage id) to a draft; what it has already stays. Returns how many are new."""
    if not wishes:
        return 0
    draft, _ = BookingDraft.objects.select_for_update().get_or_create(
        child=child,
        household_id=child.household_id,
        period=period,
        defaults={"updated_by": by, "updated_at": now},
    )
    before = draft_wishes(draft)
    _rewrite(draft, {**before, **wishes}, draft.cancellations, by, now)
    return len(wishes.items() - before.items())


def _rewrite(
    draft: BookingDraft, wishes: Mapping[int, int], cancellations: Collection[int], by: User, now: datetime
) -> None:
    """Nothing is written, nor dated, when nothing changes: the recap that shows this draft stays valid."""
    if (draft_wishes(draft), set(draft.cancellations)) == (wishes, set(cancellations)):
        return
    draft.wishes = {str(opening): stage for opening, stage in sorted(wishes.items())}
    draft.cancellations = sorted(cancellations)
    draft.updated_by, draft.updated_at = by, now
    draft.save()


def draft_wishes(draft: BookingDraft) -> dict[int, int]:
    """Opening id → stage id (JSON keeps keys as text)."""
    return {int(opening): stage for opening, stage in draft.wishes.items()}
