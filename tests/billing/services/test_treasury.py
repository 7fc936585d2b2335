"""What goes to the Trésor: who, what the family may still do, and the files."""

import csv
import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from lxml import etree

from billing.errors import BooksError, NothingToPayError
from billing.exports.pes import NAMESPACE
from billing.exports.registry import EXPORTS
from billing.models import Handover, HandoverItem, Invoice, Regie, TreasuryCodes
from billing.queries.check import check_ledger
from billing.queries.ledger import regie_summaries
from billing.queries.treasury import paid_since, to_hand_over, treasury_file
from billing.queries.unpaid import find_unpaid
from billing.services.credit_use import use_credit
from billing.services.invoice_payments import open_invoice_payment
from billing.services.invoices import allocate
from billing.services.treasury import hand_over, take_back
from core.models import OutgoingMail
from core.money import ZERO
from tests.factories.billing import an_invoice
from tests.factories.counter import a_cheque, a_quittance, cash
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family

DAY = timedelta(days=1)


@pytest.fixture
def family(regie) -> Family:
    made = a_family(school=None)
    made.household.address, made.household.postcode, made.household.city = (
        "3 rue des Lavandes",
        "30127",
        "Bellegarde",
    )
    made.household.save()
    return made


@pytest.fixture
def agent(commune):
    return an_agent()


@pytest.fixture
def late(regie, family, now) -> list[Invoice]:
    """10 € and 12,50 €, both long due."""
    return [
        an_invoice(regie, family.household, now=now - days * DAY, amount=Decimal(amount))
        for days, amount in ((90, "10.00"), (60, "12.50"))
    ]


def owing(regie: Regie, now) -> list[tuple[str, Decimal]]:
    return [(one.household.number, one.left) for one in to_hand_over(regie, on=now.date())]


def test_the_threshold_is_for_the_payer_not_for_each_invoice(regie, family, late, now):
    small = a_family(school=None).household
    an_invoice(regie, small, now=now - 90 * DAY, amount=Decimal("14.99"))
    an_invoice(regie, small, now=now, amount=Decimal("50.00"))  # its term has not passed

    assert owing(regie, now) == [(family.household.number, Decimal("22.50"))]
    regie.treasury_minimum = Decimal("22.51")
    assert owing(regie, now) == []


def test_an_invoice_that_is_being_paid_waits(regie, family, late, now):
    open_invoice_payment(
        household=family.household, regie=regie, invoice_ids=[late[1].pk], expected=Decimal("12.50"), payer=family.user, now=now
    )  # fmt: skip
    assert owing(regie, now) == []


def test_what_was_handed_over_is_not_paid_here_any_more(regie, family, late, agent, now):
    a_quittance(regie, family.household, a_cheque("5.00"), now=now)  # credit, which must not pay it either

    handover = hand_over(regie=regie, household_ids=[family.household.pk], by=agent, now=now)

    assert (handover.reference, handover.total) == ("2026-00001", Decimal("22.50"))
    (summary,) = regie_summaries(family.household, on=now.date())
    assert (summary.due, summary.treasury, summary.unpaid_count) == (Decimal("22.50"), Decimal("22.50"), 0)
    words = {entry.word for entry in summary.entries if entry.invoice}
    assert words == {"Paiement de cette facture géré par le Trésor Public"}
    assert not find_unpaid(on=now.date()).exists()
    assert use_credit(invoice=late[0], now=now) == ZERO
    with pytest.raises(NothingToPayError):
        open_invoice_payment(
            household=family.household, regie=regie, invoice_ids=[late[0].pk], expected=Decimal("10.00"), payer=family.user, now=now
        )  # fmt: skip
    quittance = a_quittance(regie, family.household, cash("10.00"), invoices=tuple(late), now=now)
    assert not quittance.payments.get().allocations.exists()
    mail = OutgoingMail.objects.filter(subject__startswith="Factures transmises").get()
    assert all(invoice.reference in mail.text for invoice in late)
    assert check_ledger() == []


def test_nobody_is_handed_over_twice_nor_without_owing(regie, family, late, agent, now):
    hand_over(regie=regie, household_ids=[family.household.pk], by=agent, now=now)
    for households in ([family.household.pk], [a_family(school=None).household.pk], []):
        with pytest.raises(BooksError, match="relisez la liste"):
            hand_over(regie=regie, household_ids=households, by=agent, now=now)
    assert Handover.objects.count() == 1


def test_an_invoice_taken_back_is_paid_here_again(regie, family, late, agent, now):
    hand_over(regie=regie, household_ids=[family.household.pk], by=agent, now=now)
    item = HandoverItem.objects.get(invoice=late[0])

    take_back(item=item, reason="Payée par erreur à la mairie", by=agent, now=now)

    assert [invoice.pk for invoice in find_unpaid(on=now.date())] == [late[0].pk]
    with pytest.raises(BooksError, match="déjà reprise"):
        take_back(item=item, reason="Encore", by=agent, now=now)
    assert check_ledger() == []


def test_money_that_came_all_the_same_is_told(regie, family, late, agent, now):
    handover = hand_over(regie=regie, household_ids=[family.household.pk], by=agent, now=now)
    assert not paid_since(handover).exists()
    payment = a_quittance(regie, family.household, cash("10.00"), now=now).payments.get()
    allocate(payment=payment, invoice=late[0], amount=Decimal("4.00"), now=now)
    assert [item.invoice for item in paid_since(handover)] == [late[0]]


def test_the_pivot_files_hold_every_invoice(regie, family, late, agent, now):
    file = treasury_file(hand_over(regie=regie, household_ids=[family.household.pk], by=agent, now=now))

    rows = list(csv.DictReader(StringIO(EXPORTS["csv"].render(file).decode()), delimiter=";"))
    assert [(row["facture"], row["reste_du"], row["nom"], row["ville"]) for row in rows] == [
        (late[0].reference, "10.00", "Rivière", "Bellegarde"),
        (late[1].reference, "12.50", "Rivière", "Bellegarde"),
    ]
    content = json.loads(EXPORTS["json"].render(file))
    (debt,) = content["dettes"]
    assert (content["version"], debt["dossier"], debt["reste_du"]) == (1, family.household.number, "22.50")
    assert [one["numero"] for one in debt["factures"]] == [invoice.reference for invoice in late]


def test_the_pes_file_says_what_we_know_of_it(regie, family, late, agent, now):
    TreasuryCodes.objects.create(
        regie=regie,
        siret="12345678901234",
        post="030012",
        town_code="101",
        budget_code="00",
        product_code="8100",
    )
    handover = hand_over(regie=regie, household_ids=[family.household.pk], by=agent, now=now)
    export = EXPORTS["pes"]
    assert (export.proven, export.needs_issuer) == (False, True)

    content = export.render(treasury_file(handover))

    assert content.startswith(b"<?xml version='1.0' encoding='ISO-8859-1'?>")
    root = etree.fromstring(content)
    assert root.tag == f"{{{NAMESPACE}}}PES_Aller"
    value = {element.tag: element.get("V") for element in root.iter() if element.get("V") is not None}
    assert {name: value[name] for name in ("TypFic", "IdColl", "TypBord", "TypPce", "NbrPce", "MtBordHt", "MtHT")} == {
        "TypFic": "PESORMC", "IdColl": "12345678901234", "TypBord": "06", "TypPce": "15", "NbrPce": "1",
        "MtBordHt": "22.50", "MtHT": "22.50",
    }  # fmt: skip
    assert (value["Nom"], value["NumDette"]) == ("Rivière", "20260000100001")
    assert "Cle1" not in value
