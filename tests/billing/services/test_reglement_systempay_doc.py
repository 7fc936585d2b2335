"""The second table of docs/algorithms/reglement.md, run against the simulated Systempay."""

from decimal import Decimal

import pytest
from django.conf import settings

from billing.models import Payment
from billing.providers.base import Callback
from billing.services.callbacks import hear_notification
from billing.services.invoice_payments import open_invoice_payment
from core.models import StaffTask
from infra.sandbox.systempay.server import SystempayServer
from tests.factories.billing import a_systempay_regie, an_invoice
from tests.factories.world import a_family

# How a payment comes to the state of the column « Avant ».
BEFORE = {
    "started": (),
    "paid": ("AUTHORISED",),
    "cancelled": ("ABANDONED",),
    "refused": ("REFUSED",),
    "reversed": ("AUTHORISED", "CANCELLED"),
}


def rows() -> list[list[str]]:
    page = (settings.ROOT / "docs" / "algorithms" / "reglement.md").read_text()
    table = page.partition("| Message de Systempay |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


@pytest.fixture
def simulator(commune, settings):
    with SystempayServer() as server:
        settings.SYSTEMPAY_PAGE_URL = server.page_url
        yield server.simulator


@pytest.mark.parametrize(
    ("message", "before", "state", "money", "task"),
    rows(),
    ids=[f"{row[0]} après {row[1]}" for row in rows()],
)
def test_each_line_of_the_table(simulator, now, message, before, state, money, task):
    regie, family = a_systempay_regie(), a_family(school=None)
    invoices = [an_invoice(regie, family.household, now=now) for _ in range(2)]
    payment = open_invoice_payment(
        household=family.household,
        regie=regie,
        invoice_ids=[invoice.pk for invoice in invoices],
        expected=Decimal("52.80"),
        payer=family.user,
        now=now,
    )
    simulator.open(payment.page_fields)
    for status in (*BEFORE[before], message):
        simulator.move(payment.provider_ref, status, source="PAY")
        told = simulator.message(payment.provider_ref, source="PAY")
        hear_notification(driver="systempay", callback=Callback(told), now=now)

    payment = Payment.objects.get()
    assert (payment.state, payment.is_settled) == (state, money == "oui")
    assert StaffTask.objects.exists() == (task == "oui")
