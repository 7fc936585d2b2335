"""Marking who came. Every act is kept; sent twice, or by two devices at once, it counts once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID, uuid4

from booking.enums import TAKING, Mark
from booking.errors import UnmarkedError
from booking.models import AttendanceAct, AttendanceSheet, Opening, Place
from booking.queries.attendance import acts_by_child, known_acts
from booking.services.attendance_charges import settle_unbooked
from booking.services.no_shows import settle_no_shows
from core.locks import lock_rows, locking_transaction
from core.models import Child, User
from core.words import NBSP, plural


@dataclass(frozen=True, kw_only=True)
class Marking:
    """One act as a device made it. ``at`` is aware; ``seen`` is the act it showed for the child, if any."""

    uuid: UUID
    child_id: int
    mark: Mark
    at: datetime
    arrived: time | None = None
    left: time | None = None
    seen: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """``settled``: the acts that the device may forget, kept now or before. ``unknown``: of children who left the town."""

    settled: frozenset[UUID]
    unknown: frozenset[UUID]


def record_marks(
    *, opening: Opening, markings: Sequence[Marking], device: str, by: User, now: datetime
) -> Recorded:
    """Keep what a device marked, in the order it was done: each act once, however often it is sent.

    An act of the future is of now. When the sheet is closed, what the children owe follows at once.
    """
    with locking_transaction():
        lock_rows(Opening.objects.filter(pk=opening.pk))
        before = known_acts(marking.uuid for marking in markings)
        children = set(
            Child.objects.filter(pk__in={marking.child_id for marking in markings}).values_list(
                "pk", flat=True
            )
        )
        fresh = [one for one in markings if one.uuid not in before and one.child_id in children]
        _keep(opening, fresh, device=device, by=by, now=now)
        if AttendanceSheet.objects.filter(opening=opening).exists():
            settle_unbooked(opening=opening, children={one.child_id for one in fresh}, now=now)
            settle_no_shows(opening=opening, absent=_absent(opening), now=now)
    return Recorded(
        settled=frozenset(before | {one.uuid for one in fresh}),
        unknown=frozenset(one.uuid for one in markings if one.child_id not in children) - before,
    )


def close_sheet(*, opening: Opening, rest_is_absent: bool, by: User, now: datetime) -> AttendanceSheet:
    """« Terminer le pointage »: absences and unexpected presences are known, and those that cost something are charged.

    Closing twice changes nothing. Raises UnmarkedError when expected children are not marked, unless they are absent.
    """
    with locking_transaction():
        lock_rows(Opening.objects.filter(pk=opening.pk))
        unmarked = _unmarked(opening, now)
        if unmarked and not rest_is_absent:
            count = plural(len(unmarked), "enfant n’est pas pointé", "enfants ne sont pas pointés")
            raise UnmarkedError(
                f"{count}{NBSP}: pointez-les, ou cochez «{NBSP}Noter absents les enfants non pointés{NBSP}»."
            )
        absences = [
            Marking(uuid=uuid4(), child_id=child, mark=Mark.ABSENT, at=now) for child in sorted(unmarked)
        ]
        _keep(opening, absences, device="", by=by, now=now)
        sheet, _ = AttendanceSheet.objects.get_or_create(
            opening=opening, defaults={"closed_at": now, "closed_by": by}
        )
        settle_unbooked(opening=opening, children=None, now=now)
        settle_no_shows(opening=opening, absent=_absent(opening), now=now)
    return sheet


def _absent(opening: Opening) -> set[int]:
    return {pk for pk, acts in acts_by_child(opening).items() if acts[-1].mark == Mark.ABSENT}


def _unmarked(opening: Opening, now: datetime) -> set[int]:
    expected = set(
        Place.objects.live(now).filter(opening=opening, state__in=TAKING).values_list("child_id", flat=True)
    )
    marked = {pk for pk, acts in acts_by_child(opening).items() if acts[-1].mark != Mark.NONE}
    return expected - marked


def _keep(opening: Opening, markings: Collection[Marking], *, device: str, by: User, now: datetime) -> None:
    in_force = {
        pk: acts[-1]
        for pk, acts in acts_by_child(opening, children={one.child_id for one in markings}).items()
    }
    acts = []
    for marking in sorted(markings, key=lambda one: one.at):
        known = in_force.get(marking.child_id)
        act = AttendanceAct(
            uuid=marking.uuid,
            opening=opening,
            child_id=marking.child_id,
            mark=marking.mark,
            arrived=marking.arrived if marking.mark == Mark.PRESENT else None,
            left=marking.left if marking.mark == Mark.PRESENT else None,
            at=min(marking.at, now),
            received_at=now,
            by=by,
            device=device,
            seen=marking.seen,
            contested=known is not None
            and known.device != device
            and known.uuid != marking.seen
            and known.mark != marking.mark,
        )
        acts.append(act)
        if known is None or act.at >= known.at:
            in_force[marking.child_id] = act
    AttendanceAct.objects.bulk_create(acts)
