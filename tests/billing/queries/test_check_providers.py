"""What the proof of the books says of money that came from providers."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from billing.enums import Fulfilment, PaymentState
from billing.models import Payment, ProviderAccount, Refund
from billing.providers.base import Mode
from billing.queries.check_providers import PROVIDER_CHECKS
from tests.factories.billing import a_payment, a_regie, purchases
from tests.factories.people import an_agent

NOW = datetime(2026, 11, 18, 23, 40, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def payment(commune) -> Payment:
    purchases()
    payment = a_payment(a_regie(), now=NOW, started=False)
    Payment.objects.update(
        state=PaymentState.PAID,
        paid_at=NOW,
        year=2026,
        number=1,
        fulfilment=Fulfilment.DONE,
        provider_ref="x",
    )
    payment.refresh_from_db()
    return payment


def problems() -> list[str]:
    return [problem for check in PROVIDER_CHECKS.values() for problem in check()]


def test_money_as_it_should_be_has_nothing_to_say(payment):
    assert problems() == []


def test_test_money_in_a_production_account(payment):
    ProviderAccount.objects.update(mode=Mode.PRODUCTION)

    assert problems() == [f"Paiement {payment} : reçu en mode test par un compte en mode production."]


def test_a_provider_that_nobody_knows(payment):
    ProviderAccount.objects.update(driver="oublie")

    assert problems() == [f"Paiement {payment} : son prestataire n’est plus connu du portail."]


def test_more_given_back_than_received(payment):
    Refund.objects.create(
        regie=payment.regie, household=payment.household, payment=payment, amount=payment.amount + 1,
        reason="Essai", created_at=NOW, done_at=NOW, done_by=an_agent(), provider_ref="re_1",
    )  # fmt: skip

    assert problems() == [
        f"Remboursement {payment} : rendu par un prestataire qui n’avait pas reçu cette somme."
    ]
