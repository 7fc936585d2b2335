"""Money that was given back out of a payment which turns out unpaid: it is not given, or the family owes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from billing.models import Charge, Invoice, Payment, Refund
from billing.services.campaign_mails import payers_by_household
from billing.services.charges import post_charges
from billing.services.invoices import issue_invoice
from core.enums import TaskKind
from core.locks import lock_rows
from core.models import User
from core.money import ZERO, format_euros
from core.services.office import open_task
from tenants.context import town_timezone


@dataclass(frozen=True, kw_only=True)
class Reclaimed:
    """``told``: what was done, in French sentences; ``invoice``: of what the régie had already transferred."""

    told: list[str]
    invoice: Invoice | None


def reclaim_refunds(*, payment: Payment, why: str, by: User | None, now: datetime) -> Reclaimed:
    """Undo what the régie promised out of a payment that was taken back, and invoice what it has already transferred.

    The payment must be locked by the caller, with its régie and household, and tells the family. A task of the
    régisseur tells what was done; there is none when the payment had no refund.
    """
    refunds = lock_rows(Refund.objects.live().filter(payment=payment))
    told = _give_up([one for one in refunds if one.done_at is None], why, by, now)
    invoice = None
    if given := [one for one in refunds if one.done_at and not one.provider_ref]:
        invoice = _invoice(given, payment, why, now)
        told.append(
            f"{format_euros(invoice.total)} déjà remboursés : la famille les doit, {str(invoice).lower()} émise, "
            f"à payer avant le {invoice.due_on:%d/%m/%Y}. {_who_knows(payment)}"
        )
    if by_provider := _sum([one for one in refunds if one.provider_ref]):
        told.append(f"{format_euros(by_provider)} rendus par le prestataire : vérifiez ce qu’il a repris.")
    if told:
        open_task(
            kind=TaskKind.RETURNED_PAYMENT,
            source=f"payment:{payment.pk}:reclaimed",
            regie=payment.regie.code,
            title=f"Remboursement à reprendre : paiement {payment.reference} {why}",
            body="\n".join(told),
            now=now,
        )
    return Reclaimed(told=told, invoice=invoice)


def _give_up(refunds: Sequence[Refund], why: str, by: User | None, now: datetime) -> list[str]:
    if not refunds:
        return []
    Refund.objects.filter(pk__in=[one.pk for one in refunds]).update(
        cancelled_at=now, cancelled_by=by, cancel_reason=f"Paiement {why}"
    )
    return [f"{format_euros(_sum(refunds))} à rembourser : ne le faites pas, la demande est abandonnée."]


def _who_knows(payment: Payment) -> str:
    if payers_by_household([payment.household_id]):
        return "Ses payeurs l’apprennent par courriel."
    return "Aucun courriel ne l’atteint : prévenez-la."


def _invoice(refunds: Sequence[Refund], payment: Payment, why: str, now: datetime) -> Invoice:
    today = now.astimezone(town_timezone()).date()
    charges = post_charges(
        Charge(
            regie=payment.regie,
            household=payment.household,
            source=one.claim_source,
            service_date=today,
            group_label="Remboursement à restituer",
            label=f"Remboursé le {one.paid_on or today:%d/%m/%Y}",
            unit_price=one.amount,
            amount=one.amount,
            reasons=[
                f"Le paiement n° {payment.receipt_reference} est {why} : son remboursement est à restituer"
            ],
            created_at=now,
        )
        for one in refunds
    )
    due_on = today + timedelta(days=payment.regie.payment_days)
    return issue_invoice(
        regie=payment.regie, household=payment.household, charges=charges, on=today, due_on=due_on, now=now
    )


def _sum(refunds: Sequence[Refund]) -> Decimal:
    return sum((one.amount for one in refunds), ZERO)
