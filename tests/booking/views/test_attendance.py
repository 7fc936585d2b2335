"""The pages of attendance: the day, the sheet without script, and what a device sends."""

import json
from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from pypdf import PdfReader

from booking.enums import Mark, PaymentMode
from booking.models import AttendanceAct, AttendanceSheet
from core.child_file import DossierField
from core.clock import frozen
from core.guardian_roles import GuardianRole
from core.models import Child, ChildFact, Guardian, PickupPhoto
from core.rights import Role
from tests.factories.booking import booked
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import assert_constant_queries

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def canteen(commune, now):
    return a_canteen(start=NOON.date(), days=20, payment=PaymentMode.INVOICED)


@pytest.fixture
def eats(canteen, family, now):
    booked(canteen, family, now=now, days=1)
    return family.child


@pytest.fixture
def desk(commune, client_for, eats):
    with frozen(NOON):
        yield client_for(commune, an_agent())


@pytest.fixture
def url(canteen) -> str:
    return f"/agent/pointage/{canteen.openings[0].pk}/"


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def send(desk, url, *acts, sent=NOON, since=None):
    payload = {"device": "tablette-1", "sent": sent.isoformat(), "acts": list(acts)}
    if since:
        payload["since"] = since
    return desk.post(f"{url}envoyer/", json.dumps(payload), content_type="application/json")


def an_act(child, mark="present", **values) -> dict:
    return {"uuid": str(uuid4()), "child": child.pk, "mark": mark, "at": NOON.isoformat()} | values


def test_the_day_leads_to_the_sheet(desk, url):
    page = body(desk.get("/agent/pointage/"))
    assert url in page
    assert "1 enfant attendu, 0 pointé" in page
    empty = body(desk.get("/agent/pointage/?date=2027-03-03"))
    assert "Aucun service" in empty and "Prochain jour ouvert : jeudi 4 mars 2027" in empty
    assert url in body(desk.get("/agent/pointage/?date=hier"))


def test_the_sheet_is_a_form_that_works_without_script(desk, url, eats):
    assert "Rivière Jade" in body(desk.get(url))
    data = {
        f"mark-{eats.pk}": "present",
        f"arrived-{eats.pk}": "11:45",
        f"left-{eats.pk}": "",
        f"seen-{eats.pk}": "",
    }
    assert desk.post(url, data).status_code == 302
    act = AttendanceAct.objects.get()
    assert (act.mark, str(act.arrived), act.by.name) == (Mark.PRESENT, "11:45:00", "Dominique Guichet")
    desk.post(url, data)
    assert AttendanceAct.objects.count() == 1


def test_the_sheet_says_who_may_fetch_a_child_and_shows_their_face(desk, url, eats, commune, client_for):
    photo = PickupPhoto(child=eats, at=NOON, by=an_agent())
    photo.file.save("photo.jpg", ContentFile(b"\xff\xd8\xff"))
    person = {"name": "Odile Genêt", "link": "grand-mère", "phone": "06 00 00 00 21", "photo": photo.token}
    ChildFact.objects.create(child=eats, field=DossierField.PICKUPS, entries=[person])
    Guardian.objects.create(
        household=eats.household,
        first_name="Sam",
        last_name="Tilleul",
        role=GuardianRole.PICKUP,
        is_payer=False,
    )
    Child.objects.create(household=eats.household, first_name="Tom", last_name="Rivière", birth_date=NOON)
    page = body(desk.get(url))
    assert "Odile Genêt" in page and 'href="tel:0600000021"' in page and page.count("Sam Tilleul") == 1
    assert f"{url}photos/{photo.token}/" in page
    printed = PdfReader(BytesIO(b"".join(desk.get(f"{url}feuille.pdf").streaming_content)))
    text = " ".join(" ".join(one.extract_text() for one in printed.pages).replace("\xa0", " ").split())
    assert "Peut venir : Odile Genêt – grand-mère – 06 00 00 00 21" in text
    assert text.count("Peut venir : Sam Tilleul") == 1
    leader = client_for(commune, an_agent(roles=[Role.LEADER]))
    assert b"".join(leader.get(f"{url}photos/{photo.token}/")) == b"\xff\xd8\xff"
    photo.child = a_family(school=None, name="Lavandier").child
    photo.save()
    assert leader.get(f"{url}photos/{photo.token}/").status_code == 404


def test_times_that_make_no_sense_are_refused_in_words(desk, url, eats):
    data = {f"mark-{eats.pk}": "present", f"arrived-{eats.pk}": "12:45", f"left-{eats.pk}": "11:00"}
    assert "le départ précède l’arrivée" in body(desk.post(url, data))
    assert not AttendanceAct.objects.exists()


def test_a_child_without_a_place_is_found_and_added(desk, url, canteen):
    other = a_family(school=canteen.school, name="Lavandier").child
    assert "Lavandier Jade" in body(desk.get(f"{url}?q=lavan"))
    for _ in range(2):
        desk.post(f"{url}sans-reservation/", {"enfant": other.pk})
    assert AttendanceAct.objects.get().child == other
    assert "sans réservation" in body(desk.get(url))
    assert desk.post(f"{url}sans-reservation/", {"enfant": "x"}).status_code == 404


def test_a_device_sends_its_acts_and_may_forget_them(desk, url, eats):
    act = an_act(eats, arrived="11:40")
    for _ in range(2):
        answer = send(desk, url, act).json()
        assert answer["settled"] == [act["uuid"]]
        assert answer["states"][str(eats.pk)]["arrived"] == "11:40"
    assert AttendanceAct.objects.count() == 1


def test_a_device_whose_clock_is_wrong_still_says_how_long_ago(desk, url, eats):
    wrong = NOON - timedelta(days=400)
    act = an_act(eats) | {"at": (wrong - timedelta(minutes=20)).isoformat()}
    send(desk, url, act, sent=wrong)
    assert AttendanceAct.objects.get().at == NOON - timedelta(minutes=20)


def test_a_device_learns_what_the_others_marked(desk, url, eats, canteen):
    stamp = send(desk, url).json()["stamp"]
    send(desk, url, an_act(eats, "absent"))
    answer = send(desk, url, since=stamp).json()
    assert answer["states"][str(eats.pk)]["mark"] == "absent"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"acts": 3}'])
def test_what_is_not_a_sending_is_refused(desk, url, text):
    answer = desk.post(f"{url}envoyer/", text, content_type="application/json")
    assert (answer.status_code, AttendanceAct.objects.count()) == (400, 0)


def test_closing_asks_then_closes(desk, url, eats):
    page = body(desk.post(f"{url}terminer/", follow=True))
    assert "1 enfant n’est pas pointé" in page
    page = body(desk.post(f"{url}terminer/", {"absents": "on"}, follow=True))
    assert "Pointage terminé" in page
    assert AttendanceSheet.objects.count() == AttendanceAct.objects.count() == 1


def test_the_script_that_keeps_pages_is_served_where_it_governs(desk):
    answer = desk.get("/agent/pointage/hors-ligne.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert b"addEventListener" in answer.content


def test_the_sheet_and_the_day_cost_the_same_for_any_number(desk, url, canteen, now):
    def add():
        booked(canteen, a_family(school=canteen.school), now=now, days=1)
        send(desk, url, an_act(a_family(school=canteen.school).child))

    assert_constant_queries(act=lambda: desk.get(url), add_row=add)
    assert_constant_queries(act=lambda: desk.get("/agent/pointage/"), add_row=add)
