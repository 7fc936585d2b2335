"""Bellegarde as its own file describes it, served to a browser with the simulated PayFiP, at the guide's own moments.

One portal serves all the journeys of a run: opening the town and reading its file is what takes time. Each test
brings a family of its own and asserts on that family alone.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.db import connection, connections
from playwright.sync_api import BrowserContext

from core import clock
from core.commune_file.services import apply_text
from core.models import Child, Establishment, OutgoingMail
from infra.sandbox.payfip.server import SandboxServer
from infra.sandbox.payfip.simulator import Behaviour
from tenants.context import use_commune
from tenants.middleware import forget_towns
from tenants.models import Commune
from tests.factories.world import Family, a_family
from tests.harness.clients import TownClient
from tests.harness.database import database_copy, use_database
from tests.harness.live import LiveTowns

PARIS = ZoneInfo("Europe/Paris")
TOWN_FILE = Path(__file__).resolve().parents[2] / "infra" / "communes" / "bellegarde.toml"
# A school year of its own for the periods « of the current year »: the guide's years are written out in the file.
APPLIED_ON = datetime(2026, 11, 18, 12, tzinfo=PARIS)
# A Wednesday, at the hour of the guide's basket: one hour later it is 14:57.
BOOKING_DAY = datetime(2023, 3, 1, 13, 57, tzinfo=PARIS)
# The chapter « Le paiement » was printed from an older school year.
PAYMENT_DAY = datetime(2018, 10, 4, 13, 57, tzinfo=PARIS)
PATIENCE_SECONDS = 10


@dataclass(kw_only=True)
class Portal:
    """The running town. ``at`` moves its clock, PayFiP's and the test's own to another moment."""

    live: LiveTowns
    payfip: SandboxServer
    commune: Commune

    def at(self, moment: datetime) -> datetime:
        self.live.freeze(moment)
        return moment

    @property
    def now(self) -> datetime:
        return self.live.frozen_at or datetime.now(UTC)

    def url(self, path: str = "/") -> str:
        return self.live.url(self.commune, path)

    def wait_until_told(self) -> None:
        """PayFiP notifies from a thread of its own: the portal has then answered, or the message was lost."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.payfip.simulator.store.latest(1)[0].notifications:
            assert time.monotonic() < deadline, "PayFiP n’a rien annoncé au portail"
            time.sleep(0.02)

    def open_session(self, context: BrowserContext, user: object) -> None:
        """Sign in without the form, for the journeys that are about something else."""
        name = configured.SESSION_COOKIE_NAME
        cookie = TownClient(self.commune, user).cookies[name].value
        context.add_cookies([{"name": name, "value": cookie, "url": self.url()}])


@pytest.fixture(scope="session")
def bellegarde_database(django_db_setup, django_db_blocker) -> Iterator[str]:
    shared = connection.settings_dict["NAME"]
    with django_db_blocker.unblock(), database_copy("bellegarde") as name:
        town = Commune.objects.get(slug="bellegarde")
        with clock.frozen(APPLIED_ON):
            apply_text(town, TOWN_FILE.read_text())
        connections.close_all()
        use_database(shared)
        yield name


@contextmanager
def _running(live: LiveTowns) -> Iterator[LiveTowns]:
    live.start()
    try:
        yield live
    finally:
        live.stop()


@pytest.fixture(scope="session")
def bellegarde_servers() -> Iterator[tuple[LiveTowns, SandboxServer]]:
    live = LiveTowns()
    with _running(live), SandboxServer(now=lambda: live.frozen_at or datetime.now(UTC)) as payfip:
        yield live, payfip


@pytest.fixture
def portal(bellegarde_database, bellegarde_servers, django_db_blocker, settings) -> Iterator[Portal]:
    """Bellegarde on the day of the guide's booking; models read and write its schema."""
    live, payfip = bellegarde_servers
    payfip.simulator.behaviour = Behaviour()
    settings.PUBLIC_SCHEME, settings.PUBLIC_PORT = "http", str(live.port)
    settings.PAYFIP_SERVICE_URL, settings.PAYFIP_PAGE_URL = payfip.service_url, payfip.page_url
    settings.CONTENT_SECURITY_POLICY = _policy_for(payfip.page_url)
    shared = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        use_database(bellegarde_database)
        cache.clear()
        forget_towns()
        with use_commune(Commune.objects.get(slug="bellegarde")) as commune:
            portal = Portal(live=live, payfip=payfip, commune=commune)
            portal.at(BOOKING_DAY)
            yield portal
        connections.close_all()
        use_database(shared)


def _policy_for(page_url: str) -> dict:
    """The real policy, whose last word is the address of this very simulator."""
    policy = configured.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    provider = "{0.scheme}://{0.netloc}".format(urlsplit(page_url))
    return {"DIRECTIVES": policy | {"form-action": [policy["form-action"][0], provider]}}


@pytest.fixture
def family(portal) -> Family:
    """Jade, in CE2 at the Ecole Henri Serment, and Noé, in the nursery class of the Ecole Philippe Lamour."""
    family = a_family(school=Establishment.objects.get(code="ecole-serment"))
    Child.objects.create(
        household=family.household,
        first_name="Noé",
        last_name=family.child.last_name,
        birth_date=date(2018, 9, 2),
        school=Establishment.objects.get(code="ecole-lamour"),
        level="MS",
    )
    return family


def mails_to(family: Family) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(to=family.user.email).order_by("pk"))


def subjects_to(family: Family) -> list[str]:
    return [mail.subject.replace("\N{NO-BREAK SPACE}", " ") for mail in mails_to(family)]
