"""The family's way back: the return, the result page, the waiting page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from billing.enums import Fulfilment, PaymentState, Trigger
from billing.models import Payment
from billing.purposes import WayBack
from billing.services.settlement import settle
from core.clock import frozen
from infra.sandbox.payfip.simulator import Behaviour
from tests.factories.billing import a_payment
from tests.factories.world import Family, a_family
from tests.harness.clients import TownClient

MINUTE = timedelta(minutes=1)
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def family(regie) -> Family:
    return a_family(school=None)


@pytest.fixture
def payment(regie, family, now) -> Payment:
    return a_payment(regie, now=now, family=family)


@pytest.fixture
def client(commune, family, now):
    with frozen(now + MINUTE):
        yield TownClient(commune, family.user)


def url(name: str, payment: Payment) -> str:
    return reverse(name, args=[payment.token])


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_return_asks_the_provider_and_shows_the_result(commune, payfip, payment, client, method):
    """The provider may post the browser back, without the session and without a CSRF token of ours."""
    payfip.simulator.decide(payment.provider_ref, "P")
    stranger = TownClient(commune, enforce_csrf_checks=True)

    response = getattr(stranger, method)(url("payment_return", payment))

    assert (response.status_code, response["Location"]) == (302, url("payment_result", payment))
    payment.refresh_from_db()
    assert payment.events.last().trigger == Trigger.RETURN
    assert "Votre paiement est validé" in text(client.get(response["Location"]))


def test_a_provider_that_is_down_is_not_the_family_s_error(payfip, payment, client):
    payfip.simulator.behaviour = Behaviour(down=True)

    response = client.get(url("payment_return", payment), follow=True)

    assert "Nous attendons la confirmation de la banque" in text(response)


@pytest.mark.parametrize(
    ("answer", "heading"),
    [
        ("P", "Votre paiement est validé"),
        ("V", "Votre paiement est accepté"),
        ("R", "Votre paiement a été refusé par la banque"),
        ("A", "Votre paiement a été abandonné"),
    ],
)
def test_each_result_is_said(payfip, payment, client, now, answer, heading):
    payfip.simulator.decide(payment.provider_ref, answer)
    settle(payment_id=payment.pk, trigger=Trigger.RETURN, now=now)

    page = text(client.get(url("payment_result", payment)))

    assert f"<h1>{heading}</h1>" in page
    assert f"Achat {payment.pk}" in page
    assert "26,40" in page


@pytest.mark.parametrize(
    ("state", "fulfilment", "heading"),
    [
        (PaymentState.SUSPECT, Fulfilment.NONE, "Votre paiement est en cours de vérification"),
        (PaymentState.EXPIRED, Fulfilment.NONE, "Votre paiement n’a pas abouti"),
        (PaymentState.FAILED, Fulfilment.NONE, "Votre paiement n’a pas abouti"),
    ],
)
def test_the_rarer_results_too(payment, client, state, fulfilment, heading):
    Payment.objects.update(state=state, fulfilment=fulfilment)

    assert f"<h1>{heading}</h1>" in text(client.get(url("payment_result", payment)))


def test_money_received_but_not_delivered_yet_says_so_and_waits(payfip, payment, purpose, client, now):
    purpose.fails = 1
    payfip.simulator.decide(payment.provider_ref, "P")
    settle(payment_id=payment.pk, trigger=Trigger.RETURN, now=now)

    page = text(client.get(url("payment_result", payment)))

    assert "<h1>Votre paiement est bien reçu</h1>" in page
    assert "Actualiser" in page


def test_money_for_what_is_gone_is_promised_back(payfip, payment, purpose, client, now):
    purpose.delivers = False
    payfip.simulator.decide(payment.provider_ref, "P")
    settle(payment_id=payment.pk, trigger=Trigger.RETURN, now=now)

    assert "il est gardé en avoir" in text(client.get(url("payment_result", payment)))


def test_an_abandoned_basket_can_still_be_paid_until_its_time(payfip, payment, purpose, client, now):
    purpose.way = WayBack(url="/panier/", until=now + 17 * MINUTE)
    payfip.simulator.decide(payment.provider_ref, "A")
    settle(payment_id=payment.pk, trigger=Trigger.RETURN, now=now)

    page = text(client.get(url("payment_result", payment)))

    assert "Votre panier vous attend jusqu’à <strong>23:57</strong>" in page
    assert '<a class="button" href="/panier/">Accéder à mon panier</a>' in page


def test_the_waiting_page_asks_again_every_five_seconds(payment, client):
    page = text(client.get(url("payment_result", payment)))
    assert f'hx-get="{url("payment_status", payment)}?n=1" hx-trigger="load delay:5s"' in page
    assert f'href="{url("payment_return", payment)}">Actualiser</a>' in page

    assert "?n=2" in text(client.get(url("payment_status", payment) + "?n=1", **HTMX))


@pytest.mark.parametrize("asked", ["24", "99", "²", "-1", "x"])
def test_after_two_minutes_it_stops(payment, client, asked):
    answer = text(client.get(url("payment_status", payment), {"n": asked}, **HTMX))

    assert ("La réponse tarde" in answer) == asked.isdecimal()


def test_the_waiting_page_turns_into_the_result(payfip, payment, client):
    payfip.simulator.decide(payment.provider_ref, "P")

    response = client.get(url("payment_status", payment), **HTMX)

    assert response["HX-Redirect"] == url("payment_result", payment)
    payment.refresh_from_db()
    assert payment.fulfilment == Fulfilment.DONE


def test_the_status_without_htmx_is_the_result_page(payment, client):
    assert client.get(url("payment_status", payment))["Location"] == url("payment_result", payment)


@pytest.mark.parametrize("name", ["payment_result", "payment_status", "receipt_pdf"])
def test_another_family_and_a_stranger_see_nothing(commune, payfip, payment, now, name):
    payfip.simulator.decide(payment.provider_ref, "P")
    settle(payment_id=payment.pk, trigger=Trigger.RETURN, now=now)
    other = a_family(school=None, name="Lavandier")

    assert TownClient(commune, other.user).get(url(name, payment)).status_code == 404
    assert TownClient(commune).get(url(name, payment))["Location"].startswith(reverse("login"))
