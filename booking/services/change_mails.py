"""Telling families what the office changed for them: one mail a family, all its children and days together."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from django.urls import reverse

from booking.enums import ChangeKind, PlaceState
from booking.models import ChangedLine, ServiceChange
from booking.queries.changes import accounts_of, concerned_lines, mail_key
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.services.outbox import Letter, write_mails
from tenants.context import town_url

# Families told in one transaction: progress is seen, and what is written stays written.
BATCH = 100


def tell_changes(*, now: datetime) -> int:
    """Write the mails of every act whose families are not all told. Returns how many. Run again, it repeats none."""
    waiting = ServiceChange.objects.filter(told_at__isnull=True).order_by("at", "pk")
    return sum(_tell(change, now) for change in waiting)


def _tell(change: ServiceChange, now: datetime) -> int:
    rows = concerned_lines(change)
    if change.undone_at and change.kind == ChangeKind.CANCELLED:
        rows = rows.exclude(before=PlaceState.HELD)
    families = [
        (household, list(group))
        for household, group in groupby(rows, key=lambda row: row.line.reservation.household_id)
    ]
    accounts = accounts_of([household for household, _ in families])
    link = town_url(reverse("reservation_list"))
    letters = [
        _letter(change, accounts[household], household, group, link)
        for household, group in families
        if household in accounts
    ]
    told = 0
    for start in range(0, len(letters), BATCH):
        with locking_transaction():
            told += write_mails(letters=letters[start : start + BATCH], now=now)
    with locking_transaction():
        (locked,) = lock_rows(ServiceChange.objects.filter(pk=change.pk))
        if locked.undone_at == change.undone_at:
            ServiceChange.objects.filter(pk=change.pk).update(told_at=now)
    return told


def _letter(
    change: ServiceChange, user: User, household: int, rows: Iterable[ChangedLine], link: str
) -> Letter:
    context: dict[str, Any] = {
        "change": change,
        "children": [
            (child, [row.line for row in days])
            for child, days in groupby(rows, key=lambda row: row.line.reservation.child)
        ],
        "link": link,
    }
    return Letter(
        to=user.email,
        template="service_change_undone" if change.undone_at else f"service_{change.kind}",
        context=context,
        dedupe_key=mail_key(change, household),
    )
