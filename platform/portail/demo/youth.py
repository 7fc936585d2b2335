"""Bellegarde's youth house: its account at the simulated Stripe, and outings that a family has to pay: the first
ones are invoiced by a campaign (portail.demo.campaigns), the last one waits in a draft."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from billing.models import Charge, Regie
from billing.services.accounts import current_account
from billing.services.charges import post_charges
from core.clock import now
from core.models import Household
from infra.sandbox.stripe.simulator import ACCOUNTS

# days ago, name, euros
OUTINGS = (
    (40, "Sortie accrobranche", "18.50"),
    (26, "Sortie patinoire", "6.00"),
    (12, "Soirée cinéma", "4.50"),
)


@transaction.atomic
def write_outings(household: Household, regie: Regie) -> None:
    """The account's keys are the simulated ones; what is owed is written once."""
    account = current_account(regie)
    if account and account.driver == "stripe":
        simulated = ACCOUNTS[account.config["account"]]
        account.secrets = {"key_test": simulated.key_test, "webhook_test": simulated.webhook_test}
        account.secrets_dates = dict.fromkeys(account.secrets, now().isoformat())
        account.save(update_fields=["sealed_secrets", "secrets_dates"])
    at = now()
    post_charges(
        Charge(
            regie=regie,
            household=household,
            child=household.children.first(),
            source=f"demo:{household.number}:sortie:{rank}",
            service_date=(at - timedelta(days=age)).date(),
            group_label="MAISON DES JEUNES / SORTIES",
            label=label,
            unit_price=Decimal(price),
            amount=Decimal(price),
            created_at=at,
        )
        for rank, (age, label, price) in enumerate(OUTINGS)
    )
