"""The desk's pages of the Trésor and of the provider's statements."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing.models import Handover, HandoverItem, ProviderStatement, TreasuryCodes
from core.clock import frozen
from tests.factories.billing import an_invoice
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family
from tests.harness.clients import TownClient
from tests.harness.queries import assert_constant_queries


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


def late(regie, household, now) -> None:
    an_invoice(regie, household, now=now - timedelta(days=60), amount=Decimal("20.00"))


def test_from_the_unpaid_list_to_the_file(desk, commune, family, regie, now):
    home = reverse("agent_books_treasury")
    assert "Aucun dossier ne doit 15,00" in body(desk.get(home))
    late(regie, family.household, now)
    assert family.household.name in body(desk.get(home))
    new = reverse("agent_books_treasury_new", args=[regie.code])
    assert "Cochez au moins un dossier" in body(desk.post(new, follow=True))

    answer = desk.post(new, {"dossier": family.household.pk})

    handover = Handover.objects.get()
    assert answer["Location"] == reverse("agent_books_treasury_handover", args=[handover.pk])
    assert "non éprouvé" in body(desk.get(answer["Location"]))
    assert "Paiement de cette facture géré par le Trésor Public" in body(
        TownClient(commune, family.user).get(reverse("regie_block", args=[regie.code]))
    )
    file = desk.get(reverse("agent_books_treasury_file", args=[handover.pk, "csv"]))
    assert file["Content-Disposition"] == 'attachment; filename="prise-en-charge-2026-00001.csv"'
    pes = reverse("agent_books_treasury_file", args=[handover.pk, "pes"])
    codes = reverse("agent_books_treasury_codes", args=[regie.code])
    assert desk.get(pes)["Location"] == codes
    assert "Un SIRET a 14 chiffres" in body(desk.post(codes, {"siret": "12"}))
    sent = {
        "siret": "12345678901234",
        "post": "030012",
        "town_code": "1",
        "budget_code": "00",
        "product_code": "81",
        "payfip_id": "012345",
    }
    desk.post(codes, sent)
    assert TreasuryCodes.objects.get().siret == "12345678901234"
    assert b"PESORMC" in desk.get(pes).content
    assert desk.get(reverse("agent_books_treasury_file", args=[handover.pk, "docx"])).status_code == 404

    titles, item = reverse("agent_books_treasury_titles", args=[handover.pk]), HandoverItem.objects.get()
    assert "30 chiffres ou lettres" in body(desk.post(titles, {f"avis{item.pk}": "2026/1"}, follow=True))
    desk.post(titles, {f"avis{item.pk}": "2026000001234"})
    own = body(TownClient(commune, family.user).get(reverse("regie_block", args=[regie.code])))
    for copied in ("012345", "2026000001234", "20,00"):
        assert re.search(rf'<dd class="copy"[^>]*>{copied}', own)

    desk.post(
        reverse("agent_books_treasury_back", args=[HandoverItem.objects.get().pk]), {"motif": "Payée ici"}
    )
    assert "Payée ici" in body(desk.get(answer["Location"]))


def test_a_statement_is_read_and_its_difference_settled(desk, regie):
    home = reverse("agent_books_statements")
    assert "Aucun relevé lu" in body(desk.get(home))

    def send(text: str):
        file = SimpleUploadedFile("releve.csv", text.encode(), content_type="text/csv")
        return desk.post(home, {"regie": regie.pk, "du": "2026-11-01", "au": "2026-11-18", "fichier": file})

    assert "Il manque des colonnes" in body(send("jour\n1"))
    answer = send("date;reference;montant\n18/11/2026;INCONNU1;5,00")
    statement = ProviderStatement.objects.get()
    assert answer["Location"] == reverse("agent_books_statement", args=[statement.pk])
    assert "inconnu ou non payé ici" in body(desk.get(answer["Location"]))
    settle = reverse("agent_books_statement_settle", args=[statement.pk])
    assert "Dites ce qui explique" in body(desk.post(settle, {"reference": "INCONNU1"}, follow=True))
    assert "Autre logiciel" in body(
        desk.post(settle, {"reference": "INCONNU1", "motif": "Autre logiciel"}, follow=True)
    )


def test_the_list_costs_the_same_whatever_it_shows(desk, regie, now):
    assert_constant_queries(
        act=lambda: desk.get(reverse("agent_books_treasury")),
        add_row=lambda: late(regie, a_family(school=None).household, now),
    )
