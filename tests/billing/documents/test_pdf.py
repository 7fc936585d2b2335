"""The PDF documents, read back as text."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from billing.enums import Trigger
from billing.models import Invoice
from billing.services.settlement import settle
from core.models import Branding
from tests.factories.billing import a_payment, an_invoice
from tests.factories.world import Family, a_family, a_school
from tests.harness.clients import TownClient


@pytest.fixture
def family(regie) -> Family:
    return a_family(school=a_school())


@pytest.fixture
def payment(regie, family, payfip, now):
    payment = a_payment(regie, now=now, family=family)
    payfip.simulator.decide(payment.provider_ref, "P")
    return settle(payment_id=payment.pk, trigger=Trigger.RETURN, now=now)


def read(response) -> PdfReader:
    assert response["Content-Type"] == "application/pdf"
    return PdfReader(BytesIO(b"".join(response.streaming_content)))


def words(document: PdfReader) -> str:
    return " ".join("\n".join(page.extract_text() for page in document.pages).replace("\xa0", " ").split())


def test_the_receipt_says_who_how_much_how_and_for_what(commune, family, payment):
    response = TownClient(commune, family.user).get(reverse("receipt_pdf", args=[payment.token]))

    assert response["Content-Disposition"] == 'inline; filename="ticket-de-paiement-2026-00001.pdf"'
    text = words(read(response))
    assert "MAIRIE BELLEGARDE" in text
    assert "Ticket de paiement n° 2026-00001" in text
    assert "26,40 €" in text
    assert payment.reference in text
    assert "mercredi 18 novembre 2026 à 23:40" in text
    assert "carte bancaire, par PayFiP (DGFiP)" in text
    assert f"N° d’autorisation {payment.transaction_id}" in text
    assert "Jade – Ecole Henri Serment / RESTAURATION / Cantine 2026-2027" in text
    assert "Repas Tarif Réduit : Lu 23" in text
    assert "avoir" not in text


def test_what_no_invoice_used_is_on_the_receipt(commune, regie, family, payfip, purpose, now):
    purpose.delivers = False
    payment = a_payment(regie, now=now, family=family)
    payfip.simulator.decide(payment.provider_ref, "P")
    settle(payment_id=payment.pk, trigger=Trigger.RETURN, now=now)

    response = TownClient(commune, family.user).get(reverse("receipt_pdf", args=[payment.token]))

    assert "Gardé en avoir à votre compte 26,40 €" in words(read(response))


def test_the_invoice_is_the_frozen_copy(commune, regie, family, now):
    Branding.objects.create(accent="#ffee00")
    invoice = an_invoice(regie, family.household, now=now, amount=Decimal("13.20"), days=4)
    type(regie).objects.update(name="Régie renommée")

    response = TownClient(commune, family.user).get(reverse("invoice_pdf", args=[invoice.pk]))

    text = words(read(response))
    assert "Facture n° 2026-00001" in text
    assert "Régie cantine – le 18 novembre 2026" in text
    assert "Place Aristide Briand" in text
    assert "Camille Rivière" in text
    assert "Repas Tarif Réduit : Lu 23, Ma 24, Me 25, Je 26 4 3,30 € 13,20 €" in text
    assert "Total 13,20 € Reste à payer 13,20 €" in text
    assert "Régie de recettes" in text


def test_a_paid_invoice_says_so(commune, family, payment):
    invoice = Invoice.objects.get()

    response = TownClient(commune, family.user).get(reverse("invoice_pdf", args=[invoice.pk]))

    assert "Total 26,40 € Déjà réglé 26,40 € Reste à payer 0,00 €" in words(read(response))


def test_documents_are_tagged_and_in_french(commune, family, payment):
    document = read(TownClient(commune, family.user).get(reverse("receipt_pdf", args=[payment.token])))

    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.trailer["/Root"]["/Lang"] == "fr-FR"
    assert document.metadata.title == "Ticket de paiement n° 2026-00001"


def test_a_foreign_invoice_does_not_exist(commune, family, payment):
    other = a_family(school=None, name="Lavandier")

    response = TownClient(commune, other.user).get(reverse("invoice_pdf", args=[Invoice.objects.get().pk]))

    assert response.status_code == 404


def test_a_payment_without_money_has_no_receipt(commune, regie, family, now):
    payment = a_payment(regie, now=now, family=family)

    response = TownClient(commune, family.user).get(reverse("receipt_pdf", args=[payment.token]))

    assert response.status_code == 404
