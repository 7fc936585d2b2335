"""The simulator in a test: ``with StripeServer() as stripe: …``, on a free port, gone at the end."""

from collections.abc import Callable
from datetime import UTC, datetime

from infra.sandbox.stripe.app import StripeApp
from infra.sandbox.stripe.simulator import Account, Simulator
from infra.sandbox.web import BackgroundServer


class StripeServer(BackgroundServer):
    """``url`` says where it is; ``simulator`` is what a test plays with."""

    def __init__(
        self,
        *,
        accounts: dict[str, Account] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.simulator = Simulator(accounts=accounts, now=now)
        super().__init__(StripeApp(self.simulator))
        self.simulator.url = self.url
