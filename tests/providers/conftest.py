"""Simulated providers on free ports; no database is needed here."""

from collections.abc import Iterator

import pytest

from infra.sandbox.payfip.server import SandboxServer
from infra.sandbox.web import BackgroundServer
from tests.providers.receiver import Receiver


@pytest.fixture
def payfip() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    with BackgroundServer(receiver) as server:
        receiver.url = f"{server.url}/notification"
        yield receiver


@pytest.fixture
def config(payfip: SandboxServer) -> dict[str, str]:
    return {"numcli": "090909", "service_url": payfip.service_url, "page_url": payfip.page_url}
