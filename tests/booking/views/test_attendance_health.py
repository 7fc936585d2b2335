"""What the sheet says of diets, allergies and PAI, to whom, and the trace it leaves."""

import json
from datetime import datetime
from io import BytesIO
from itertools import count
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from booking.enums import PaymentMode
from core.child_file import DossierField
from core.clock import frozen
from core.models import HealthReading
from core.services.health import SAME_READING
from tests.factories.booking import booked
from tests.factories.child_file import NUTS, PAI, some_meals, tells
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import assert_constant_queries

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def canteen(commune, now):
    some_meals()
    return a_canteen(start=NOON.date(), days=20, payment=PaymentMode.INVOICED)


@pytest.fixture
def desk(commune, client_for, canteen, family, now):
    booked(canteen, family, now=now, days=2)
    tells(
        family.child,
        {DossierField.MEAL: [{"meal": "sans-viande"}], DossierField.ALLERGIES: NUTS, DossierField.PAI: PAI},
        now=now,
    )
    with frozen(NOON):
        yield client_for(commune, an_agent())


@pytest.fixture
def url(canteen) -> str:
    return f"/agent/pointage/{canteen.openings[0].pk}/"


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_sheet_shows_diet_and_alert_and_writes_the_reading_once(desk, url, family):
    for _ in range(2):  # the device asks for its own copy of the page it has just opened
        page = body(desk.get(url))
        assert "Sans viande" in page
        assert "Allergies : Arachides : gonflement des lèvres – PAI" in page
    reading = HealthReading.objects.get()
    assert reading.child == family.child
    assert reading.place == "Pointage\u00a0: REPAS ENFANT, 01/03/2027"
    with frozen(NOON.replace(hour=13)):
        desk.get(url)
    assert HealthReading.objects.count() == 2


def test_the_data_kept_on_the_device_hold_no_health(desk, url):
    page = body(desk.get(url))
    data = page.split('<script id="pointage" type="application/json">')[1].split("</script>")[0]
    [state] = json.loads(data)["states"].values()
    assert state["diet"] == "Sans viande"
    assert "rachides" not in data


def test_a_child_added_to_the_page_brings_its_alert(desk, url, canteen, family, now):
    other = a_family(school=canteen.school, name="Lavandier").child
    tells(other, {DossierField.ALLERGIES: NUTS, DossierField.MEAL: [{"meal": "panier"}]}, now=now)
    assert '"Panier repas (PAI)"' in body(desk.get(url))
    HealthReading.objects.all().delete()
    acts = [
        {"uuid": str(uuid4()), "child": child.pk, "mark": "present", "at": NOON.isoformat()}
        for child in (other, family.child)
    ]
    sent = {"device": "tablette-1", "sent": NOON.isoformat(), "acts": acts}
    answer = desk.post(f"{url}envoyer/", json.dumps(sent), content_type="application/json").json()
    assert answer["alerts"] == {str(other.pk): "Allergies : Arachides : gonflement des lèvres"}
    assert answer["states"][str(other.pk)]["diet"] == "Panier repas (PAI)"
    assert "rachides" not in json.dumps(answer["states"])
    assert HealthReading.objects.get().child == other


def test_paper_says_all_and_a_spreadsheet_only_that_there_is_something(desk, url):
    pdf = PdfReader(BytesIO(b"".join(desk.get(f"{url}feuille.pdf").streaming_content)))
    text = " ".join(page.extract_text() for page in pdf.pages).replace("\n", " ")
    assert "Sans viande" in text and "Arachides" in text
    row = desk.get(f"{url}tableur/").content.decode("utf-8-sig").splitlines()[1]
    assert row.startswith("Rivière;Jade;CE2;;REPAS ENFANT 3.30;Sans viande;Allergies – PAI;À pointer;")
    places = [place.split("\u00a0")[0] for place in HealthReading.objects.values_list("place", flat=True)]
    assert sorted(places) == ["Feuille imprimée", "Tableur"]


def test_the_sheet_costs_the_same_for_any_number_of_alerts(desk, url, canteen, now):
    def add():
        eater = a_family(school=canteen.school)
        booked(canteen, eater, now=now, days=1)
        tells(eater.child, {DossierField.ALLERGIES: NUTS, DossierField.MEAL: [{"meal": "panier"}]}, now=now)

    openings = count(1)

    def open_sheet():
        with frozen(NOON + next(openings) * SAME_READING):  # each is a new reading
            desk.get(url)

    assert_constant_queries(act=open_sheet, add_row=add)
