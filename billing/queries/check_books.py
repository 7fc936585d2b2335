"""The proof of a régie's books: the journal, the quittances, the slips, the closings."""

from collections.abc import Callable, Iterable, Iterator

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from billing.enums import DEAD_PAYMENTS, SETTLED_PAYMENTS, EntryKind, Means
from billing.models import (
    CLAIM_SOURCE,
    Charge,
    Closing,
    DepositItem,
    DepositSlip,
    Handover,
    HandoverItem,
    JournalEntry,
    Payment,
    Quittance,
    Refund,
)
from billing.queries.books import in_till
from core.money import ZERO, format_euros


def _journal() -> Iterator[str]:
    """The journal holds each payment that counts, whole, and nothing of the others; each refund that was made."""
    written = JournalEntry.objects.filter(payment=OuterRef("pk")).order_by().values("payment")
    payments = Payment.objects.annotate(
        written=Coalesce(
            Subquery(written.annotate(sum=Sum("amount")).values("sum")), ZERO, output_field=_EUROS
        ),
        counts=Case(
            When(state__in=sorted(SETTLED_PAYMENTS), then=F("amount")),
            default=Value(ZERO),
            output_field=_EUROS,
        ),
    )
    for payment in payments.exclude(written=F("counts")).order_by("pk"):
        yield (
            f"Paiement {payment} : {format_euros(payment.written)} au journal "
            f"pour {format_euros(payment.counts)} reçus."
        )
    for refund in Refund.objects.filter(
        Q(done_at__isnull=False) & ~Q(entry__amount=-F("amount"))
        | Q(done_at__isnull=True, entry__isnull=False)
    ):
        yield f"{refund} : le journal ne dit pas ce qui a été rendu."
    foreign = JournalEntry.objects.exclude(
        Q(payment__regie=F("regie"), payment__household=F("household"), payment__means=F("means"))
        | Q(refund__regie=F("regie"), refund__household=F("household"))
    )
    for entry in foreign.order_by("pk"):
        yield f"Écriture {entry} : ce n’est pas la régie, le dossier ou le moyen de son paiement."


def _reclaimed() -> Iterator[str]:
    """Out of money that was taken back, nothing is still promised, and what was transferred is owed again."""
    taken_back = Refund.objects.live().filter(payment__state__in=sorted(DEAD_PAYMENTS))
    claims = Charge.objects.filter(
        source=Concat(Value(CLAIM_SOURCE), Cast(OuterRef("pk"), CharField())), amount=OuterRef("amount")
    )
    for refund in taken_back.filter(~Exists(claims), provider_ref="").select_related("payment"):
        yield f"{refund} : son argent a été repris, et rien ne le réclame à la famille."


def _quittances() -> Iterator[str]:
    summed = Quittance.objects.annotate(
        sum=Coalesce(Sum("payments__amount"), ZERO),
        own=Count("payments", filter=Q(payments__household=F("household"), payments__regie=F("regie"))),
        all=Count("payments"),
    )
    for quittance in summed.exclude(sum=F("total"), own=F("all")).order_by("pk"):
        yield f"{quittance} : ses paiements font {format_euros(quittance.sum)}, son total {format_euros(quittance.total)}."


def _slips() -> Iterator[str]:
    """A slip is the sum of its payments, all of its régie and means, and of its notes and coins."""
    for slip in DepositSlip.objects.annotate(sum=Coalesce(Sum("items__payment__amount"), ZERO)).order_by(
        "pk"
    ):
        if slip.sum != slip.total:
            yield f"{slip} : ses paiements font {format_euros(slip.sum)}, son total {format_euros(slip.total)}."
    counted = DepositSlip.objects.filter(means=Means.CASH).annotate(
        sum=Coalesce(Sum(F("cash__value") * F("cash__count"), output_field=_EUROS), ZERO)
    )
    for slip in counted.exclude(sum=F("total")).order_by("pk"):
        yield f"{slip} : les coupures font {format_euros(slip.sum)}, le total {format_euros(slip.total)}."
    foreign = DepositItem.objects.exclude(payment__regie=F("slip__regie"), payment__means=F("slip__means"))
    for item in foreign.select_related("slip", "payment"):
        yield f"{item} : ce n’est pas la même régie, ou pas le même moyen."
    torn = DepositItem.objects.filter(
        Q(slip__cancelled_at__isnull=True, withdrawn_at__isnull=False)
        | Q(slip__cancelled_at__isnull=False, withdrawn_at__isnull=True)
    )
    for item in torn.select_related("slip", "payment"):
        yield f"{item} : versé et retiré ne s’accordent pas."
    undone = [EntryKind.CANCELLED, EntryKind.CORRECTED]
    for item in DepositItem.objects.filter(withdrawn_at=None, payment__entries__kind__in=undone):
        yield f"{item} : versé, mais annulé."


def _closings() -> Iterator[str]:
    """What was closed is still what the journal says, and closings follow each other."""
    previous: dict[tuple[int, str], Closing] = {}
    for closing in Closing.objects.select_related("regie").order_by("regie", "kind", "last_day"):
        span = closing.regie.entries.filter(on__range=(closing.first_day, closing.last_day))
        now = span.aggregate(count=Count("pk"), sum=Coalesce(Sum("amount"), ZERO))
        if (now["count"], now["sum"]) != (closing.entries, closing.total):
            yield f"{closing.regie}, {closing} : le journal a changé depuis."
        if in_till(closing.regie, on=closing.last_day)[Means.CASH] != closing.cash_expected:
            yield f"{closing.regie}, {closing} : les espèces attendues ont changé depuis."
        before = previous.get((closing.regie_id, closing.kind))
        if before and (closing.first_day - before.last_day).days != 1:
            yield f"{closing.regie}, {closing} : il ne suit pas le précédent."
        previous[closing.regie_id, closing.kind] = closing


def _handovers() -> Iterator[str]:
    """A handover is the sum of its invoices, each of its régie and household."""
    summed = Handover.objects.annotate(sum=Coalesce(Sum("items__amount"), ZERO)).exclude(sum=F("total"))
    for handover in summed.order_by("pk"):
        yield f"{handover} : ses factures font {format_euros(handover.sum)}, son total {format_euros(handover.total)}."
    foreign = HandoverItem.objects.exclude(
        invoice__regie=F("handover__regie"),
        invoice__household=F("household"),
        amount__lte=F("invoice__total"),
    )
    for item in foreign.select_related("handover", "invoice").order_by("pk"):
        yield f"{item} : ce n’est pas la même régie, pas le même dossier, ou plus que la facture."


_EUROS = DecimalField(max_digits=12, decimal_places=2)

BOOK_CHECKS: dict[str, Callable[[], Iterable[str]]] = {
    "journal": _journal,
    "remboursements repris": _reclaimed,
    "quittances": _quittances,
    "versements": _slips,
    "arrêtés": _closings,
    "prises en charge": _handovers,
}
