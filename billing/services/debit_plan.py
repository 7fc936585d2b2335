"""Announcing debits: each invoice of a payer who signed a mandate gets a date, at least the notice ahead of today."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from billing.debits.states import MandateState
from billing.debits.target import bank_day_from
from billing.models import Debit, DebitAccount, Invoice, Mandate
from billing.services.payments import new_reference
from tenants.context import town_timezone


def plan_debits(
    *, due: Mapping[Invoice, Decimal], now: datetime, again: Mapping[Invoice, Debit] | None = None
) -> dict[int, Debit]:
    """Write a debit for each of these invoices of which something is due (euros) and whose household signed a mandate
    at its régie. Returns the new debits by invoice. The caller tells the families, in the same transaction.

    ``again``: the rejected debits that these ask for once more. In a number of queries that does not grow.
    """
    owed = {invoice: amount for invoice, amount in due.items() if amount > 0}
    terms = {
        account.regie_id: account
        for account in DebitAccount.objects.filter(
            is_open=True, regie__in={invoice.regie_id for invoice in owed}
        )
    }
    mandates = {
        (mandate.regie_id, mandate.household_id): mandate
        for mandate in Mandate.objects.filter(
            state=MandateState.ACTIVE,
            regie__in=terms,
            household__in={invoice.household_id for invoice in owed},
        ).select_related("regie__debit_account")
    }
    today = now.astimezone(town_timezone()).date()
    planned = []
    for invoice, amount in owed.items():
        mandate = mandates.get((invoice.regie_id, invoice.household_id))
        if mandate:
            planned.append(
                Debit(
                    mandate=mandate,
                    invoice=invoice,
                    reference=new_reference(mandate.regie, now),
                    amount=amount,
                    debit_on=debit_day(invoice.due_on, terms[invoice.regie_id].notice_days, today),
                    notified_at=now,
                    again_of=(again or {}).get(invoice),
                )
            )
    return {debit.invoice_id: debit for debit in Debit.objects.bulk_create(planned)}


def debit_day(due_on: date | None, notice_days: int, today: date) -> date:
    """The term of the invoice, but never sooner than the notice allows; always a day on which banks settle."""
    soonest = today + timedelta(days=notice_days)
    return bank_day_from(max(due_on or soonest, soonest))
