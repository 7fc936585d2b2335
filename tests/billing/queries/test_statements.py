"""What was paid in a year, and what of it counts for taxes."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import transaction
from django.urls import reverse
from pypdf import PdfReader

from billing.enums import Trigger
from billing.models import Refund, Tariff
from billing.nature import Nature, nature_of
from billing.queries.cesu import cesu_room
from billing.queries.statements import tax_children, year_statement, years_of
from billing.services.credits import list_refunds, mark_refunded
from billing.services.invoices import allocate, issue_invoice
from billing.services.settlement import settle
from core.clock import frozen
from core.money import ZERO
from tests.factories.billing import a_payment
from tests.factories.campaigns import a_charge
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family
from tests.harness.clients import TownClient

CARE = "Ecole / PERISCOLAIRE / Garderies"


@pytest.fixture
def family(regie) -> Family:
    family = a_family(school=None)
    family.child.birth_date = date(2021, 5, 4)
    family.child.save()
    return family


@pytest.fixture
def charges(regie, family, payfip, purpose, now):
    """Forty euros of care and ten of meals, half of it paid."""
    purpose.delivers = False
    meal = a_charge(regie, family.household, now=now, amount="10.00")
    care = a_charge(regie, family.household, now=now, amount="40.00", group=CARE, label="Garderie du matin")
    with transaction.atomic():
        invoice = issue_invoice(
            regie=regie, household=family.household, charges=[meal, care], on=now.date(), now=now
        )
    payment = a_payment(regie, now=now, family=family, amount="25.00")
    payfip.simulator.decide(payment.provider_ref, "P")
    payment = settle(payment_id=payment.pk, trigger=Trigger.RETURN, now=now)
    allocate(payment=payment, invoice=invoice, amount=Decimal("25.00"), now=now)
    return meal, care


@pytest.mark.parametrize(
    ("group", "label", "nature"),
    [
        ("Ecole / RESTAURATION", "Tarif réduit", Nature.MEAL),
        ("ALE / MERCREDIS", "Goûters", Nature.MEAL),
        ("ALE / MERCREDIS", "Journée avec repas", Nature.BOTH),
        ("ALE / MERCREDIS", "Matin sans repas", Nature.CARE),
        ("Ecole / PERISCOLAIRE", "Matin", Nature.CARE),
        ("Divers", "Repassage", Nature.CARE),
    ],
)
def test_meals_are_told_from_care(group, label, nature):
    assert nature_of(group=group, label=label) == nature


def test_what_a_tariff_says_it_pays_wins_over_the_words(regie, family, now):
    tariff = Tariff.objects.create(code="atelier", label="Atelier cuisine")
    charge = a_charge(regie, family.household, now=now, amount="10.00", group=CARE, tariff=tariff)
    with transaction.atomic():
        invoice = issue_invoice(
            regie=regie, household=family.household, charges=[charge], on=now.date(), now=now
        )
    for nature, payable in (
        ("", ZERO),
        (Nature.MEAL, ZERO),
        (Nature.BOTH, charge.amount),
        (Nature.CARE, charge.amount),
    ):
        tariff.nature = nature
        tariff.save()
        assert cesu_room([invoice]) == {invoice.pk: payable}


def test_only_what_is_paid_counts_in_proportion(family, charges):
    (tax,) = tax_children(family.household, 2026)

    assert tax.amounts == {Nature.CARE: Decimal("20.00"), Nature.MEAL: Decimal("5.00")}
    assert tax_children(family.household, 2025) == []


def test_money_given_back_counts_less(family, charges, now):
    list_refunds(charges=[charges[1]], reason="Déménagement", now=now)
    Refund.objects.update(amount=Decimal("8.00"))
    assert tax_children(family.household, 2026)[0].amounts[Nature.CARE] == 20
    mark_refunded(refund_ids=[Refund.objects.get().pk], by=an_agent(), now=now)

    assert tax_children(family.household, 2026)[0].amounts[Nature.CARE] == 12


@pytest.mark.parametrize(("born", "counts"), [(date(2020, 1, 1), False), (date(2020, 1, 2), True)])
def test_a_child_is_under_six_on_the_first_of_january(family, charges, born, counts):
    family.child.birth_date = born
    family.child.save()

    assert bool(tax_children(family.household, 2026)) == counts


def test_the_statement_adds_up(family, charges, now):
    assert years_of(family.household, on=now.date()) == [2026]
    statement = year_statement(family.household, 2026, on=now.date())

    assert (statement.invoiced, statement.paid) == (50, 25)


def words(response) -> str:
    assert response["Content-Type"] == "application/pdf"
    document = PdfReader(BytesIO(b"".join(response.streaming_content)))
    text = "\n".join(page.extract_text() for page in document.pages)
    return " ".join(text.replace("\xa0", " ").split())


def test_the_family_takes_its_documents(commune, family, charges, now):
    with frozen(now):
        client = TownClient(commune, family.user)
        assert "attestation-fiscale-2026.pdf" in client.get(reverse("statements")).content.decode()
        fiscal = words(client.get(reverse("statement_fiscal", args=[2026])))
        yearly = words(client.get(reverse("statement_yearly", args=[2026])))

        assert client.get(reverse("statement_yearly", args=[2024])).status_code == 404

    assert "Jade Rivière, né(e) le 04/05/2021 Nature Payé Garde 20,00 € Repas 5,00 €" in fiscal
    assert "Frais de garde payés 20,00 €" in fiscal
    assert "Total facturé 50,00 € Total payé 25,00 €" in yearly


def test_the_desk_takes_them_too(commune, family, charges, now):
    with frozen(now + timedelta(days=1)):
        desk = TownClient(commune, an_agent())
        page = desk.get(reverse("agent_family_statements", args=[family.household.pk])).content.decode()
        address = reverse("agent_family_yearly", args=[family.household.pk, 2026])
        assert address in page
        assert "Relevé de l’année 2026" in words(desk.get(address))
