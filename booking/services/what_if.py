"""Trying a draft of the town's file: applied, compared with what families have booked, and taken back at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from booking.queries.commitments import Commitment, commitments
from core.commune_file.report import CommuneFileError, Report
from core.commune_file.services import apply_text, check_text
from core.locks import locking_transaction
from core.money import format_euros
from core.queries.face import forget_face
from core.words import NBSP, short_date, short_moment
from tenants.context import Commune, town_timezone


@dataclass(frozen=True, kw_only=True)
class Touched:
    """Bookings of one period that a draft would change in one way, with the first of them as an example."""

    period: str
    what: str
    days: int
    children: int
    families: int
    example: str


@dataclass(frozen=True, kw_only=True)
class Trial:
    """``report``: what is wrong with the draft, or what it changes; ``touched`` is empty when it is wrong."""

    report: Report
    touched: tuple[Touched, ...] = ()


def try_file(*, commune: Commune, text: str, now: datetime) -> Trial:
    """What a draft would change in the settings, and for which bookings to come. Nothing is kept.

    Raises BusyError when families hold what the draft would change.
    """
    checked = check_text(text, "essai")
    if not checked.ok:
        return Trial(report=checked)
    try:
        with locking_transaction():
            before = commitments(now=now)
            report = apply_text(commune, text, name="essai")
            after = commitments(now=now)
            transaction.set_rollback(True)
    except CommuneFileError as error:
        return Trial(report=error.report)
    finally:
        forget_face()
        commune.refresh_from_db()
    return Trial(report=report, touched=tuple(_touched(before, after)))


_Words = Callable[[Commitment], str]


def _until(at: datetime | None) -> str:
    return f"jusqu’au {short_moment(at.astimezone(town_timezone()))}" if at else "jamais"


_FACTS: tuple[tuple[str, Callable[[Commitment], object], _Words], ...] = (
    ("Annulation", lambda one: one.cancel_until, lambda one: _until(one.cancel_until)),
    ("Réservation", lambda one: one.book_until, lambda one: _until(one.book_until)),
    (
        "Prix d’une nouvelle réservation (celles qui sont faites gardent le leur)",
        lambda one: one.price,
        lambda one: format_euros(one.price),
    ),
    ("Jour fermé", lambda one: one.closed, lambda one: one.closed or "ouvert"),
)


def _touched(before: Mapping[int, Commitment], after: Mapping[int, Commitment]) -> list[Touched]:
    groups: dict[tuple[str, str], list[tuple[Commitment, Commitment, _Words]]] = {}
    for place, old in before.items():
        new = after[place]
        for what, fact, words in _FACTS:
            if fact(old) != fact(new):
                groups.setdefault((old.period, what), []).append((old, new, words))
    return [_sum_up(period, what, rows) for (period, what), rows in groups.items()]


def _sum_up(period: str, what: str, rows: list[tuple[Commitment, Commitment, _Words]]) -> Touched:
    old, new, words = rows[0]
    return Touched(
        period=period,
        what=what,
        days=len(rows),
        children=len({one.child_id for one, _, _ in rows}),
        families=len({one.household_id for one, _, _ in rows}),
        example=f"{old.child}, {short_date(old.date)}, {old.label}{NBSP}: {words(old)} → {words(new)}",
    )
