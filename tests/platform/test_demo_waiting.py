"""Bellegarde’s first family in the demo: third on one waiting list, and offered a place on another; written once."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from booking.models import WaitingEntry
from core.clock import frozen
from core.commune_file.services import apply_text
from core.models import Establishment
from portail.demo.papers import give_papers
from portail.demo.waiting import write_waiting_lists
from tenants.context import use_commune
from tenants.models import Commune
from tests.factories.people import an_agent
from tests.factories.world import a_family

TOWN_FILE = Path(__file__).resolve().parents[2] / "infra" / "communes" / "bellegarde.toml"


def test_the_demo_shows_a_position_and_an_offer(public):
    town = Commune.objects.get(slug="bellegarde")
    with frozen(datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))):
        apply_text(town, TOWN_FILE.read_text())
        with use_commune(town):
            school = Establishment.objects.get(code="ecole-serment")
            agent = an_agent()
            first, *others = [a_family(school=school) for _ in range(5)]
            for family in (first, *others):
                give_papers(family.household, agent=agent)
            write_waiting_lists(first.child, agent=agent)
            mine = list(WaitingEntry.objects.filter(child=first.child).order_by("opening__date"))
            assert [entry.state for entry in mine] == ["waiting", "offered"]
            assert WaitingEntry.objects.filter(opening=mine[0].opening, rank__lt=mine[0].rank).count() == 2
            assert mine[0].opening.date > date(2026, 11, 27)
            write_waiting_lists(first.child, agent=agent)
            assert WaitingEntry.objects.count() == 4
