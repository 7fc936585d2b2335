"""The driver against the simulator over HTTP: what goes wrong, and what it says then."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from billing.providers.base import Callback, Mode, OutcomeState, ProviderError
from billing.providers.payfip.driver import PayFiP
from infra.sandbox.payfip.faults import TECHNICAL
from infra.sandbox.payfip.simulator import Behaviour, ForcedFault
from tests.providers.orders import look, make_order
from tests.providers.payer import Payer

UNKNOWN = "cc0cb210-1cd4-11ea-8cca-0213ad91a103"


@pytest.fixture
def driver():
    return PayFiP(timeout_seconds=5)


def attempts(driver, config):
    return (
        lambda: driver.check_config(config, Mode.TEST),
        lambda: driver.start(config, Mode.TEST, make_order()),
        lambda: look(driver, config, UNKNOWN),
    )


def test_a_regie_is_known_by_its_labels(driver, config):
    assert driver.check_config(config, Mode.PRODUCTION) == (
        "BELLEGARDE",
        "REGIE GUICHET ENFANCE JEUNESSE BELLEGARDE",
    )


@pytest.mark.parametrize(
    ("numcli", "code"), [("090999", "T2"), ("9090", "T1"), ("", "T1"), ("09090９", "T1")]
)
def test_a_wrong_regie_is_told(driver, config, numcli, code):
    wrong = config | {"numcli": numcli}
    for attempt in (
        lambda: driver.check_config(wrong, Mode.TEST),
        lambda: driver.start(wrong, Mode.TEST, make_order()),
    ):
        with pytest.raises(ProviderError) as refusal:
            attempt()
        assert (refusal.value.code, refusal.value.permanent) == (code, True)


def test_a_refused_direct_debit_says_so(driver, config, payfip):
    started = driver.start(config, Mode.TEST, make_order())
    payfip.simulator.decide(started.provider_ref, "Z")
    outcome = look(driver, config, started.provider_ref)
    assert (outcome.state, outcome.code, outcome.method) == (OutcomeState.REFUSED, "Z", "prélèvement unique")


def test_the_raw_answer_is_kept_without_the_familys_address(driver, config, payfip):
    started = driver.start(config, Mode.TEST, make_order())
    payfip.simulator.decide(started.provider_ref, "P")
    outcome = look(driver, config, started.provider_ref)
    assert outcome.raw["resultrans"] == "P"
    assert "famille@example.fr" not in str(outcome)


def test_the_hour_of_payment_is_the_one_of_paris(driver, config, payfip):
    payfip.simulator.now = lambda: datetime(2026, 7, 14, 23, 55, tzinfo=UTC)
    started = driver.start(config, Mode.TEST, make_order())
    payfip.simulator.decide(started.provider_ref, "P")
    assert look(driver, config, started.provider_ref).at.isoformat() == "2026-07-15T01:55:00+02:00"


@pytest.mark.parametrize("kind", TECHNICAL)
def test_a_technical_fault_says_nothing(driver, config, payfip, kind):
    payfip.simulator.behaviour = Behaviour(fault=ForcedFault(kind=kind, words="Base indisponible"))
    for attempt in attempts(driver, config):
        with pytest.raises(ProviderError) as failure:
            attempt()
        assert (failure.value.permanent, failure.value.code) == (False, kind)
        assert failure.value.message == "Base indisponible"


def test_an_unheard_of_refusal_is_kept_as_it_came(driver, config, payfip):
    payfip.simulator.behaviour = Behaviour(fault=ForcedFault(code="Z42", words="Refus inédit"))
    for attempt in attempts(driver, config):
        with pytest.raises(ProviderError) as refusal:
            attempt()
        assert (refusal.value.permanent, refusal.value.code) == (True, "Z42")
        assert refusal.value.message == "Refus inédit"


def test_a_fault_that_passes_leaves_nothing_behind(driver, config, payfip):
    fault = ForcedFault(kind="TechIndisponibiliteErreur", operation="creerPaiementSecurise", times=1)
    payfip.simulator.behaviour = Behaviour(fault=fault)
    assert driver.check_config(config, Mode.TEST)
    with pytest.raises(ProviderError):
        driver.start(config, Mode.TEST, make_order())
    assert driver.start(config, Mode.TEST, make_order()).provider_ref


def test_a_server_that_is_down_says_nothing(driver, config, payfip):
    payfip.simulator.behaviour = Behaviour(down=True)
    for attempt in attempts(driver, config):
        with pytest.raises(ProviderError) as failure:
            attempt()
        assert (failure.value.permanent, failure.value.code) == (False, "HTTP 503")


def test_a_slow_server_is_not_waited_for(config, payfip):
    payfip.simulator.behaviour = Behaviour(latency=3)
    hasty = PayFiP(timeout_seconds=0.2)
    for attempt in attempts(hasty, config):
        begun = time.monotonic()
        with pytest.raises(ProviderError) as failure:
            attempt()
        assert time.monotonic() - begun < 2
        assert (failure.value.permanent, failure.value.code) == (False, "ReadTimeout")


def test_a_hasty_call_shortens_no_other(config, payfip):
    payfip.simulator.behaviour = Behaviour(latency=0.5)
    with pytest.raises(ProviderError):
        PayFiP(timeout_seconds=0.1).check_config(config, Mode.TEST)
    assert PayFiP(timeout_seconds=5).check_config(config, Mode.TEST)


def test_a_lost_notification_changes_no_answer(driver, config, payfip, receiver):
    payfip.simulator.behaviour = Behaviour(drop_notifications=True)
    order = make_order(notification_url=receiver.url)
    started = driver.start(config, Mode.TEST, order)
    Payer(started.next_step.url).pay("4111 1111 1111 1111")
    assert look(driver, config, started.provider_ref).state == OutcomeState.PAID
    assert payfip.simulator.store.get(started.provider_ref).notifications == ["dropped"]
    assert receiver.received.empty()


def test_a_notification_leads_back_to_its_attempt(driver, config, payfip, receiver):
    started = driver.start(config, Mode.TEST, make_order(notification_url=receiver.url))
    payfip.simulator.decide(started.provider_ref, "P")
    _host, fields = receiver.received.get(timeout=5)
    assert driver.read_callback(config, Mode.TEST, Callback(fields)).provider_ref == started.provider_ref


@pytest.mark.parametrize("name", ["idop", "idOp"])
def test_a_callback_is_read_in_both_spellings(driver, config, name):
    assert driver.read_callback(config, Mode.TEST, Callback({name: UNKNOWN})).provider_ref == UNKNOWN


@pytest.mark.parametrize("value", ["", "' OR 1=1 --", "x" * 65, "<script>", "é" * 10])
def test_a_callback_that_names_nothing_possible_is_ignored(driver, config, value):
    assert driver.read_callback(config, Mode.TEST, Callback({"idop": value})) is None


def test_the_nightly_clean_up_expires_what_was_never_paid(driver, config, payfip):
    abandoned = driver.start(config, Mode.TEST, make_order()).provider_ref
    paid = driver.start(config, Mode.TEST, make_order()).provider_ref
    payfip.simulator.decide(paid, "P")
    assert payfip.simulator.purge() == 1
    now = datetime.now(UTC)
    old = driver.lookup(config, Mode.TEST, abandoned, now=now, started_at=now - timedelta(hours=9))
    young = driver.lookup(config, Mode.TEST, abandoned, now=now, started_at=now - timedelta(minutes=5))
    assert (old.state, old.code) == (OutcomeState.EXPIRED, "P1")
    assert young.state == OutcomeState.WAITING
    assert look(driver, config, paid).state == OutcomeState.PAID


def test_the_page_may_be_opened_until_the_moment_announced(driver, config, payfip):
    started = driver.start(config, Mode.TEST, make_order())
    created_at = payfip.simulator.store.get(started.provider_ref).created_at
    payfip.simulator.now = lambda: started.usable_until
    assert started.usable_until.timestamp() - created_at <= 15 * 60
    assert Payer(started.next_step.url).status == 200
