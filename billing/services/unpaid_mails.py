"""Telling payers that money they gave came back unpaid, and what they then owe."""

from datetime import datetime

from billing.models import Invoice, Payment
from billing.services.campaign_mails import mail_address, payers_by_household
from core.services.outbox import Letter, write_mails
from tenants.context import town_url


def tell_unpaid(*, payment: Payment, reason: str, claim: Invoice | None, now: datetime) -> int:
    """Once a payment and payer. ``reason``: in French, ends a sentence; ``claim``: invoices what had been given back.

    Returns how many were written to.
    """
    return write_mails(
        letters=[
            Letter(
                to=mail_address(guardian),
                template="payment_unpaid",
                context={
                    "payment": payment,
                    "reason": reason,
                    "claim": claim,
                    "link": town_url("/mon-compte/"),
                },
                dedupe_key=f"payment:{payment.pk}:unpaid:{guardian.pk}",
            )
            for guardian in payers_by_household([payment.household_id]).get(payment.household_id, [])
        ],
        now=now,
    )
