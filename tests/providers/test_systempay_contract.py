import pytest

from billing.providers.base import Mode, OutcomeState
from billing.providers.systempay.driver import Systempay
from infra.sandbox.systempay.server import SystempayServer
from tests.providers.contract import DriverContract, make_order

STATUSES = {
    OutcomeState.PAID: "AUTHORISED",
    OutcomeState.REFUSED: "REFUSED",
    OutcomeState.CANCELLED: "ABANDONED",
    OutcomeState.REVERSED: "CANCELLED",
}


class TestSystempay(DriverContract):
    deciding = tuple(STATUSES)

    def learn(self, driver, config, started, mode=Mode.TEST):
        """By the announcement, which must be verified."""
        hint = driver.read_callback(
            config, mode, self.systempay.simulator.message(started.provider_ref, source="PAY")
        )
        assert hint.verified
        return hint.outcome

    @pytest.fixture(autouse=True)
    def systempay(self):
        with SystempayServer() as self.systempay:
            yield self.systempay

    @pytest.fixture
    def driver(self):
        return Systempay()

    @pytest.fixture
    def config(self):
        return {
            "site_id": "12345678",
            "key_test": "1122334455667788",
            "key_production": "8877665544332211",
            "page_url": self.systempay.page_url,
        }

    @pytest.fixture
    def other_config(self, config):
        return config | {"site_id": "12345679", "key_test": "1234567890abcdef"}

    @pytest.fixture
    def unreachable_config(self, config):
        return config | {"page_url": "http://127.0.0.1:9/vads-payment/"}

    @pytest.fixture
    def decide(self, systempay):
        def decide(started, state):
            systempay.simulator.open(started.next_step.fields)
            systempay.simulator.decide(started.provider_ref, STATUSES[state], again=True)

        return decide

    @pytest.fixture
    def callback(self, driver, config, decide):
        started = driver.start(config, Mode.TEST, make_order())
        decide(started, OutcomeState.PAID)
        return self.systempay.simulator.message(started.provider_ref)
