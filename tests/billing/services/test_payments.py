"""Opening an attempt: what the provider is asked, and what is left when it says no."""

import re
from decimal import Decimal

import pytest

from billing.enums import PaymentState
from billing.errors import (
    AmountNotPayableError,
    NoProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from billing.models import Payment
from infra.sandbox.payfip.simulator import Behaviour
from tests.factories.billing import a_payment
from tests.factories.world import a_family


def test_the_provider_is_asked_for_exactly_what_is_due(payfip, regie, now):
    payment = a_payment(regie, now=now, amount="26.40")

    assert payment.state == PaymentState.STARTED
    assert payment.page_url == f"{payfip.page_url}?idop={payment.provider_ref}"
    asked = payfip.simulator.store.get(payment.provider_ref)
    assert (asked.montant, asked.refdet, asked.numcli, asked.saisie) == (
        "2640",
        payment.reference,
        "090909",
        "T",
    )
    assert (asked.mel, asked.exer) == (payment.payer_email, "2026")
    assert asked.urlredirect == f"http://bellegarde.localhost/paiement/retour/{payment.token}/"
    assert asked.urlnotif == "http://paiement.localhost/payfip/bellegarde/"
    assert re.fullmatch(r"CANT261118[0-9A-Z]{10}", payment.reference)


def test_a_provider_that_is_down_costs_nothing_but_time(payfip, regie, purpose, now):
    payfip.simulator.behaviour = Behaviour(down=True)

    with pytest.raises(ProviderUnavailableError, match="Rien n’a été débité"):
        a_payment(regie, now=now)

    payment = Payment.objects.get()
    assert (payment.state, payment.closed_at, payment.next_check_at) == (PaymentState.FAILED, now, None)
    assert purpose.abandoned == [payment.pk]


def test_a_refusal_is_told_in_the_provider_s_words(regie, now):
    account = regie.accounts.get()
    account.config = {"numcli": "999999"}
    account.save()

    with pytest.raises(ProviderRefusedError, match="numéro client est inconnu"):
        a_payment(regie, now=now)

    event = Payment.objects.get().events.get()
    assert (event.outcome, event.message[:2]) == ("failed", "T2")


@pytest.mark.parametrize("amount", ["0.99", "100000.00"])
def test_an_amount_out_of_the_provider_s_limits_is_never_asked(regie, now, amount):
    with pytest.raises(AmountNotPayableError, match="accepte de 1,00"):
        a_payment(regie, now=now, amount=amount)
    assert not Payment.objects.exists()


def test_a_regie_without_an_account_takes_no_money(regie, now):
    regie.accounts.update(closed_at=now)

    with pytest.raises(NoProviderError):
        a_payment(regie, now=now, family=a_family(school=None))


def test_the_limits_themselves_are_payable(regie, now):
    assert a_payment(regie, now=now, amount="1.00").amount == Decimal("1.00")
