"""Balaruc’s family in the demo: demands in every state, written once."""

from pathlib import Path

from booking.enums import ReservationState
from booking.models import Reservation
from core.commune_file.services import apply_text
from core.models import Child
from portail.demo.demands import write_demands
from tenants.context import use_commune
from tenants.models import Commune
from tests.factories.people import an_agent
from tests.factories.world import a_family

TOWN_FILE = Path(__file__).resolve().parents[2] / "infra" / "communes" / "balaruc.toml"


def test_the_demo_shows_demands_that_wait_and_demands_that_were_decided(public):
    town = Commune.objects.get(slug="balaruc")
    apply_text(town, TOWN_FILE.read_text())
    with use_commune(town):
        a_family(school=None)
        children = list(Child.objects.select_related("school", "household"))
        agent = an_agent()
        write_demands(children, agent=agent)
        states = list(Reservation.objects.values_list("state", flat=True))
        assert {ReservationState.ACCEPTED, ReservationState.PARTIAL, ReservationState.PENDING} <= set(states)
        write_demands(children, agent=agent)
        assert Reservation.objects.count() == len(states)
