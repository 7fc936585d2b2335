"""What a household was invoiced, has paid and still owes, régie by régie. Balances are sums, never stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from billing.debits.states import MandateState
from billing.enums import DEAD_PAYMENTS, DocumentKind, Outcome, PaymentState
from billing.models import (
    Allocation,
    Charge,
    DebitAccount,
    DraftLine,
    HandoverItem,
    Invoice,
    InvoicePayment,
    Payment,
    ProviderAccount,
    Regie,
    TreasuryCodes,
)
from billing.queries.attempts import under_way
from billing.queries.debits import announced_for, being_collected
from core.models import Household
from core.money import ZERO
from core.retold import gettext_noop, retold
from core.words import ltr
from tenants.context import town_timezone


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of « Mes Factures & Paiements ». ``state`` is a code of themes.states, ``word`` says it in the guides'
    words; amounts in euros."""

    kind: DocumentKind
    on: date
    detail: str
    state: str
    word: str
    invoice: Invoice | None = None
    payment: Payment | None = None

    @property
    def invoiced(self) -> Decimal | None:
        return self.invoice.total if self.invoice else None

    @property
    def paid(self) -> Decimal | None:
        return self.payment.amount if self.payment else None

    @property
    def is_unpaid(self) -> bool:
        """An invoice of which something is left to pay at the régie, whoever takes the money."""
        if self.invoice is None or self.invoice.is_at_treasury:  # type: ignore[attr-defined]  # annotated
            return False
        return self.invoice.allocated < self.invoice.total  # type: ignore[attr-defined]  # annotated

    @property
    def left(self) -> Decimal | None:
        """What is left to pay of an invoice of which a part is paid."""
        if not self.is_unpaid or not self.invoice.allocated:  # type: ignore[union-attr]  # annotated
            return None
        return self.invoice.total - self.invoice.allocated  # type: ignore[union-attr]  # annotated

    @property
    def title(self) -> str:
        """The reference of the Trésor's notice for this invoice; empty when it has none, or is not known here."""
        return (self.invoice.title if self.invoice else "") or ""  # type: ignore[attr-defined]  # annotated

    @property
    def treasury_left(self) -> Decimal:
        """What the Trésor collects of an invoice that was handed over."""
        assert self.invoice is not None  # it has a title
        return self.invoice.total - self.invoice.allocated  # type: ignore[attr-defined]  # annotated

    @property
    def is_payable(self) -> bool:
        """Unpaid, and the bank has not been asked to debit it."""
        return self.is_unpaid and not self.invoice.is_being_collected  # type: ignore[union-attr]  # annotated

    @property
    def debit_on(self) -> date | None:
        """The day on which what is left of this invoice is debited, when the payer signed a mandate."""
        return self.invoice.debit_on if self.is_unpaid else None  # type: ignore[union-attr]  # annotated


@dataclass(frozen=True, kw_only=True)
class RegieSummary:
    """A household's account at one régie. ``due`` is what its invoices still lack, ``treasury`` how much of it the
    Trésor collects, ``credit`` the money received or
    given back that no invoice has used, ``refunded`` what the régie returns outside the portal:
    ``total_invoiced - total_paid == due - credit - refunded``. ``carried``: too little to make an invoice of it yet;
    ``to_invoice``: all that the next campaigns will invoice, ``carried`` and what was brought over included."""

    regie: Regie
    entries: list[Entry]  # latest first
    total_invoiced: Decimal
    total_paid: Decimal
    due: Decimal
    treasury: Decimal
    credit: Decimal
    refunded: Decimal
    carried: Decimal
    to_invoice: Decimal
    invoice_count: int
    unpaid_count: int
    payable_count: int  # of the unpaid, those that may be paid otherwise than by the debit that is under way
    payment_count: int
    payfip_id: str  # by which the Trésor's site knows the town; empty when it is not known here
    takes_payments: bool  # online
    offers_debit: bool
    has_mandate: bool  # the household's invoices are debited


def with_allocated(documents: QuerySet, link: str) -> QuerySet:
    """Adds ``allocated`` (euros) to invoices, avoirs or payments; ``link`` is their name on an allocation."""
    return documents.annotate(allocated=sum_of(Allocation.objects.filter(**{link: OuterRef("pk")}), link))


