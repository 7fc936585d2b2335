"""The proof of the books: sums that must agree and numbers that must follow each other, in the active town."""

from collections.abc import Callable, Iterable, Iterator

from django.db import connection
from django.db.models import Count, Exists, F, Max, Min, Model, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from billing.enums import SETTLED_PAYMENTS, CampaignState, DocumentKind
from billing.models import (
    Allocation,
    Campaign,
    CashCount,
    Charge,
    Closing,
    DebitDownload,
    DebitReject,
    DepositItem,
    DepositSlip,
    DocumentSequence,
    Draft,
    Handover,
    Invoice,
    InvoiceLine,
    JournalEntry,
    MandateEvent,
    Payment,
    PaymentEvent,
    ProviderStatement,
    Quittance,
    SettledDifference,
    StatementLine,
    Tender,
)
from billing.queries.check_books import BOOK_CHECKS
from billing.queries.check_charges import CHARGE_CHECKS
from billing.queries.check_debits import DEBIT_CHECKS
from billing.queries.check_providers import PROVIDER_CHECKS
from billing.queries.credits import with_refunded
from billing.queries.ledger import with_allocated
from billing.queries.opening_balances import openings_agree
from core.money import ZERO, format_euros

FROZEN: tuple[type[Model], ...] = (
    Charge, Invoice, InvoiceLine, Allocation, PaymentEvent, JournalEntry, Quittance, Closing, Tender, MandateEvent,
    DebitReject, DebitDownload, DepositSlip, DepositItem, CashCount, ProviderStatement, StatementLine,
    SettledDifference,
)  # fmt: skip
DATED: tuple[type[Model], ...] = (JournalEntry, DepositSlip)  # nothing of theirs is written in a closed day


def check_ledger() -> list[str]:
    """What is wrong, one French sentence each; empty when the books are right. Reads only."""
    return [problem for check in CHECKS.values() for problem in check()]


def _invoices() -> Iterator[str]:
    wrong = Invoice.objects.annotate(sum=Coalesce(Sum("lines__amount"), ZERO)).exclude(sum=F("total"))
    for invoice in wrong.order_by("pk"):
        yield f"{invoice} : les lignes font {format_euros(invoice.sum)}, le total {format_euros(invoice.total)}."


def _allocations() -> Iterator[str]:
    used = with_refunded(with_allocated(Payment.objects.select_related("regie"), "payment"), "payment")
    for payment in used.exclude(allocated=ZERO, refunded=ZERO):
        if payment.state not in SETTLED_PAYMENTS:
            if payment.allocated:
                yield f"Paiement {payment} : {format_euros(payment.allocated)} ventilés sans argent reçu."
        elif not (payment.allocated >= ZERO and payment.allocated + payment.refunded <= payment.amount):
            spent = format_euros(payment.allocated + payment.refunded)
            yield f"Paiement {payment} : {spent} ventilés sur {format_euros(payment.amount)}."
    excessive = with_allocated(Invoice.objects.filter(kind=DocumentKind.INVOICE), "invoice").filter(
        Q(allocated__gt=F("total")) | Q(allocated__lt=0)
    )
    for invoice in excessive:
        yield f"{invoice} : {format_euros(invoice.allocated)} reçus pour {format_euros(invoice.total)}."


def _credit_notes() -> Iterator[str]:
    """An avoir is used once, for its own household and till, and never pays another avoir."""
    notes = Invoice.objects.filter(kind=DocumentKind.CREDIT)
    for note in with_refunded(with_allocated(notes, "credit_note"), "credit_note"):
        spent = note.allocated + note.refunded
        if not (note.allocated >= ZERO and spent <= -note.total):
            yield f"{note} : {format_euros(spent)} utilisés sur {format_euros(-note.total)}."
    foreign = Allocation.objects.exclude(
        Q(payment__household=F("invoice__household"), payment__regie=F("invoice__regie"))
        | Q(credit_note__household=F("invoice__household"), credit_note__regie=F("invoice__regie"))
    )
    for allocation in foreign.select_related("payment", "credit_note", "invoice").order_by("pk"):
        yield f"Ventilation {allocation} : ce n’est pas le même dossier, ou pas la même régie."
    for allocation in Allocation.objects.filter(invoice__kind=DocumentKind.CREDIT).select_related("invoice"):
        yield f"{allocation.invoice} : un avoir ne se paie pas."


