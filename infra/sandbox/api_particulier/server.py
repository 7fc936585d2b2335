"""The simulator in a test: ``with ApiParticulierServer() as api: …``, on a free port, gone at the end."""

from infra.sandbox.api_particulier.app import ApiParticulierApp
from infra.sandbox.api_particulier.simulator import Simulator
from infra.sandbox.web import BackgroundServer


class ApiParticulierServer(BackgroundServer):
    """``url`` says where it is; ``simulator`` is what a test plays with."""

    def __init__(self) -> None:
        self.simulator = Simulator()
        super().__init__(ApiParticulierApp(self.simulator))
