import pytest

from billing.providers.base import OutcomeState
from billing.providers.payfip.driver import PayFiP
from tests.providers.contract import DriverContract

RESULTS = {
    OutcomeState.PAID: "P",
    OutcomeState.BANK_PENDING: "V",
    OutcomeState.CANCELLED: "A",
    OutcomeState.REFUSED: "R",
}


class TestPayFiP(DriverContract):
    @pytest.fixture
    def driver(self):
        return PayFiP(timeout_seconds=5)

    @pytest.fixture
    def other_config(self, config):
        return config | {"numcli": "090910"}

    @pytest.fixture
    def unreachable_config(self, config):
        return config | {"service_url": "http://127.0.0.1:9/tpa/services/securite"}

    @pytest.fixture
    def decide(self, payfip):
        return lambda started, state: payfip.simulator.decide(
            started.provider_ref, RESULTS[state], again=True
        )

    @pytest.fixture
    def callback(self):
        return {"idop": "cc0cb210-1cd4-11ea-8cca-0213ad91a103"}
