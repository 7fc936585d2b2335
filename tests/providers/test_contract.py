"""What every driver keeps. Each test runs on all the providers that a régie may choose."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from billing.providers.base import (
    Callback,
    Closing,
    Hint,
    Mode,
    Outcome,
    OutcomeState,
    PostForm,
    ProviderError,
    Redirect,
    Refunding,
    Started,
)
from billing.providers.registry import DRIVERS, get_driver
from tests.factories.providers import BENCHES, Bench
from tests.providers.orders import look, make_order


@pytest.fixture(params=sorted(DRIVERS))
def bench(request) -> Bench:
    with BENCHES[request.param]() as bench:
        yield bench


@pytest.fixture
def driver(bench):
    return bench.driver


def only(ability: type) -> pytest.MarkDecorator:
    """For the providers that can do it."""
    able = [code for code in sorted(DRIVERS) if isinstance(get_driver(code), ability)]
    return pytest.mark.parametrize("bench", able, indirect=True)


def learn(bench: Bench, config, started: Started, mode: Mode = Mode.TEST) -> Outcome:
    """By asking; of a provider that cannot be asked, by its announcement."""
    if bench.driver.capabilities.has_lookup:
        return look(bench.driver, config, started.provider_ref, mode=mode)
    hint = bench.driver.read_callback(config, mode, bench.notification(started.provider_ref))
    assert hint.verified
    return hint.outcome


def test_every_provider_has_its_bench():
    assert set(BENCHES) == set(DRIVERS)


def test_it_is_registered_under_its_own_code(bench, driver):
    assert type(get_driver(driver.code)) is type(driver)
    assert driver.code == bench.code


def test_it_declares_what_its_settings_screen_needs(bench, driver):
    names = [field.name for field in driver.config_fields]
    assert len(names) == len(set(names))
    assert all(field.label for field in driver.config_fields)
    assert {field.name for field in driver.config_fields if field.required} <= set(bench.config)
    assert {field.name for field in driver.config_fields if field.secret} >= set(bench.secrets)
    assert driver.capabilities.modes >= {Mode.TEST, Mode.PRODUCTION}
    assert 0 < driver.capabilities.min_cents <= driver.capabilities.max_cents
    assert isinstance(driver, Refunding) is driver.capabilities.has_refund


def test_it_checks_a_configuration(bench, driver):
    labels = driver.check_config(bench.config, Mode.TEST)
    assert labels
    assert all(labels)


def test_it_opens_an_attempt(bench, driver):
    before = datetime.now(UTC)
    started = driver.start(bench.config, Mode.TEST, make_order())
    assert isinstance(started, Started)
    assert isinstance(started.next_step, Redirect | PostForm)
    assert started.provider_ref
    assert started.usable_until > before


def test_it_knows_nothing_before_the_payer_acts(bench, driver):
    started = driver.start(bench.config, Mode.TEST, make_order())
    outcome = look(bench.driver, bench.config, started.provider_ref)
    assert (outcome.state, outcome.provider_ref) == (OutcomeState.WAITING, started.provider_ref)


def test_it_tells_each_outcome_with_what_settlement_compares(bench, driver):
    for mode in driver.capabilities.modes:
        for state in bench.ends:
            reference = f"REF{mode.value}{state.name[:4]}"
            started = driver.start(bench.config, mode, make_order(reference=reference))
            bench.end(started, state)
            outcome = learn(bench, bench.config, started, mode)
            assert outcome.state == state
            assert outcome.reference == reference
            assert (outcome.amount_cents, outcome.currency) == (2640, "EUR")
            assert (outcome.merchant, outcome.mode) == (driver.merchant(bench.config), mode)
            assert outcome.at.utcoffset() is not None
            assert "famille@example.fr" not in str(outcome)


def test_it_gives_the_same_answer_twice(bench, driver):
    started = driver.start(bench.config, Mode.TEST, make_order())
    bench.end(started, OutcomeState.PAID)
    assert learn(bench, bench.config, started) == learn(bench, bench.config, started)


def test_it_reports_money_that_follows_another_end(bench, driver):
    started = driver.start(bench.config, Mode.TEST, make_order())
    bench.end(started, bench.then_paid)
    assert learn(bench, bench.config, started).state == bench.then_paid
    bench.end(started, OutcomeState.PAID)
    assert learn(bench, bench.config, started).state == OutcomeState.PAID


def test_it_serves_two_accounts_without_mixing_them(bench, driver):
    for account in (bench.config, bench.other_config, bench.config):
        started = driver.start(account, Mode.TEST, make_order())
        bench.end(started, OutcomeState.PAID)
        assert learn(bench, account, started).merchant == driver.merchant(account)
    assert driver.merchant(bench.config) != driver.merchant(bench.other_config)


def test_it_opens_many_attempts_at_once(bench, driver):
    config = bench.config

    def attempt(number: int) -> tuple[str, str]:
        order = make_order(reference=f"MANY{number:06}", amount_cents=1000 + number)
        return driver.start(config, Mode.TEST, order).provider_ref, order.reference

    with ThreadPoolExecutor(max_workers=16) as pool:
        opened = dict(pool.map(attempt, range(100)))
    assert len(opened) == 100
    assert set(opened.values()) == {f"MANY{number:06}" for number in range(100)}


def test_it_refuses_amounts_out_of_its_bounds_without_asking(bench, driver):
    for cents in (driver.capabilities.min_cents - 1, driver.capabilities.max_cents + 1, 0, -2640):
        with pytest.raises(ProviderError) as refusal:
            driver.start(bench.unreachable_config, Mode.TEST, make_order(amount_cents=cents))
        assert refusal.value.permanent


def test_it_says_when_nothing_could_be_known(bench, driver):
    config = bench.unreachable_config
    if not driver.capabilities.has_lookup:  # it asks nobody: only silence can tell
        now = datetime.now(UTC)
        silent = driver.lookup(
            config, Mode.TEST, "CANT2026000006", now=now, started_at=now - timedelta(days=30)
        )
        assert silent.state == OutcomeState.EXPIRED
        return
    attempts = (
        lambda: driver.start(config, Mode.TEST, make_order()),
        lambda: look(bench.driver, config, "cc0cb210-1cd4-11ea-8cca-0213ad91a103"),
        lambda: driver.check_config(config, Mode.TEST),
    )
    for attempt in attempts:
        with pytest.raises(ProviderError) as failure:
            attempt()
        assert not failure.value.permanent
        assert failure.value.code
        assert failure.value.message


@pytest.mark.parametrize(
    "callback",
    [
        Callback(),
        Callback({"page": "2"}),
        Callback({"": ""}),
        Callback(body=b"\xff", headers={"stripe-signature": "t=1,v1=00"}),
        Callback(body=b'{"type": 1}', headers={"stripe-signature": "t=1,v1=00"}),
    ],
)
def test_it_reads_no_attempt_in_a_foreign_callback(bench, driver, callback):
    assert driver.read_callback(bench.config, Mode.TEST, callback) is None


def test_it_trusts_a_callback_only_when_it_is_signed(bench, driver):
    started = driver.start(bench.config, Mode.TEST, make_order())
    bench.end(started, OutcomeState.PAID)
    hint = driver.read_callback(bench.config, Mode.TEST, bench.notification(started.provider_ref))
    assert isinstance(hint, Hint)
    assert hint.provider_ref == started.provider_ref
    assert hint.verified is driver.capabilities.signed_callback
    assert (hint.outcome is not None) is hint.verified


def test_it_never_trusts_a_forged_callback_nor_another_accounts(bench, driver):
    started = driver.start(bench.config, Mode.TEST, make_order())
    bench.end(started, OutcomeState.PAID)
    forged = driver.read_callback(bench.config, Mode.TEST, bench.forged(started.provider_ref))
    assert (forged.provider_ref, forged.verified, forged.outcome) == (started.provider_ref, False, None)
    message = bench.notification(started.provider_ref)
    for config, mode in ((bench.other_config, Mode.TEST), (bench.config, Mode.PRODUCTION)):
        assert not driver.read_callback(config, mode, message).verified


@only(Closing)
def test_a_page_that_is_closed_takes_no_money(bench, driver):
    started = driver.start(bench.config, Mode.TEST, make_order())
    driver.close(bench.config, Mode.TEST, started.provider_ref)
    assert look(bench.driver, bench.config, started.provider_ref).state == OutcomeState.EXPIRED
    driver.close(bench.config, Mode.TEST, started.provider_ref)


@only(Refunding)
def test_money_is_given_back_once_a_key(bench, driver):
    order = make_order()
    started = driver.start(bench.config, Mode.TEST, order)
    bench.end(started, OutcomeState.PAID)
    bench.banks(started.provider_ref)
    config = bench.refunding_config
    money = look(bench.driver, config, started.provider_ref).transaction_id
    assert driver.can_refund(config, Mode.TEST)

    def give_back(cents: int, key: str, *known: str) -> str:
        return driver.refund(
            config,
            Mode.TEST,
            reference=order.reference,
            transaction_id=money,
            amount_cents=cents,
            key=key,
            known=frozenset(known),
        )

    first = give_back(1000, "a")
    assert give_back(1000, "a") == first
    second = give_back(1640, "b", first)
    assert second != first
    with pytest.raises(ProviderError) as refusal:
        give_back(1, "c", first, second)
    assert refusal.value.permanent