def published(on: date) -> Q:
    """Invoices that a family may see on a day."""
    return Q(published_on__isnull=True) | Q(published_on__lte=on)


def at_treasury() -> Exists:
    """Whether an invoice was handed over to the Trésor and not taken back: it is not paid here any more."""
    return Exists(HandoverItem.objects.filter(invoice=OuterRef("pk"), withdrawn_at=None))


def _title() -> Subquery:
    noted = HandoverItem.objects.filter(invoice=OuterRef("pk"), withdrawn_at=None)
    return Subquery(noted.values("title_reference")[:1])


def regie_summaries(household: Household, *, on: date) -> list[RegieSummary]:
    """One account for each régie of the town, in the town's order, as a day sees it, in 5 queries."""
    running = InvoicePayment.objects.filter(under_way("payment__"), invoice=OuterRef("pk"))
    waiting = Allocation.objects.filter(invoice=OuterRef("pk"), payment__state=PaymentState.BANK_PENDING)
    codes = TreasuryCodes.objects.filter(regie=OuterRef("pk")).values("payfip_id")
    account = ProviderAccount.objects.filter(regie=OuterRef("pk"), closed_at__isnull=True)
    collected = DebitAccount.objects.filter(regie=OuterRef("pk"), is_open=True)
    mandate = household.mandates.filter(regie=OuterRef("pk"), state=MandateState.ACTIVE)
    standing = household.charges.filter(regie=OuterRef("pk"), voided_at=None, invoice_line=None)
    invoices = list(
        with_allocated(household.invoices.filter(published(on)), "invoice").annotate(
            waits_for_bank=Exists(waiting),
            is_being_paid=Exists(running),
            is_at_treasury=at_treasury(),
            title=_title(),
            is_being_collected=being_collected(),
            debit_on=announced_for(),
            used=sum_of(Allocation.objects.filter(credit_note=OuterRef("pk")), "credit_note"),
        )
    )
    payments = list(
        with_allocated(
            household.payments.filter(state__in=PAYMENT_STATES).select_related("account"), "payment"
        )
    )
    refunds = dict(
        household.refunds.live()
        .filter(charge__isnull=True)
        # What was given out of money that the bank took back is owed by an invoice of its own (services.reclaims).
        .exclude(payment__state__in=DEAD_PAYMENTS)
        .order_by()
        .values("regie")
        .annotate(sum=Sum("amount"))
        .values_list("regie", "sum")
    )
    kept = dict(
        carried_charges(household)
        .order_by()
        .values("regie")
        .annotate(sum=Sum("amount"))
        .values_list("regie", "sum")
    )
    return [
        _summary(
            regie,
            [invoice for invoice in invoices if invoice.regie_id == regie.pk],
            [payment for payment in payments if payment.regie_id == regie.pk],
            refunded=refunds.get(regie.pk, ZERO),
            carried=kept.get(regie.pk, ZERO),
        )
        for regie in Regie.objects.annotate(
            payfip_id=Subquery(codes),
            takes_payments=Exists(account),
            offers_debit=Exists(collected),
            has_mandate=Exists(mandate),
            to_invoice=sum_of(standing, "regie"),
        )
    ]


def carried_charges(household: Household) -> QuerySet[Charge]:
    """What a campaign left for the household's next invoice, because it was too little."""
    left = DraftLine.objects.filter(
        charge=OuterRef("pk"), dropped_at=None, draft__outcome=Outcome.CARRIED, draft__closed_at__isnull=False
    )
    return household.charges.filter(Exists(left), voided_at=None, invoice_line=None)


def sum_of(rows: QuerySet, link: str) -> Coalesce:
    """The euros of ``rows``, already tied to the outer row by their ``link``, as a column."""
    sums = rows.order_by().values(link).annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(sums), ZERO, output_field=DecimalField(max_digits=10, decimal_places=2))


