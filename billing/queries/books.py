"""What the journal of a régie says: movements, totals by means, what is in the till, where the money is."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet, Sum

from billing.enums import TILL_MEANS, ClosingKind, EntryKind, Means, PaymentState
from billing.models import Closing, DepositItem, DepositSlip, JournalEntry, Payment, Regie
from core.money import ZERO


@dataclass(frozen=True, kw_only=True)
class MeansTotal:
    """Euros of one means over a span: what came, what was taken back, what was refunded."""

    means: Means
    count: int
    received: Decimal
    taken_back: Decimal
    refunded: Decimal

    @property
    def total(self) -> Decimal:
        return self.received + self.taken_back + self.refunded


def find_entries(
    *,
    regie: int | None = None,
    first: date | None = None,
    last: date | None = None,
    means: str = "",
    kind: str = "",
) -> QuerySet[JournalEntry]:
    """Entries between two days of the books, both included, with what a line of the journal shows."""
    entries = JournalEntry.objects.select_related(
        "regie", "household", "payment__account", "payment__quittance", "refund", "by"
    )
    wanted = {"regie": regie, "on__gte": first, "on__lte": last, "means": means, "kind": kind}
    return entries.filter(**{name: value for name, value in wanted.items() if value})


def totals_by_means(entries: QuerySet[JournalEntry]) -> list[MeansTotal]:
    """One row for each means that moved, in the order of Means. One query."""
    sums: dict[str, dict[str, tuple[Decimal, int]]] = {}
    rows = entries.order_by().values("means", "kind").annotate(sum=Sum("amount"), count=Count("pk"))
    for row in rows:
        sums.setdefault(row["means"], {})[row["kind"]] = (row["sum"], row["count"])
    return [_total(means, sums[means]) for means in Means if means in sums]


def _total(means: Means, kinds: dict[str, tuple[Decimal, int]]) -> MeansTotal:
    amounts = {kind: amount for kind, (amount, _) in kinds.items()}
    received, refunded = amounts.get(EntryKind.RECEIVED, ZERO), amounts.get(EntryKind.REFUNDED, ZERO)
    return MeansTotal(
        means=means,
        count=sum(count for _, count in kinds.values()),
        received=received,
        refunded=refunded,
        taken_back=sum(amounts.values(), ZERO) - received - refunded,
    )


def in_till(regie: Regie, *, on: date) -> dict[Means, Decimal]:
    """Euros of paper of each means that the till should hold at the end of a day. Two queries.

    What comes back unpaid had left the till: it weighs on the account, not on the till.
    """
    entries = regie.entries.filter(on__lte=on, means__in=TILL_MEANS).exclude(kind=EntryKind.UNPAID)
    came = dict(entries.order_by().values("means").annotate(sum=Sum("amount")).values_list("means", "sum"))
    slips = DepositSlip.objects.filter(regie=regie, on__lte=on, cancelled_at=None)
    left = dict(slips.order_by().values("means").annotate(sum=Sum("total")).values_list("means", "sum"))
    return {means: came.get(means, ZERO) - left.get(means, ZERO) for means in Means if means in TILL_MEANS}


def account_balance(regie: Regie, *, on: date) -> Decimal:
    """Euros that went through the régie's bank account up to a day: everything that is not in the till."""
    total = regie.entries.filter(on__lte=on).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return total - sum(in_till(regie, on=on).values(), ZERO)


def to_deposit(regie: Regie, means: str) -> QuerySet[Payment]:
    """Payments of one means that lie in the till, oldest first."""
    gone = DepositItem.objects.filter(payment=OuterRef("pk"), withdrawn_at=None)
    return regie.payments.filter(~Exists(gone), state=PaymentState.PAID, means=means).order_by(
        "paid_at", "pk"
    )


def first_unclosed(regie: Regie) -> date | None:
    """The day of the first entry that no closing of a month holds."""
    last = Closing.objects.filter(regie=regie, kind=ClosingKind.MONTH).aggregate(last=Max("last_day"))["last"]
    entries = regie.entries.filter(on__gt=last) if last else regie.entries.all()
    return entries.aggregate(first=Min("on"))["first"]
