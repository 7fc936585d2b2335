"""« Payer en ligne », page by page, as the Balaruc guide tells it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from billing.enums import PaymentState
from billing.models import Invoice, Payment, Regie
from core.clock import frozen
from infra.sandbox.systempay.server import SystempayServer
from tests.factories.billing import a_systempay_regie, an_invoice
from tests.factories.world import Family, a_family
from tests.harness.clients import TownClient


@pytest.fixture
def systempay(settings):
    with SystempayServer() as server:
        settings.SYSTEMPAY_PAGE_URL = server.page_url
        yield server


@pytest.fixture
def regie(commune, systempay) -> Regie:
    return a_systempay_regie()


@pytest.fixture
def family(regie) -> Family:
    return a_family(school=None)


@pytest.fixture
def invoices(regie, family, now) -> list[Invoice]:
    return [
        an_invoice(regie, family.household, now=now - timedelta(days=days), amount=Decimal(amount))
        for days, amount in ((60, "237.27"), (30, "249.96"))
    ]


@pytest.fixture
def client(commune, family, now):
    with frozen(now):
        yield TownClient(commune, family.user)


def text(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def start(client, regie, *invoices: Invoice, montant: str, **more: str):
    data = {"facture": [invoice.pk for invoice in invoices], "montant": montant, **more}
    return client.post(reverse("invoice_payment_start", args=[regie.code]), data)


def test_the_block_offers_to_tick_what_is_left_to_pay(client, regie, invoices):
    shown = text(client.get(reverse("regie_block", args=[regie.code])))

    assert "487,23 €</strong> (2 factures non soldées)" in shown
    assert "Payer en ligne" in shown
    assert shown.count('name="facture"') == 2


def test_without_an_open_account_nothing_is_offered(client, regie, invoices):
    regie.accounts.all().delete()

    shown = text(client.get(reverse("regie_block", args=[regie.code])))

    assert 'name="facture"' not in shown
    assert "Payer en ligne" not in shown


def test_the_page_says_what_was_chosen_and_what_it_costs(client, regie, invoices):
    one = client.get(reverse("invoice_pay", args=[regie.code]), {"facture": invoices[0].pk})
    assert "Vous avez selectionné la facture :" in text(one)
    assert 'N° 2026-00001 du 19/09/2026 (reste à payer : <span class="amount">237,27 €</span>)' in text(one)
    assert 'Le montant de votre paiement sera de <strong class="amount">237,27 €</strong>' in text(one)

    both = client.get(
        reverse("invoice_pay", args=[regie.code]), {"facture": [invoice.pk for invoice in invoices]}
    )
    assert "Vous avez selectionné les factures :" in text(both)
    assert "487,23 €" in text(both)


def test_nothing_ticked_is_told(client, regie, invoices):
    answer = client.get(reverse("invoice_pay", args=[regie.code]), {"part": "x"}, follow=True)

    assert "Cochez au moins une facture à payer." in text(answer)


def test_the_way_to_the_provider_and_back(client, regie, invoices, systempay, commune):
    answer = start(client, regie, *invoices, montant="487.23")
    payment = Payment.objects.get()
    assert answer["Location"] == reverse("payment_form", args=[payment.token])
    form = text(client.get(answer["Location"]))
    assert f'<form method="post" action="{systempay.page_url}" data-leave>' in form
    assert 'name="vads_amount" value="48723"' in form
    assert "csrf" not in form.partition("data-leave")[2].partition("</form>")[0]

    systempay.simulator.open(payment.page_fields)
    systempay.simulator.decide(payment.provider_ref, "AUTHORISED")
    stranger = TownClient(commune, enforce_csrf_checks=True)
    back = stranger.post(
        reverse("payment_return", args=[payment.token]), systempay.simulator.message(payment.provider_ref)
    )

    result = text(client.get(back["Location"]))
    assert "Le paiement de vos factures n°2026-00001, n°2026-00002 a bien été pris en compte. Merci" in result
    assert "Vos réservations" not in result
    block = text(client.get(reverse("regie_block", args=[regie.code])))
    assert "(par SYSTEMPAY)" in block
    assert 'name="facture"' not in block
    assert client.get(reverse("payment_form", args=[payment.token]))["Location"] == back["Location"]


def test_an_invoice_being_paid_says_so_and_a_second_payment_asks_first(client, regie, invoices):
    start(client, regie, invoices[0], montant="237.27")
    assert "Facture en attente de validation du paiement" in text(
        client.get(reverse("regie_block", args=[regie.code]))
    )

    again = start(client, regie, invoices[0], montant="237.27")
    assert again.status_code == 409
    assert "Un paiement est déjà en cours" in text(again)

    start(client, regie, invoices[0], montant="237.27", recommencer="on")
    assert Payment.objects.filter(state=PaymentState.STARTED).count() == 2


@pytest.mark.parametrize("montant", ["1.00", "", "abc"])
def test_a_sum_that_is_not_the_one_shown_starts_nothing(client, regie, invoices, montant):
    answer = start(client, regie, invoices[0], montant=montant)

    assert answer["Location"] == reverse("regie_block", args=[regie.code])
    assert not Payment.objects.exists()


def test_a_part_is_chosen_seen_and_told_afterwards(client, regie, invoices, systempay):
    address = reverse("invoice_pay", args=[regie.code])
    ticked = {"facture": [invoice.pk for invoice in invoices]}
    assert "Payer une partie" not in text(client.get(address, ticked))
    regie.part_minimum = Decimal(50)
    regie.save()
    assert "au moins 50,00 € à chaque fois" in text(client.get(address, ticked))

    refused = text(client.get(address, ticked | {"part": "12,5"}))
    assert "Le plus petit paiement possible est de 50,00 €" in refused
    assert 'value="12,5"' in refused
    assert 'sera de <strong class="amount">487,23 €</strong>' in refused

    chosen = text(client.get(address, ticked | {"part": "100,00"}))
    assert 'Le montant de votre paiement sera de <strong class="amount">100,00 €</strong>' in chosen
    assert "<strong>100,00 €</strong> maintenant, il restera 137,27 €" in chosen
    start(client, regie, *invoices, montant="487.23", part="100.00")
    payment = Payment.objects.get()
    assert payment.amount == Decimal(100)

    systempay.simulator.open(payment.page_fields)
    systempay.simulator.decide(payment.provider_ref, "AUTHORISED")
    client.post(
        reverse("payment_return", args=[payment.token]), systempay.simulator.message(payment.provider_ref)
    )
    result = text(client.get(reverse("payment_result", args=[payment.token])))
    assert "Facture n° 2026-00001 du 19/09/2026 (reste à payer : 137,27 €)" in result
    block = text(client.get(reverse("regie_block", args=[regie.code])))
    assert '(reste à payer : <span class="amount">137,27 €</span>)' in block
    assert "Total restant dû :</dt><dd><strong>387,23 €</strong> (2 factures non soldées)" in block


def test_another_familys_invoice_cannot_be_chosen(commune, regie, invoices, now):
    other = a_family(school=None, name="Lavandier")
    with frozen(now):
        thief = TownClient(commune, other.user)
        answer = thief.get(
            reverse("invoice_pay", args=[regie.code]), {"facture": invoices[0].pk}, follow=True
        )
        assert "237,27" not in text(answer)
        start(thief, regie, invoices[0], montant="237.27")
    assert not Payment.objects.exists()


def test_the_form_of_an_attempt_is_the_familys_own_and_does_not_outlive_its_time(
    client, regie, invoices, commune, now
):
    start(client, regie, invoices[0], montant="237.27")
    payment = Payment.objects.get()
    address = reverse("payment_form", args=[payment.token])
    other = a_family(school=None, name="Lavandier")

    assert TownClient(commune, other.user).get(address).status_code == 404
    with frozen(payment.usable_until + timedelta(seconds=1)):
        assert client.get(address)["Location"] == reverse("payment_result", args=[payment.token])