def _summary(
    regie: Regie,
    documents: Sequence[Invoice],
    payments: Sequence[Payment],
    *,
    refunded: Decimal,
    carried: Decimal,
) -> RegieSummary:
    invoices = [document for document in documents if not document.is_credit_note]
    notes = [document for document in documents if document.is_credit_note]
    received = [payment for payment in payments if payment.is_settled]
    entries = [*map(_invoice_entry, documents), *map(_payment_entry, payments)]
    entries.sort(key=lambda entry: (entry.on, entry.kind), reverse=True)
    return RegieSummary(
        regie=regie,
        entries=entries,
        total_invoiced=_total(document.total for document in documents),
        total_paid=_total(payment.amount for payment in received),
        due=_total(invoice.total - invoice.allocated for invoice in invoices),  # type: ignore[attr-defined]  # annotated
        treasury=_total(
            invoice.total - invoice.allocated  # type: ignore[attr-defined]  # annotated
            for invoice in invoices
            if invoice.is_at_treasury  # type: ignore[attr-defined]  # annotated
        ),
        credit=_total(payment.amount - payment.allocated for payment in received)  # type: ignore[attr-defined]  # annotated
        + _total(-note.total - note.used for note in notes)  # type: ignore[attr-defined]  # annotated
        - refunded,
        refunded=refunded,
        carried=carried,
        to_invoice=regie.to_invoice,  # type: ignore[attr-defined]  # annotated
        invoice_count=len(invoices),
        unpaid_count=sum(entry.is_unpaid for entry in entries),
        payable_count=sum(entry.is_payable for entry in entries),
        payfip_id=regie.payfip_id or "",  # type: ignore[attr-defined]  # annotated
        takes_payments=regie.takes_payments,  # type: ignore[attr-defined]  # annotated
        offers_debit=regie.offers_debit,  # type: ignore[attr-defined]  # annotated
        has_mandate=regie.has_mandate,  # type: ignore[attr-defined]  # annotated
        payment_count=len(received),
    )


def _invoice_entry(invoice: Invoice) -> Entry:
    state, word = _invoice_state(invoice)
    return Entry(
        kind=DocumentKind.INVOICE,
        on=invoice.issued_on,
        detail=invoice.name,
        state=state,
        word=word,
        invoice=invoice,
    )


def _invoice_state(invoice: Invoice) -> tuple[str, str]:
    if invoice.is_credit_note:
        is_used = invoice.used == -invoice.total  # type: ignore[attr-defined]  # annotated
        return "paid", gettext("Avoir utilisé") if is_used else gettext("Avoir gardé à votre compte")
    if invoice.allocated < invoice.total:  # type: ignore[attr-defined]  # annotated
        if invoice.is_at_treasury:  # type: ignore[attr-defined]  # annotated
            return "treasury", gettext("Paiement de cette facture géré par le Trésor Public")
        if invoice.is_being_paid or invoice.is_being_collected:  # type: ignore[attr-defined]  # annotated
            return "bank_pending", gettext("Facture en attente de validation du paiement")
        return "unpaid", gettext("Facture non soldée")
    if invoice.waits_for_bank:  # type: ignore[attr-defined]  # annotated
        return "bank_pending", gettext("Facture en attente de validation du paiement")
    return "paid", gettext("Facture soldée")


# Attempts that a family reads about later; those that led nowhere (abandoned, expired) would only worry it.
PAYMENT_STATES = {
    PaymentState.PAID: ("paid", gettext_noop("Règlement validé")),
    PaymentState.BANK_PENDING: (
        "bank_pending",
        gettext_noop("Règlement en attente de validation par la banque"),
    ),
    PaymentState.REFUSED: ("payment_refused", gettext_noop("Règlement refusé par la banque")),
    PaymentState.REVERSED: ("payment_refused", gettext_noop("Règlement annulé")),
    PaymentState.SUSPECT: ("bank_pending", gettext_noop("Règlement en cours de vérification par la régie")),
}


def _payment_entry(payment: Payment) -> Entry:
    at = (payment.paid_at or payment.created_at).astimezone(town_timezone())
    state, word = PAYMENT_STATES[PaymentState(payment.state)]
    return Entry(
        kind=DocumentKind.RECEIPT,
        on=at.date(),
        detail=_payment_in_words(payment),
        state=state,
        word=gettext(word),
        payment=payment,
    )


def _payment_in_words(payment: Payment) -> str:
    means = retold(payment.by_means)
    if not payment.number:
        return gettext("Paiement (par %(means)s)") % {"means": means}
    numbered = gettext("Paiement n° %(reference)s (par %(means)s)")
    return numbered % {"reference": ltr(payment.receipt_reference), "means": means}


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
