"""Systempay's REST service: a lost announcement is found again, and wrong passwords are told at once."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from billing.providers.base import Mode, OutcomeState, ProviderError
from billing.providers.systempay.driver import Systempay
from tests.factories.providers import SystempayBench
from tests.providers.orders import make_order

NOW = datetime.now(UTC)


@pytest.fixture
def bench() -> Iterator[SystempayBench]:
    with SystempayBench() as bench:
        yield bench


def look(bench: SystempayBench, reference: str, **changes: str):
    return Systempay().lookup(bench.refunding_config | changes, Mode.TEST, reference, now=NOW, started_at=NOW)


def test_a_lost_announcement_is_found_by_asking(bench):
    order = make_order()
    started = Systempay().start(bench.config, Mode.TEST, order)
    bench.visit(started)
    assert look(bench, order.reference).state == OutcomeState.WAITING
    bench.decide(order.reference, OutcomeState.PAID)
    found = look(bench, order.reference)
    assert (found.state, found.reference, found.amount_cents) == (
        OutcomeState.PAID, order.reference, order.amount_cents
    )  # fmt: skip
    assert (found.currency, found.mode, found.merchant) == ("EUR", Mode.TEST, "12345678")
    assert found.transaction_id == bench.simulator.get(order.reference).uuid
    # Without a password nobody is asked.
    assert look(bench, order.reference, rest_test="").state == OutcomeState.WAITING


def test_a_wrong_password_and_a_dead_service_are_told_apart(bench):
    labels = Systempay().check_config(bench.refunding_config, Mode.TEST)
    assert labels == ("Boutique 12345678", "service REST reconnu")
    with pytest.raises(ProviderError) as wrong:
        look(bench, "REF0000001", rest_test="testpassword_another0000")
    assert (wrong.value.code, wrong.value.permanent) == ("INT_905", True)
    with pytest.raises(ProviderError) as dead:
        look(bench, "REF0000001", rest_url="http://127.0.0.1:9")
    assert not dead.value.permanent


def test_money_that_is_not_at_the_bank_yet_is_not_given_back(bench):
    order = make_order()
    started = Systempay().start(bench.config, Mode.TEST, order)
    bench.end(started, OutcomeState.PAID)
    with pytest.raises(ProviderError, match="not captured"):
        Systempay().refund(
            bench.refunding_config,
            Mode.TEST,
            reference=order.reference,
            transaction_id=bench.simulator.get(order.reference).uuid,
            amount_cents=100,
            key="a",
            known=frozenset(),
        )
