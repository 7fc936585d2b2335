from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from billing.models import Regie
from infra.sandbox.payfip.server import SandboxServer
from infra.sandbox.payfip.simulator import Behaviour
from tests.factories.billing import Purchases, a_regie, purchases

NOW = datetime(2026, 11, 18, 23, 40, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def payfip(settings) -> Iterator[SandboxServer]:
    """The simulated PayFiP of this test; it announces nothing unless asked to."""
    with SandboxServer(now=lambda: NOW) as server:
        server.simulator.behaviour = Behaviour(drop_notifications=True)
        settings.PAYFIP_SERVICE_URL, settings.PAYFIP_PAGE_URL = server.service_url, server.page_url
        yield server


@pytest.fixture
def purpose() -> Purchases:
    return purchases()


@pytest.fixture
def regie(commune, purpose, payfip) -> Regie:
    return a_regie()
