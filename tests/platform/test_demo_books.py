"""The demo's till: money of the counter, a slip and a closed day, written once."""

from decimal import Decimal

from billing.enums import Means
from billing.models import Closing, DepositSlip, ProviderStatement, Quittance, Refund
from billing.queries.books import in_till
from billing.queries.check import check_ledger
from billing.queries.reconciliation import compare
from core.clock import today
from portail.demo.books import write_books
from tenants.context import town_timezone
from tests.factories.billing import a_regie
from tests.factories.people import an_agent


def test_yesterday_is_closed_and_today_goes_on(transactional_db, commune):
    regie, agent = a_regie(), an_agent()

    write_books(regie, agent)
    write_books(regie, agent)

    assert Quittance.objects.count() == 3
    assert (DepositSlip.objects.get().items.count(), Closing.objects.get().entries) == (2, 3)
    till = in_till(regie, on=today(town_timezone()))
    assert {means: f"{amount}" for means, amount in till.items() if amount} == {Means.CASH: "32.00"}
    assert Refund.objects.to_do().get().amount == Decimal("4.00")
    assert compare(ProviderStatement.objects.get()).open_count == 1
    assert check_ledger() == []
