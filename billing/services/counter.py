"""Money at the counter: cash, cheques, titles and transfers, several in one quittance."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext

from billing.counter_sales import CounterSale
from billing.enums import COUNTER_MEANS, DocumentKind, Fulfilment, Means, PaymentState, Trigger
from billing.errors import CounterError
from billing.models import Allocation, Invoice, Payment, PaymentEvent, Quittance, Regie, Tender
from billing.models.quittances import CASH_CEILING
from billing.providers.base import Mode
from billing.purposes import Content, WayBack
from billing.queries.cesu import cesu_room
from billing.queries.invoices import unpaid_invoices
from billing.services.campaign_mails import mail_address, payers_by_household
from billing.services.journal import record_received
from billing.services.payments import new_reference
from billing.services.sequences import take_number, take_numbers
from core.locks import lock_ids, locking_transaction
from core.models import Household, User
from core.money import ZERO, format_euros
from core.services.outbox import Letter, write_mails
from tenants.context import town_timezone, town_url

COUNTER_PURPOSE = "billing.counter"
# What cannot be given back in change is used first: what is left over, and becomes credit, is then of the other means.
USED_IN_ORDER = (Means.CESU, Means.ANCV, Means.CHEQUE, Means.TRANSFER, Means.CASH)


@dataclass(frozen=True, kw_only=True)
class Handed:
    """One thing laid on the counter: all the cash, one cheque, all the titles of a kind, one transfer. Euros."""

    means: Means
    amount: Decimal
    bank: str = ""
    number: str = ""
    drawer: str = ""
    titles: int | None = None


def take_money(
    *,
    regie: Regie,
    household: Household,
    handed: Sequence[Handed],
    invoice_ids: Collection[int],
    payer_name: str,
    by: User,
    token: UUID,
    sale: CounterSale | None = None,
    now: datetime,
) -> Quittance:
    """Record what a family hands over; pay ``sale`` with it, then these invoices, oldest first; keep the rest as credit.

    The same ``token`` again gives the quittance it made. With a ``sale`` it talks to the network: no transaction.
    Raises CounterError, and BusyError.
    """
    _check(regie, handed, sale)
    if sale:
        sale.catch_up(now=now)
    try:
        with locking_transaction():
            if done := Quittance.objects.filter(token=token).first():
                return done
            if sale:
                sale.lock(now=now)
            lock_ids(household.invoices.filter(regie=regie))
            quittance = Quittance(
                token=token, regie=regie, household=household, at=now, by=by, payer_name=payer_name
            )
            payments = _write(quittance, handed, purpose=sale.purpose if sale else COUNTER_PURPOSE)
            sold = sale.deliver(payments, by=by, now=now) if sale else None
            due = unpaid_invoices(household, regie, on=now.astimezone(town_timezone()).date())
            chosen = due.filter(pk__in=[*invoice_ids, *([sold.pk] if sold else [])])
            _allocate(payments, sorted(chosen, key=lambda invoice: invoice != sold), now)
            if sold:
                _require_paid(sold)
            record_received(payments=payments, by=by, now=now)
            _tell(quittance, payments, sale.lines if sale else (), now)
            return quittance
    except IntegrityError:
        # The same form, sent twice at once: the other one was first.
        if done := Quittance.objects.filter(token=token).first():
            return done
        raise


def _check(regie: Regie, handed: Sequence[Handed], sale: CounterSale | None) -> None:
    if not handed:
        raise CounterError("Saisissez au moins une somme reçue.")
    for one in handed:
        if one.means not in COUNTER_MEANS or one.means not in regie.counter_means:
            raise CounterError(f"Cette régie n’accepte pas ce moyen au guichet : {one.means.label}.")
    cash = sum((one.amount for one in handed if one.means == Means.CASH), ZERO)
    if cash > CASH_CEILING:
        raise CounterError(
            f"Une régie publique ne prend pas plus de {format_euros(CASH_CEILING)} en espèces pour un paiement "
            "(code général des impôts, article 1680). Proposez un autre moyen pour le reste."
        )
    received = sum((one.amount for one in handed), ZERO)
    if sale and received < sale.total:
        raise CounterError(
            f"Un panier se règle en entier : il fait {format_euros(sale.total)}, vous avez saisi "
            f"{format_euros(received)}."
        )


def _write(quittance: Quittance, handed: Sequence[Handed], *, purpose: str) -> list[Payment]:
    """Number the quittance, and write it with its payments."""
    regie, now = quittance.regie, quittance.at
    year = now.astimezone(town_timezone()).year
    first = take_numbers(regie=regie, kind=DocumentKind.RECEIPT, year=year, count=len(handed))
    quittance.year = year
    quittance.number = take_number(regie=regie, kind=DocumentKind.QUITTANCE, year=year)
    quittance.total = sum((one.amount for one in handed), ZERO)
    quittance.save()
    ordered = sorted(handed, key=lambda one: USED_IN_ORDER.index(one.means))
    payments = Payment.objects.bulk_create(
        Payment(
            regie=regie,
            means=one.means,
            quittance=quittance,
            mode=Mode.PRODUCTION,
            household=quittance.household,
            purpose=purpose,
            label=str(quittance),
            reference=new_reference(regie, now),
            amount=one.amount,
            state=PaymentState.PAID,
            method=one.means.label.lower(),
            year=year,
            number=number,
            created_at=now,
            paid_at=now,
            closed_at=now,
            fulfilment=Fulfilment.DONE,
        )
        for number, one in enumerate(ordered, start=first)
    )
    Tender.objects.bulk_create(
        Tender(payment=payment, bank=one.bank, number=one.number, drawer=one.drawer, titles=one.titles)
        for payment, one in zip(payments, ordered, strict=True)
        if one.bank or one.number or one.drawer or one.titles
    )
    PaymentEvent.objects.bulk_create(
        PaymentEvent(
            payment=payment,
            at=now,
            trigger=Trigger.COUNTER,
            outcome="paid",
            from_state=PaymentState.CREATED,
            to_state=PaymentState.PAID,
            message=f"{quittance}, encaissée par {quittance.by.name}",
        )
        for payment in payments
    )
    return payments


def _allocate(payments: Sequence[Payment], invoices: Sequence[Invoice], now: datetime) -> None:
    """Payments in their order, invoices in theirs, until one side is used up; a CESU pays childcare only.

    Raises CounterError for a CESU when these invoices have none.
    """
    left = {invoice.pk: invoice.total - invoice.allocated for invoice in invoices}  # type: ignore[attr-defined]  # annotated
    by_cesu = any(payment.means == Means.CESU for payment in payments)
    room = cesu_room(invoices) if by_cesu else {}
    if by_cesu and invoices and not any(room.values()):
        raise CounterError(
            "Un CESU paie de la garde, pas des repas : rien de ce qui est coché ne peut l’être en CESU."
        )
    rows: list[Allocation] = []
    for payment in payments:
        money, is_cesu = payment.amount, payment.means == Means.CESU
        for invoice in invoices:
            part = min(money, left[invoice.pk], room[invoice.pk] if is_cesu else money)
            if part > 0:
                rows.append(Allocation(payment=payment, invoice=invoice, amount=part, created_at=now))
                left[invoice.pk] -= part
                money -= part
                if is_cesu:
                    room[invoice.pk] -= part
    Allocation.objects.bulk_create(rows)


def _require_paid(sold: Invoice) -> None:
    paid = sold.allocations.aggregate(sum=Sum("amount"))["sum"] or ZERO
    if paid < sold.total:
        raise CounterError(
            f"Un CESU ne paie que la garde : il manque {format_euros(sold.total - paid)} par un autre moyen "
            "pour régler tout le panier."
        )


def _tell(quittance: Quittance, payments: Sequence[Payment], sold: Sequence[str], now: datetime) -> None:
    link = town_url(reverse("receipt_pdf", args=[payments[0].token]))
    write_mails(
        letters=[
            Letter(
                to=mail_address(guardian),
                template="counter_receipt",
                context={"quittance": quittance, "payments": payments, "sold": sold, "link": link},
                dedupe_key=f"quittance:{quittance.pk}:{guardian.pk}",
            )
            for guardian in payers_by_household([quittance.household_id]).get(quittance.household_id, [])
        ],
        now=now,
    )


class CounterPurpose:
    """billing.purposes handler of ``billing.counter``: the money came with its use, there is nothing to wait for."""

    def on_settled(self, payment: Payment, *, now: datetime) -> Fulfilment:  # noqa: ARG002
        return Fulfilment.DONE

    def on_abandoned(self, payment: Payment, *, now: datetime) -> None:
        """Nothing was held."""

    def return_url(self, payment: Payment) -> str:
        return reverse("payment_result", args=[payment.token])

    def contents(self, payment: Payment) -> list[Content]:
        paid = Invoice.objects.filter(allocations__payment=payment).distinct().order_by("issued_on", "pk")
        return [
            Content(
                label=gettext("%(invoice)s du %(day)s")
                % {"invoice": invoice.name, "day": f"{invoice.issued_on:%d/%m/%Y}"},
                url=reverse("invoice_pdf", args=[invoice.pk]),
            )
            for invoice in paid
        ]

    def way_back(self, payment: Payment, *, now: datetime) -> WayBack | None:  # noqa: ARG002
        return None
