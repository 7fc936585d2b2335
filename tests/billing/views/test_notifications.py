"""Announcements are hints: whoever calls, and whatever is said, only the provider's own answer counts."""

import pytest
from django.db import connection
from django.test import Client

from billing.enums import Fulfilment, PaymentState, Trigger
from billing.models import Payment
from infra.sandbox.payfip.simulator import Behaviour
from tenants.context import use_commune
from tenants.enums import CommuneStatus
from tenants.middleware import forget_towns
from tests.factories.billing import a_payment, a_regie

URL = "/payfip/bellegarde/"


@pytest.fixture
def payment(regie, now) -> Payment:
    return a_payment(regie, now=now)


@pytest.fixture
def provider(commune) -> Client:
    """A provider's server: no session, no CSRF token, on the callback host."""
    return Client(SERVER_NAME="paiement.localhost", enforce_csrf_checks=True)


@pytest.fixture(autouse=True)
def _town_stays(commune):
    """The test's town is active again after each request."""
    yield
    assert connection.schema_name in {commune.schema_name, "public"}


def post(provider: Client, commune, url: str = URL, **params: str):
    response = provider.post(url, params)
    assert connection.schema_name == "public"  # nothing of the town stays behind
    connection.set_tenant(commune)
    return response


@pytest.mark.parametrize("name", ["idop", "idOp"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_announcement_makes_us_ask_and_settle(provider, commune, payfip, payment, method, name):
    payfip.simulator.decide(payment.provider_ref, "P")

    response = getattr(provider, method)(URL, {name: payment.provider_ref})
    connection.set_tenant(commune)

    assert (response.status_code, response.content) == (200, b"OK")
    payment.refresh_from_db()
    assert (payment.state, payment.fulfilment) == (PaymentState.PAID, Fulfilment.DONE)
    assert payment.events.last().trigger == Trigger.NOTIFICATION


def test_a_forged_announcement_settles_nothing(provider, commune, payment):
    response = post(provider, commune, idop=payment.provider_ref, resultrans="P", montant="2640")

    assert response.content == b"OK"
    payment.refresh_from_db()
    assert payment.state == PaymentState.STARTED


@pytest.mark.parametrize(
    "params", [{}, {"idop": "00000000-0000-0000-0000-000000000000"}, {"idop": "' OR 1=1"}]
)
def test_an_unknown_attempt_gets_the_same_answer(provider, commune, payment, params):
    assert post(provider, commune, **params).content == b"OK"
    assert payment.events.count() == 1


def test_a_provider_that_announces_but_does_not_answer_is_asked_later(provider, commune, payfip, payment):
    payfip.simulator.behaviour = Behaviour(down=True)

    assert post(provider, commune, idop=payment.provider_ref).status_code == 200

    payment.refresh_from_db()
    assert payment.state == PaymentState.STARTED
    assert payment.next_check_at is not None


def test_an_announcement_reaches_only_the_town_it_names(provider, commune, other_commune, payfip, payment):
    with use_commune(other_commune):
        a_regie()
    payfip.simulator.decide(payment.provider_ref, "P")

    assert post(provider, commune, "/payfip/balaruc/", idop=payment.provider_ref).content == b"OK"

    payment.refresh_from_db()
    assert payment.state == PaymentState.STARTED


@pytest.mark.parametrize("url", ["/payfip/inconnue/", "/autre/bellegarde/", "/mon-compte/"])
def test_other_addresses_do_not_exist(provider, commune, url):
    assert post(provider, commune, url).status_code == 404


def test_a_suspended_town_hears_nothing(provider, commune):
    commune.status = CommuneStatus.SUSPENDED
    commune.save()
    forget_towns()

    assert post(provider, commune).status_code == 404
