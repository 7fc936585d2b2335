"""From the days to the act, on the desk's pages."""

from datetime import timedelta

import pytest

from booking.enums import PaymentMode
from booking.models import Opening, Place, ServiceChange
from booking.services.change_mails import tell_changes
from tests.factories.booking import booked, some_care
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import assert_constant_queries

NEW = "/agent/annulations/nouvelle/"


@pytest.fixture
def canteen(commune, now):
    return a_canteen(start=(now + timedelta(days=3)).date(), days=20, payment=PaymentMode.INVOICED)


@pytest.fixture
def desk(commune, client_for):
    return client_for(commune, an_agent())


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_strike_each_service_its_own_choice(desk, canteen, family, now):
    care = some_care(canteen)
    booked(canteen, family, now=now, days=2)
    address = f"{NEW}?du=2027-03-01"
    page = body(desk.get(address))
    assert "REPAS ENFANT" in page and "PERISCOLAIRE MATIN" in page and "1 présence" in page
    choices = {
        f"service-{canteen.slot.pk}": "cancelled",
        f"service-{care.slots[0].pk}": "meal",
        f"service-{care.slots[1].pk}": "keep",
        f"service-{care.slots[2].pk}": "keep",
        "motif": "Grève",
        "precision": "cantine fermée",
    }
    page = body(desk.post(address, choices))
    assert "3,30" in page and "Rivière Jade" in page
    assert not ServiceChange.objects.exists()
    page = body(desk.post(address, choices | {"confirme": "on"}, follow=True))
    assert "1 enfant concerné" in page
    assert sorted(ServiceChange.objects.values_list("kind", flat=True)) == ["cancelled", "meal"]
    assert Opening.objects.get(pk=canteen.openings[0].pk).closed_reason == "Grève\u00a0: cantine fermée"
    assert Place.objects.live(now).count() == 1


def test_the_reason_and_a_choice_are_asked_for(desk, canteen):
    address = f"{NEW}?du=2027-03-01"
    name = f"service-{canteen.slot.pk}"
    assert "Choisissez au moins un service" in body(desk.post(address, {name: "keep", "motif": "Grève"}))
    assert "Écrivez le motif" in body(desk.post(address, {name: "cancelled", "motif": "Autre motif"}))
    assert "précède le début" in body(desk.get(f"{NEW}?du=2027-03-02&au=2027-03-01"))
    assert "Aucun service" in body(desk.get(f"{NEW}?du=2031-03-02"))
    assert body(desk.get(NEW))


def test_the_act_is_kept_and_can_be_taken_back(desk, canteen, family, now):
    booked(canteen, family, now=now, days=1)
    data = {f"service-{canteen.slot.pk}": "cancelled", "motif": "Travaux", "confirme": "on"}
    page = body(desk.post(f"{NEW}?du=2027-03-01", data, follow=True))
    assert "Courriels en préparation : 0 famille prévenue sur 1" in page
    tell_changes(now=now)
    change = ServiceChange.objects.get()
    page = body(desk.get(f"/agent/annulations/{change.pk}/"))
    assert "1 famille prévenue par courriel" in page and "Rivière" in page
    assert change.title in body(desk.get("/agent/annulations/"))
    page = body(desk.post(f"/agent/annulations/{change.pk}/reprendre/", follow=True))
    assert "L’annulation est reprise" in page
    assert Place.objects.live(now).count() == 1


def test_the_list_of_acts_is_empty_at_first(desk):
    assert "Aucune annulation groupée" in body(desk.get("/agent/annulations/"))


def test_pages_cost_the_same_for_any_number(desk, canteen, now):
    def add():
        booked(canteen, a_family(school=canteen.school), now=now, days=1)

    assert_constant_queries(act=lambda: desk.get(f"{NEW}?du=2027-03-01"), add_row=add)
    data = {f"service-{canteen.slot.pk}": "cancelled", "motif": "Travaux"}
    assert_constant_queries(act=lambda: desk.post(f"{NEW}?du=2027-03-01", data), add_row=add)