def _balances() -> Iterator[str]:
    """What the documents ask less what was received is what is due less what is kept in credit or given back."""
    invoiced = Invoice.objects.aggregate(sum=Sum("total"))["sum"] or ZERO
    received = Payment.objects.filter(state__in=SETTLED_PAYMENTS).aggregate(sum=Sum("amount"))["sum"] or ZERO
    invoices = with_allocated(Invoice.objects.filter(kind=DocumentKind.INVOICE), "invoice")
    due = invoices.aggregate(sum=Sum(F("total") - F("allocated")))["sum"] or ZERO
    payments = with_allocated(Payment.objects.filter(state__in=SETTLED_PAYMENTS), "payment")
    kept = payments.aggregate(sum=Sum(F("amount") - F("allocated")))["sum"] or ZERO
    notes = with_allocated(Invoice.objects.filter(kind=DocumentKind.CREDIT), "credit_note")
    kept += notes.aggregate(sum=Sum(-F("total") - F("allocated")))["sum"] or ZERO
    if invoiced - received != due - kept:
        yield (
            f"Les documents moins l’argent reçu font {format_euros(invoiced - received)}, "
            f"les soldes {format_euros(due - kept)}."
        )


def _campaigns() -> Iterator[str]:
    """What a campaign issued is what it had drawn up; nothing of an issued one is left open."""
    # Of two files made one, a campaign keeps both projects: the emptied file's own invoice is at the kept one.
    drafts = Draft.objects.annotate(home=Coalesce("household__merged_into", "household"))
    for draft in drafts.filter(invoice__isnull=False).exclude(
        invoice__total=F("total"), invoice__household=F("home")
    ):
        yield f"Campagne {draft.campaign}, {draft.household} : la facture n’est pas le projet."
    left = Draft.objects.filter(campaign=OuterRef("pk"), closed_at__isnull=True)
    for campaign in Campaign.objects.filter(Exists(left), state=CampaignState.ISSUED):
        yield f"Campagne {campaign} : émise, mais des dossiers attendent encore."


def _frozen() -> Iterator[str]:
    """The database must refuse to change what was issued: its guards are there and on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O' AND pg_table_is_visible(tgrelid)"
        )
        guards = {name for (name,) in cursor.fetchall()}
    for model in FROZEN:
        if f"{model._meta.db_table}_frozen" not in guards:
            yield f"{model._meta.verbose_name_plural} : la base n’empêche plus de les modifier."
    for dated in DATED:
        if f"{dated._meta.db_table}_open_day" not in guards:
            yield f"{dated._meta.verbose_name_plural} : la base n’empêche plus d’en écrire dans un jour arrêté."


def _lines() -> Iterator[str]:
    """A charge is invoiced once (the database sees to it), to its own household and till, for its own amount."""
    foreign = InvoiceLine.objects.exclude(
        charge__household=F("invoice__household"),
        charge__regie=F("invoice__regie"),
        charge__amount=F("amount"),
    )
    for line in foreign.select_related("invoice").order_by("pk"):
        yield f"{line.invoice} : la ligne {line.position} ne correspond pas à ce qui était dû."
    for charge in Charge.objects.filter(voided_at__isnull=False, invoice_line__isnull=False):
        yield f"Ligne {charge} : annulée mais facturée."


def _numbers() -> Iterator[str]:
    lasts = {
        (sequence.regie_id, sequence.kind, sequence.year): sequence.last
        for sequence in DocumentSequence.objects.all()
    }
    documents: dict[DocumentKind, QuerySet] = {
        DocumentKind.INVOICE: Invoice.objects.filter(kind=DocumentKind.INVOICE),
        DocumentKind.CREDIT: Invoice.objects.filter(kind=DocumentKind.CREDIT),
        DocumentKind.RECEIPT: Payment.objects.filter(number__isnull=False),
        DocumentKind.QUITTANCE: Quittance.objects.all(),
        DocumentKind.DEPOSIT: DepositSlip.objects.all(),
        DocumentKind.HANDOVER: Handover.objects.all(),
    }
    for kind, rows in documents.items():
        numbered = (
            rows.order_by("regie", "year")
            .values("regie", "regie__name", "year")
            .annotate(count=Count("pk"), first=Min("number"), latest=Max("number"))
        )
        for row in numbered:
            last = lasts.pop((row["regie"], kind, row["year"]), 0)
            if not (row["first"] == 1 and row["count"] == row["latest"] == last):
                yield f"{row['regie__name']}, {kind.label} {row['year']} : la numérotation a un trou."
    if any(lasts.values()):
        yield "Des numéros ont été donnés à des documents qui n’existent pas."


CHECKS: dict[str, Callable[[], Iterable[str]]] = {
    "lignes et totaux": _invoices,
    "ventilations": _allocations,
    "avoirs": _credit_notes,
    "soldes": _balances,
    "ce qui était dû": _lines,
    "numéros": _numbers,
    "campagnes": _campaigns,
    "documents figés": _frozen,
    "reprises de solde": openings_agree,
    **CHARGE_CHECKS,
    **BOOK_CHECKS,
    **PROVIDER_CHECKS,
    **DEBIT_CHECKS,
}
