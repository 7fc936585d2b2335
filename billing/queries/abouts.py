"""Invoices, as messages name them."""

from django.urls import reverse

from billing.models import Invoice
from billing.queries.ledger import published
from core.abouts import About
from core.clock import today
from core.models import Household
from tenants.context import town_timezone


def invoice_about(pk: int, household: Household) -> About | None:
    """An invoice that the family can see."""
    rows = Invoice.objects.filter(published(today(town_timezone())), household=household)
    invoice = rows.filter(pk=pk).first()
    if invoice is None:
        return None
    return About(
        key=f"facture:{pk}",
        label=invoice.name,
        family_url=reverse("invoice_lines", args=[pk]),
        agent_url=reverse("agent_family", args=[household.pk]),
    )
