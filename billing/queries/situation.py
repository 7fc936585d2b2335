"""Where each régie stands this morning: its till, its account, what is to be deposited, closed, given back, explained."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import TruncMonth

from billing.enums import TILL_MEANS, ClosingKind, EntryKind, Means
from billing.models import Closing, DepositSlip, JournalEntry, ProviderStatement, Refund, Regie
from billing.queries.reconciliation import compare
from core.money import ZERO


@dataclass(kw_only=True)
class Situation:
    """One régie on a day. ``till``: paper of each means that is in it; ``account``: what went through its bank account;
    ``received``: today's movements by means; ``days_to_close``: days before today that moved and are not closed.
    Euros."""

    regie: Regie
    till: dict[Means, Decimal] = field(default_factory=dict)
    account: Decimal = ZERO
    received: dict[Means, Decimal] = field(default_factory=dict)
    closed: date | None = None
    month: date | None = None  # the last day of the last month that is closed
    days_to_close: int = 0
    month_to_close: date | None = None
    refunds: int = 0
    refund_sum: Decimal = ZERO
    statement: ProviderStatement | None = None  # the last one, when some of its differences are not explained
    differences: int = 0

    @property
    def today(self) -> Decimal:
        return sum(self.received.values(), ZERO)

    @property
    def in_till(self) -> Decimal:
        return sum(self.till.values(), ZERO)


def situations(regies: Collection[Regie], *, on: date) -> list[Situation]:
    """All of these régies in a constant number of queries, but for the differences of each one's last statement."""
    found = {regie.pk: Situation(regie=regie) for regie in regies}
    _count_money(found, on)
    _count_closings(found, on)
    refunds = Refund.objects.to_do().filter(regie__in=found).order_by().values("regie")
    for row in refunds.annotate(count=Count("pk"), sum=Sum("amount")):
        found[row["regie"]].refunds, found[row["regie"]].refund_sum = row["count"], row["sum"]
    last_read = ProviderStatement.objects.filter(regie__in=found).order_by("regie_id", "-last_day", "-pk")
    for statement in last_read.distinct("regie_id"):
        if differences := compare(statement).open_count:
            found[statement.regie_id].statement = statement
            found[statement.regie_id].differences = differences
    return list(found.values())


def _count_money(found: dict[int, Situation], on: date) -> None:
    paper = Q(means__in=sorted(TILL_MEANS)) & ~Q(kind=EntryKind.UNPAID)
    rows = (
        JournalEntry.objects.filter(regie__in=found)
        .order_by()
        .values("regie", "means")
        .annotate(all=Sum("amount"), paper=Sum("amount", filter=paper), now=Sum("amount", filter=Q(on=on)))
    )
    whole: dict[int, Decimal] = defaultdict(lambda: ZERO)
    left: dict[int, dict[Means, Decimal]] = defaultdict(dict)
    for row in rows:
        means = Means(row["means"])
        whole[row["regie"]] += row["all"]
        left[row["regie"]][means] = row["paper"] or ZERO
        if row["now"]:
            found[row["regie"]].received[means] = row["now"]
    slips = DepositSlip.objects.filter(regie__in=found, cancelled_at=None).order_by()
    for slip in slips.values("regie", "means").annotate(sum=Sum("total")):
        means = Means(slip["means"])
        left[slip["regie"]][means] = left[slip["regie"]].get(means, ZERO) - slip["sum"]
    for pk, situation in found.items():
        situation.till = {means: left[pk][means] for means in Means if left[pk].get(means)}
        situation.account = whole[pk] - situation.in_till


def _count_closings(found: dict[int, Situation], on: date) -> None:
    lasts = Closing.objects.filter(regie__in=found).order_by().values("regie", "kind")
    for row in lasts.annotate(last=Max("last_day")):
        one = found[row["regie"]]
        one.closed = max(filter(None, [one.closed, row["last"]]))
        if row["kind"] == ClosingKind.MONTH:
            one.month = row["last"]
    moved = JournalEntry.objects.filter(regie__in=found, on__lt=on).order_by()
    closed = Closing.objects.filter(regie=OuterRef("regie")).order_by().values("regie")
    open_days = moved.annotate(closed=Subquery(closed.annotate(last=Max("last_day")).values("last")))
    open_days = open_days.filter(Q(closed=None) | Q(on__gt=F("closed")))
    for moves in open_days.values("regie").annotate(days=Count("on", distinct=True)):
        found[moves["regie"]].days_to_close = moves["days"]
    months = closed.filter(kind=ClosingKind.MONTH).annotate(last=Max("last_day")).values("last")
    unclosed = moved.annotate(month=Subquery(months)).filter(Q(month=None) | Q(on__gt=F("month")))
    for regie, first in unclosed.values("regie").annotate(first=Min("on")).values_list("regie", "first"):
        if first < on.replace(day=1):
            found[regie].month_to_close = first.replace(day=1)


def receipts_by_means(
    regies: Collection[Regie], *, first: date, last: date
) -> list[tuple[date, dict[Means, Decimal]]]:
    """Euros that came in less what went back, by month of the books and by means. One query."""
    entries = JournalEntry.objects.filter(regie__in=regies, on__range=(first, last)).order_by()
    sums: dict[date, dict[Means, Decimal]] = defaultdict(dict)
    for row in entries.values("means", month=TruncMonth("on")).annotate(sum=Sum("amount")):
        sums[row["month"]][Means(row["means"])] = row["sum"]
    return [(month, sums[month]) for month in _months(first, last)]


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)
