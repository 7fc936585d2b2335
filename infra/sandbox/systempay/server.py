"""The simulator in a test: ``with SystempayServer() as systempay: …``, on a free port, gone at the end."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self

from infra.sandbox.systempay.app import PAGE_PATH, SystempayApp
from infra.sandbox.systempay.simulator import Shop, Simulator
from infra.sandbox.web import BackgroundServer


class SystempayServer(BackgroundServer):
    """``url`` and ``page_url`` say where it is; ``simulator`` is what a test plays with."""

    def __init__(
        self,
        *,
        shops: dict[str, Shop] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.simulator = Simulator(shops=shops, now=now)
        super().__init__(SystempayApp(self.simulator))
        self.page_url = self.url + PAGE_PATH

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        super().__exit__(*exc)
        self.simulator.close()
