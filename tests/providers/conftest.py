"""Simulated providers on free ports; no database is needed here."""

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("tests.providers.contract")

from infra.sandbox.payfip.server import SandboxServer  # noqa: E402 - after the rewriting is asked for
from infra.sandbox.web import BackgroundServer  # noqa: E402
from tests.providers.receiver import Receiver  # noqa: E402


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
