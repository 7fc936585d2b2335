"""« Mes Factures & Paiements »: what a family reads of its money."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.urls import reverse

from billing.enums import PaymentState, Trigger
from billing.queries.ledger import regie_summaries
from billing.services.settlement import settle
from billing.views.ledger import regie_blocks
from core.clock import frozen
from tests.factories.billing import a_payment, a_regie, an_invoice
from tests.factories.world import Family, a_family
from tests.harness.clients import TownClient
from tests.harness.queries import assert_constant_queries, count_queries

TODAY = date(2026, 11, 18)


@pytest.fixture
def family(regie) -> Family:
    return a_family(school=None)


@pytest.fixture
def paid(regie, family, payfip, now):
    """A function that pays and returns the payment; ``answer`` is what PayFiP decides."""

    def pay(answer: str = "P", **changes):
        payment = a_payment(regie, now=now, family=family, **changes)
        payfip.simulator.decide(payment.provider_ref, answer)
        return settle(payment_id=payment.pk, trigger=Trigger.RETURN, now=now)

    return pay


def page(commune, family, regie, now, **query) -> str:
    with frozen(now):
        response = TownClient(commune, family.user).get(reverse("regie_block", args=[regie.code]), query)
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def test_the_block_says_what_was_invoiced_paid_and_is_due(commune, regie, family, paid, now):
    paid()
    an_invoice(regie, family.household, now=now, amount=Decimal("10.00"))

    shown = page(commune, family, regie, now)

    assert "Mes Factures &amp; Paiements - CANTINE" in shown
    assert "<dt>Total facturé :</dt><dd>36,40 € (2 factures)</dd>" in shown
    assert "<dt>Total payé :</dt><dd>26,40 € (1 paiement)</dd>" in shown
    assert "<dt>Total restant dû :</dt><dd><strong>10,00 €</strong> (1 facture non soldée)</dd>" in shown
    assert "Avoir disponible" not in shown
    assert "Facture n° 2026-00001" in shown
    assert "Paiement n° 2026-00001 (par PAYFIP)" in shown
    assert "( de 1 à 3 sur 3 éléments )" in shown

    regie.block_title = ""
    regie.save()
    assert "Mes Factures &amp; Paiements</" in page(commune, family, regie, now)


def test_money_that_no_invoice_used_is_shown_as_credit(commune, regie, family, paid, purpose, now):
    purpose.delivers = False
    paid()

    shown = page(commune, family, regie, now)

    assert "<dt>Avoir disponible :</dt><dd>26,40 €</dd>" in shown
    assert "<dt>Solde dû :</dt><dd><strong>0,00 €</strong></dd>" in shown


def test_each_state_has_its_words(regie, family, paid, now):
    paid("P")
    paid("V")
    paid("R")
    paid("A")  # led nowhere: not told
    an_invoice(regie, family.household, now=now)

    (summary,) = regie_summaries(family.household, on=TODAY)

    assert sorted((entry.detail.split()[0], entry.word) for entry in summary.entries) == [
        ("Facture", "Facture en attente de validation du paiement"),
        ("Facture", "Facture non soldée"),
        ("Facture", "Facture soldée"),
        ("Paiement", "Règlement en attente de validation par la banque"),
        ("Paiement", "Règlement refusé par la banque"),
        ("Paiement", "Règlement validé"),
    ]
    assert summary.total_paid == Decimal("52.80")
    assert summary.total_invoiced - summary.total_paid == summary.due - summary.credit


def test_each_regie_has_its_own_block_even_empty(commune, regie, family, paid, now):
    leisure = a_regie(code="loisirs", prefix="ALSH", numcli="090910")
    paid()

    cantine, loisirs = regie_summaries(family.household, on=TODAY)

    assert (cantine.payment_count, loisirs.payment_count, loisirs.due) == (1, 0, Decimal(0))
    assert "Aucune facture ni aucun paiement" in page(commune, family, leisure, now)


def test_a_family_sees_only_its_own(commune, regie, family, paid, now):
    paid()
    other = a_family(school=None, name="Lavandier")

    (summary,) = regie_summaries(other.household, on=TODAY)

    assert (summary.entries, summary.total_paid) == ([], Decimal(0))


def test_rows_are_sorted_and_paged_by_the_address(regie, family, now):
    for amount in range(1, 8):
        an_invoice(regie, family.household, now=now + timedelta(days=amount), amount=Decimal(amount))
    prefix = f"r{regie.pk}-"

    def rows(address: str) -> list[Decimal]:
        (block,) = regie_blocks(family.household, QueryDict(address))
        return [entry.invoiced for entry in block.page]

    assert rows("") == [7, 6, 5, 4, 3]
    assert rows(f"{prefix}page=2") == [2, 1]
    assert rows(f"{prefix}tri=facture") == [1, 2, 3, 4, 5]
    assert rows(f"{prefix}tri=-facture&{prefix}par=10") == [7, 6, 5, 4, 3, 2, 1]
    assert rows(f"{prefix}tri=inconnu&{prefix}par=-3&{prefix}page=x") == [7, 6, 5, 4, 3]


def test_a_block_that_the_address_pages_is_unfolded(regie, family):
    assert not regie_blocks(family.household, QueryDict())[0].opened
    assert regie_blocks(family.household, QueryDict(f"r{regie.pk}-page=2"))[0].opened


def test_the_number_of_queries_does_not_grow(regie, family, paid):
    assert_constant_queries(act=lambda: regie_blocks(family.household, QueryDict()), add_row=paid)
    assert count_queries(lambda: regie_blocks(family.household, QueryDict())) == 5


def test_a_suspect_payment_counts_for_nothing_yet(regie, family, now):
    payment = a_payment(regie, now=now, family=family)
    type(payment).objects.update(state=PaymentState.SUSPECT)

    (summary,) = regie_summaries(family.household, on=TODAY)

    assert [entry.word for entry in summary.entries] == ["Règlement en cours de vérification par la régie"]
    assert summary.total_paid == Decimal(0)
