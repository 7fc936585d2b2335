"""The desk's pages of the régie's books."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from billing.enums import Means
from billing.models import Closing, DepositSlip, JournalEntry, Quittance
from billing.queries.books import to_deposit
from billing.queries.check import check_ledger
from core.clock import frozen
from tests.factories.billing import an_invoice
from tests.factories.counter import a_cheque, a_quittance, cash
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family
from tests.harness.clients import TownClient
from tests.harness.queries import assert_constant_queries, count_queries


@pytest.fixture
def family(regie) -> Family:
    return a_family(school=None)


@pytest.fixture
def desk(commune, now):
    with frozen(now):
        yield TownClient(commune, an_agent())


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def counter(family, regie) -> str:
    return reverse("agent_counter", args=[family.household.pk, regie.code])


def test_empty_books_say_what_they_are_for(desk, regie):
    assert "En caisse" in body(desk.get(reverse("agent_books")))
    assert "s’écrit ici tout seul" in body(desk.get(reverse("agent_books_journal")))
    assert "la caisse est vide" in body(desk.get(reverse("agent_deposits")))
    assert "Arrêter une journée fige" in body(desk.get(reverse("agent_closings")))


def test_from_the_family_to_the_quittance(desk, family, regie, now):
    old = an_invoice(regie, family.household, now=now - timedelta(days=60), amount=Decimal("26.40"))
    recent = an_invoice(regie, family.household, now=now, amount=Decimal("10.00"))
    opened = desk.get(reverse("agent_counter_open", args=[family.household.pk]))
    assert opened["Location"] == counter(family, regie)
    page = body(desk.get(counter(family, regie)))
    assert "36,40" in page
    assert page.count("checked") == 2

    sent = {
        "jeton": uuid4(), "payeur": "Camille Rivière", "factures": [old.pk, recent.pk], "especes": "6,40", "remis": "10",
        "cheque1": "30,00", "banque1": "Banque des Garrigues", "numero1": "0001234",
    }  # fmt: skip
    answer = desk.post(counter(family, regie), sent)

    quittance = Quittance.objects.get()
    assert answer["Location"] == reverse("agent_quittance", args=[quittance.pk])
    shown = body(desk.get(answer["Location"]))
    assert "Monnaie à rendre : 3,60" in shown
    assert "Annuler cette quittance" in shown
    pdf = desk.get(reverse("agent_quittance_pdf", args=[quittance.pk]))
    assert pdf["Content-Type"] == "application/pdf"
    assert desk.post(counter(family, regie), sent)["Location"] == answer["Location"]
    assert Quittance.objects.count() == 1
    assert check_ledger() == []


def test_what_is_missing_on_the_form_is_said(desk, family, regie):
    sent = {"jeton": uuid4(), "payeur": "Camille", "cheque1": "30,00"}
    page = body(desk.post(counter(family, regie), sent))
    assert "Recopiez le numéro du chèque" in page
    assert "Recopiez le nom de la banque" in page
    assert "Saisissez au moins une somme" in body(
        desk.post(counter(family, regie), {"jeton": uuid4(), "payeur": "C"})
    )
    page = body(desk.post(counter(family, regie), sent | {"especes": "300,01"}))
    assert "Recopiez" in page
    assert "pas plus de 300,00" in body(
        desk.post(counter(family, regie), {"jeton": uuid4(), "payeur": "C", "especes": "300,01"})
    )
    assert not Quittance.objects.exists()


def test_a_till_that_takes_nothing_at_the_counter(desk, family, regie):
    regie.counter_means = []
    regie.save()
    assert "n’encaisse rien au guichet" in body(desk.get(counter(family, regie)))


def test_the_family_keeps_its_quittance_and_nobody_elses(desk, commune, family, regie, now):
    payment = a_quittance(regie, family.household, cash("10.00"), now=now).payments.get()
    address = reverse("receipt_pdf", args=[payment.token])
    own = TownClient(commune, family.user).get(address)
    assert own["Content-Type"] == "application/pdf"
    assert "quittance-2026-00001.pdf" in own["Content-Disposition"]
    assert TownClient(commune, a_family(school=None).user).get(address).status_code == 404
    assert desk.get(reverse("payment_return", args=[payment.token])).status_code == 404  # no provider sent it


def test_a_quittance_is_cancelled_with_a_reason(desk, family, regie, now):
    quittance = a_quittance(regie, family.household, cash("10.00"), now=now)
    address = reverse("agent_quittance_undo", args=[quittance.pk])
    assert "Dites pourquoi" in body(desk.post(address, {"motif": ""}))
    desk.post(address, {"motif": "Mauvaise famille", "acte": "annuler"})

    page = body(desk.get(reverse("agent_quittance", args=[quittance.pk])))
    assert "Mauvaise famille" in page
    assert "Annuler cette quittance" not in page
    assert "Mauvaise famille" in body(desk.get(reverse("agent_books_journal")))


def test_from_the_till_to_the_bank_and_back(desk, family, regie, now):
    quittance = a_quittance(regie, family.household, a_cheque("25.00"), now=now)
    new = reverse("agent_deposit_new", args=[regie.code, "cheque"])
    assert new in body(desk.get(reverse("agent_deposits")))
    assert "Banque des Garrigues" in body(desk.get(new))
    assert "Cochez au moins un règlement" in body(desk.post(new))
    answer = desk.post(
        new, {"reglements": list(to_deposit(regie, Means.CHEQUE).values_list("pk", flat=True))}
    )
    slip = DepositSlip.objects.get()
    assert answer["Location"] == reverse("agent_deposit", args=[slip.pk])
    assert "Imprimer le bordereau" in body(desk.get(answer["Location"]))
    assert desk.get(reverse("agent_deposit_pdf", args=[slip.pk]))["Content-Type"] == "application/pdf"

    payment = quittance.payments.get()
    assert "Revenu impayé" in body(desk.get(reverse("agent_quittance", args=[quittance.pk])))
    desk.post(reverse("agent_quittance_unpaid", args=[payment.pk]), {"motif": "Sans provision"})
    assert "Sans provision" in body(desk.get(reverse("agent_quittance", args=[quittance.pk])))
    answer = desk.post(reverse("agent_deposit_cancel", args=[slip.pk]), {"motif": "Erreur"}, follow=True)
    assert "est revenu impayé" in body(answer)
    assert check_ledger() == []


def test_cash_is_counted_on_the_slip(desk, family, regie, now):
    a_quittance(regie, family.household, cash("15.00"), now=now)
    new = reverse("agent_deposit_new", args=[regie.code, "cash"])
    chosen = {"reglements": list(to_deposit(regie, Means.CASH).values_list("pk", flat=True))}
    assert "Les coupures font 10,00" in body(desk.post(new, chosen | {"c1000": "1"}))
    desk.post(new, chosen | {"c1000": "1", "c500": "1"})
    slip = DepositSlip.objects.get()
    assert desk.get(reverse("agent_deposit_pdf", args=[slip.pk])).status_code == 200
    assert desk.get(reverse("agent_deposit_new", args=[regie.code, "transfer"])).status_code == 404


def test_a_day_then_its_month_are_closed(desk, family, regie, now):
    with frozen(now - timedelta(days=20)) as before:
        a_quittance(regie, family.household, cash("15.00"), now=before)
    new = reverse("agent_closing_new", args=[regie.code])
    assert "15,00" in body(desk.get(new))
    assert "expliquez l’écart" in body(desk.post(new, {"jour": "2026-10-31", "especes": "14"}))
    desk.post(new, {"jour": "2026-10-31", "especes": "15"})
    page = body(desk.get(new))
    assert "Arrêter le mois : octobre 2026" in page
    desk.post(reverse("agent_closing_month", args=[regie.code]), {"mois": "2026-10-01"})

    assert [one.kind for one in Closing.objects.order_by("pk")] == ["day", "month"]
    assert "octobre" not in body(desk.get(new))
    for closing in Closing.objects.all():
        assert desk.get(reverse("agent_closing_pdf", args=[closing.pk]))["Content-Type"] == "application/pdf"
    again = desk.post(reverse("agent_closing_month", args=[regie.code]), {"mois": "2026-10-01"}, follow=True)
    assert "déjà arrêté" in body(again)


def test_the_journal_is_filtered_and_exported(desk, family, regie, now):
    a_quittance(regie, family.household, cash("10.00"), a_cheque("25.00"), now=now)
    address = reverse("agent_books_journal")
    page = body(
        desk.get(address, {"moyen": "cheque", "du": "2026-11-18", "au": "2026-11-18", "regie": regie.pk})
    )
    assert "1 écriture<" in page
    assert "Aucune écriture ne correspond" in body(desk.get(address, {"au": "2026-11-17"}))
    assert "2 écritures" in body(desk.get(address, {"moyen": "n’importe"}))
    csv = desk.get(address, {"format": "csv", "moyen": "cash"}).content.decode()
    assert "Espèces" in csv
    assert "Chèque" not in csv
    assert ";10,00;" in csv
    assert desk.get(address, {"format": "xlsx"})["Content-Disposition"].endswith('"journal.xlsx"')
    assert desk.get(address, {"format": "pdf"})["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("name", ["agent_books", "agent_books_journal", "agent_deposits", "agent_closings"])
def test_a_page_costs_the_same_whatever_it_shows(desk, family, regie, now, name):
    assert_constant_queries(
        act=lambda: desk.get(reverse(name)),
        add_row=lambda: a_quittance(regie, family.household, cash("1.00"), now=now),
    )
    assert JournalEntry.objects.count() == 3


def test_a_quittance_and_a_slip_cost_the_same_whatever_they_hold(desk, family, regie, now):
    cheques = [a_cheque("1.00", number=f"{number}") for number in range(3)]
    one = a_quittance(regie, family.household, cheques[0], now=now)
    new = reverse("agent_deposit_new", args=[regie.code, "cheque"])
    alone = reverse("agent_quittance", args=[one.pk])
    for address in (alone, alone, new, new):
        body(desk.get(address))  # fills the caches that are allowed to be cold
    costs = [count_queries(lambda: desk.get(alone)), count_queries(lambda: desk.get(new))]

    three = a_quittance(regie, family.household, *cheques, now=now)

    address = reverse("agent_quittance", args=[three.pk])
    assert [count_queries(lambda: desk.get(address)), count_queries(lambda: desk.get(new))] == costs
