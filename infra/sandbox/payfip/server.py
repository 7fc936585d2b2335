"""The simulator in a test: ``with SandboxServer() as payfip: …``, on a free port, gone at the end."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from infra.sandbox.payfip.app import PAGE_PATH, SERVICE_PATH, PayFipApp
from infra.sandbox.payfip.simulator import Simulator
from infra.sandbox.web import BackgroundServer


class SandboxServer(BackgroundServer):
    """``url``, ``service_url`` and ``page_url`` say where it is; ``simulator`` is what a test plays with."""

    def __init__(
        self,
        *,
        state: Path | None = None,
        regies: dict[str, tuple[str, ...]] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.simulator = Simulator(state=state, regies=regies, now=now)
        super().__init__(PayFipApp(self.simulator))
        self.service_url = self.url + SERVICE_PATH
        self.page_url = self.url + PAGE_PATH

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        super().__exit__(*exc)
        self.simulator.close()
