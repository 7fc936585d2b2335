"""Bellegarde's youth house: its account at the simulated Stripe, and an outing that a family has to pay."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from billing.models import Charge, Invoice, Regie
from billing.services.accounts import current_account
from billing.services.charges import post_charges
from billing.services.invoices import issue_invoice
from core.clock import now
from core.models import Household
from infra.sandbox.stripe.simulator import ACCOUNTS

OUTING = Decimal("18.50")
DAYS_AGO = timedelta(days=12)


@transaction.atomic
def write_outing(household: Household, regie: Regie) -> None:
    """The account's keys are the simulated ones; the invoice is written once."""
    account = current_account(regie)
    if account and account.driver == "stripe":
        simulated = ACCOUNTS[account.config["account"]]
        account.secrets = {"key_test": simulated.key_test, "webhook_test": simulated.webhook_test}
        account.secrets_dates = dict.fromkeys(account.secrets, now().isoformat())
        account.save(update_fields=["sealed_secrets", "secrets_dates"])
    if Invoice.objects.filter(household=household, regie=regie).exists():
        return
    at = now() - DAYS_AGO
    charges = post_charges(
        [
            Charge(
                regie=regie,
                household=household,
                child=household.children.first(),
                source=f"demo:{household.number}:accrobranche",
                service_date=at.date(),
                group_label="MAISON DES JEUNES / SORTIES",
                label="Sortie accrobranche",
                unit_price=OUTING,
                amount=OUTING,
                created_at=at,
            )
        ]
    )
    issue_invoice(regie=regie, household=household, charges=charges, on=at.date(), now=at)
