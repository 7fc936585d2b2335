"""Balaruc-le-Vieux as its own file describes it, served to a browser at the guide's own moments. Nothing is paid there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from core import clock
from core.commune_file.services import apply_text
from core.models import Child, User
from tenants.context import use_commune
from tenants.models import Commune
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family
from tests.guides.parent import Parent
from tests.guides.town import APPLIED_ON, PARIS, Portal

TOWN_FILE = Path(__file__).resolve().parents[2] / "infra" / "communes" / "balaruc.toml"
BOOKING_DAY = datetime(2015, 5, 29, 12, 34, tzinfo=PARIS)
CANCELLING_DAY = datetime(2018, 12, 18, 15, 36, tzinfo=PARIS)


@dataclass(kw_only=True)
class PortalWithoutPayments(Portal):
    payfip: None = None


@pytest.fixture
def balaruc(live_towns) -> Iterator[Portal]:
    town = Commune.objects.get(slug="balaruc")
    with clock.frozen(APPLIED_ON):
        apply_text(town, TOWN_FILE.read_text())
    with use_commune(town):
        yield PortalWithoutPayments(live=live_towns, commune=town)


@pytest.fixture
def agent(balaruc) -> User:
    return an_agent()


@pytest.fixture
def valentina(balaruc) -> Family:
    """Valentina, and Roméo in a nursery class."""
    family = a_family(school=None, name="Test")
    family.child.first_name = "Valentina"
    family.child.save()
    Child.objects.create(
        household=family.household,
        first_name="Roméo",
        last_name="Test",
        birth_date=date(2014, 4, 3),
        level="PS",
    )
    return family


@pytest.fixture
def reader(page, balaruc, valentina) -> Parent:
    """The family's adult, at both widths."""
    return Parent(page, balaruc, valentina)


def changes_seat(reader: Parent, user: User) -> None:
    """The same screen, somebody else in front of it."""
    reader.page.context.clear_cookies()
    reader.portal.open_session(reader.page.context, user)
