"""« Coût de la sortie » as an agent sees it: preview, share, correct, cancel; not for who does not invoice."""

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from booking.enums import Mark, PaymentMode
from booking.models import OutingCost
from booking.queries.attendance import openings
from booking.services.attendance import Marking, close_sheet, record_marks
from core.clock import frozen
from tests.factories.booking import booked
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def opening(commune, now):
    canteen = a_canteen(start=NOON.date(), days=5, payment=PaymentMode.INVOICED)
    children = []
    for name in ("Aubry", "Bosc", "Cazal"):
        family = a_family(school=canteen.school, name=name)
        booked(canteen, family, now=now, days=1)
        children.append(family.child)
    opening = openings().get(pk=canteen.openings[0].pk)
    acts = [Marking(uuid=uuid4(), child_id=child.pk, mark=Mark.PRESENT, at=NOON) for child in children]
    record_marks(opening=opening, markings=acts, device="", by=an_agent(), now=NOON)
    return opening


@pytest.fixture
def desk(commune, client_for, opening):
    with frozen(NOON):
        yield client_for(commune, an_agent())


def page(answer) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def test_from_the_sheet_to_the_parts_and_back(desk, opening):
    url = f"/agent/pointage/{opening.pk}/cout/"
    assert "Pointage à terminer" in page(desk.get(url))
    close_sheet(opening=opening, rest_is_absent=True, by=an_agent(), now=NOON)
    assert url in page(desk.get(f"/agent/pointage/{opening.pk}/"))

    typed = {"designation": "Sortie au zoo", "total": "100,00"}
    seen = page(desk.post(url, typed | {"apercu": "1"}))
    assert "Aperçu du partage" in seen
    assert [seen.count(f">{part} €<") for part in ("33,34", "33,33")] == [1, 2]
    assert not OutingCost.objects.exists()
    wrong = page(desk.post(url, typed | {"total": "cent", "apercu": "1"}))
    assert "Écrivez une somme en euros" in wrong
    assert 'value="Sortie au zoo"' in wrong

    told = page(desk.post(url, typed | {"presents": "3", "partager": "1"}, follow=True))
    assert "100,00 € partagés" in told
    assert "Coût partagé" in told
    again = page(desk.post(url, typed | {"presents": "3", "partager": "1"}))
    assert "Ce champ est obligatoire" in again  # a correction says why

    assert "Ce champ est obligatoire" in page(desk.post(f"{url}annuler/", {"motif": ""}))
    gone = page(desk.post(f"{url}annuler/", {"motif": "Offerte"}, follow=True))
    assert "plus personne n’en doit de part" in gone
    assert "Coûts précédents" in gone
    assert OutingCost.objects.get().cancel_reason == "Offerte"
