"""The page of a family: what an agent needs at a glance, and the acts made from it."""

from datetime import date

import pytest

from booking.models import Activity, Enrolment
from core.clock import now
from core.models import Conversation
from tests.factories.office import a_reservation
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import assert_constant_queries


@pytest.fixture
def canteen(commune):
    return a_canteen(start=date(2026, 11, 16), days=4)


def test_a_family_in_brief_says_what_waits_and_leads_there(commune, client_for, canteen):
    desk, family = client_for(commune, an_agent()), a_family(school=canteen.school)
    address = f"/agent/familles/{family.household.pk}/"
    empty = desk.get(address).content.decode()
    for words in ("aucun en vigueur", "vide", "Aucun message pour l’instant"):
        assert words in empty
    reservation = a_reservation(canteen, family)
    assert_constant_queries(
        act=lambda: desk.get(address),
        add_row=lambda: Conversation.objects.create(
            household=family.household, title="Allergie de Jade", opened_at=now(), last_message_at=now()
        ),
    )
    page = desk.get(address).content.decode()
    assert f'href="/agent/reservations/{reservation.pk}/"' in page
    assert "Allergie de Jade" in page


def test_a_child_is_enrolled_from_the_page_of_its_family_and_of_no_other(commune, client_for, canteen):
    desk, family = client_for(commune, an_agent()), a_family(school=canteen.school)
    other = a_family(school=canteen.school, name="Autrui")
    Activity.objects.update(needs_enrolment=True)
    page = f"/agent/familles/{family.household.pk}/inscrire/"
    sent = {
        "activite": canteen.activity.pk,
        "debut": "2026-11-16",
        "enfants": [family.child.pk, other.child.pk],
    }
    assert "1 enfant inscrit" in desk.post(page, sent, follow=True).content.decode()
    assert list(Enrolment.objects.values_list("child", flat=True)) == [family.child.pk]
    assert "déjà inscrit" in desk.post(page, sent, follow=True).content.decode()
    assert (
        "Cochez au moins un enfant" in desk.post(page, sent | {"enfants": []}, follow=True).content.decode()
    )
