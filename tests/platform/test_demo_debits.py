"""The demo's families who are debited: they have signed before the campaign that announces their debits."""

from datetime import date

from billing.models import Debit, Mandate
from core.clock import now
from portail.demo.campaigns import write_campaigns
from portail.demo.debits import write_mandates
from tests.factories.billing import a_regie
from tests.factories.campaigns import a_charge
from tests.factories.debits import a_debit_account
from tests.factories.people import an_agent
from tests.factories.world import a_family


def test_the_campaign_announces_the_debits_of_those_who_signed(commune):
    regie, agent, family = a_regie(), an_agent(), a_family(school=None)
    a_debit_account(regie)
    for day in range(1, 5):
        a_charge(regie, family.household, now=now(), on=date(2026, 11, day))

    for _ in range(2):
        write_mandates()
        write_campaigns(agent)

    assert Mandate.objects.get().household == family.household
    assert Debit.objects.get().invoice == family.household.invoices.get()


def test_a_town_that_does_not_collect_has_none(commune):
    write_mandates()

    assert not Mandate.objects.exists()
