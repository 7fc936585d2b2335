"""The page of meals, its order, and the documents of attendance and meals."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from booking.enums import PaymentMode
from booking.models import MealOrder
from tests.factories.booking import booked
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import assert_constant_queries

WEEK = "/agent/repas/?date=2027-03-03"


@pytest.fixture
def canteen(commune, now):
    return a_canteen(start=(now + timedelta(days=3)).date(), days=20, payment=PaymentMode.INVOICED)


@pytest.fixture
def desk(commune, client_for):
    return client_for(commune, an_agent())


@pytest.fixture
def eats(canteen, family, now):
    booked(canteen, family, now=now, days=2)
    return family.child


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def cells(answer) -> list[tuple]:
    book = load_workbook(BytesIO(b"".join(answer)))
    return list(book.active.iter_rows(values_only=True))


def text_of(answer) -> str:
    content = b"".join(answer)
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_the_week_is_shown_and_ordered(desk, canteen, eats):
    page = body(desk.get(WEEK))
    assert "RESTAURATION ELEMENTAIRE" in page and "2 repas" in page
    data = {"service": canteen.activity.pk, "jours": ["2027-03-01", "2027-03-02", "demain"]}
    page = body(desk.post("/agent/repas/commander/", data, follow=True))
    assert "Commande notée : 2 repas, 2 jours." in page and "Dominique Guichet" in page
    assert MealOrder.objects.count() == 2
    assert "Rien n’a changé" in body(desk.post("/agent/repas/commander/", data, follow=True))
    assert "Cochez au moins un jour" in body(desk.post("/agent/repas/commander/", follow=True))


def test_a_week_without_meals_says_so(desk, canteen):
    assert "Aucun repas n’est servi" in body(desk.get("/agent/repas/?date=2031-03-03"))
    assert body(desk.get("/agent/repas/?date=hier&etablissement=x"))


def test_the_week_goes_to_the_kitchen_in_three_formats(desk, eats):
    rows = desk.get(f"{WEEK}&format=csv").content.decode("utf-8-sig").splitlines()
    assert (
        rows[1]
        == "Ecole Henri Serment;RESTAURATION ELEMENTAIRE;01/03/2027;REPAS ENFANT 3.30;CE2;6 à 11 ans;Repas habituel;1;0;1"
    )
    answer = desk.get(f"{WEEK}&format=xlsx")
    assert cells(answer)[1][2:] == (
        "01/03/2027",
        "REPAS ENFANT 3.30",
        "CE2",
        "6 à 11 ans",
        "Repas habituel",
        1,
        0,
        1,
    )
    text = text_of(desk.get(f"{WEEK}&format=pdf"))
    assert "Repas à commander" in text and "REPAS ENFANT 3.30, CE2 : 1" in text


def test_a_sheet_is_printed_and_exported(desk, canteen, eats):
    url = f"/agent/pointage/{canteen.openings[0].pk}/"
    text = text_of(desk.get(f"{url}feuille.pdf"))
    assert "Rivière Jade" in text and "Présents sans réservation" in text
    rows = desk.get(f"{url}tableur/").content.decode("utf-8-sig").splitlines()
    assert rows[1].startswith("Rivière;Jade;CE2;;REPAS ENFANT 3.30;;;À pointer;")
    assert cells(desk.get(f"{url}tableur/?format=xlsx"))[1][:2] == ("Rivière", "Jade")


def test_the_page_costs_the_same_for_any_number(desk, canteen, now):
    assert_constant_queries(
        act=lambda: desk.get(WEEK),
        add_row=lambda: booked(canteen, a_family(school=canteen.school), now=now, days=2),
    )
