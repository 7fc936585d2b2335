"""What every driver keeps: subclass it, say how to decide a payment, and all of it is tried.

A subclass offers the fixtures ``driver``, ``config`` (a régie's account on a running simulator),
``other_config`` (another régie there), ``unreachable_config``, ``decide(started, state)``, which does what the payer or
the bank would do, and ``callback``, a message of the provider. ``learn`` is how the outcome is known: by asking, unless
the subclass says otherwise.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from billing.providers.base import (
    Hint,
    Mode,
    OutcomeState,
    PaymentOrder,
    PostForm,
    ProviderError,
    Redirect,
    Started,
)
from billing.providers.registry import get_driver

_serials = count(1)


def make_order(**changes) -> PaymentOrder:
    serial = next(_serials)
    facts = {
        "reference": f"CANT2026{serial:06}",
        "serial": serial,
        "amount_cents": 2640,
        "email": "famille@example.fr",
        "label": "Cantine – réservation n° 00006",
        "year": 2026,
        "return_url": "http://bellegarde.localhost:8000/paiement/retour",
        "notification_url": "http://127.0.0.1:9/notification",
    }
    return PaymentOrder(**facts | changes)


def look(driver, config, provider_ref, *, mode=Mode.TEST):
    now = datetime.now(UTC)
    return driver.lookup(config, mode, provider_ref, now=now, started_at=now)


class DriverContract:
    deciding = (OutcomeState.PAID, OutcomeState.BANK_PENDING, OutcomeState.REFUSED, OutcomeState.CANCELLED)

    def learn(self, driver, config, started, mode=Mode.TEST):
        return look(driver, config, started.provider_ref, mode=mode)

    def test_is_registered_under_its_own_code(self, driver):
        assert type(get_driver(driver.code)) is type(driver)

    def test_declares_what_its_settings_screen_needs(self, driver, config):
        names = [field.name for field in driver.config_fields]
        assert len(names) == len(set(names))
        assert all(field.label for field in driver.config_fields)
        assert {field.name for field in driver.config_fields if field.required} <= set(config)
        assert driver.capabilities.modes >= {Mode.TEST, Mode.PRODUCTION}
        assert 0 < driver.capabilities.min_cents <= driver.capabilities.max_cents

    def test_checks_a_configuration_by_asking_the_provider(self, driver, config):
        labels = driver.check_config(config, Mode.TEST)
        assert labels
        assert all(labels)

    def test_opens_an_attempt(self, driver, config):
        before = datetime.now(UTC)
        started = driver.start(config, Mode.TEST, make_order())
        assert isinstance(started, Started)
        assert isinstance(started.next_step, Redirect | PostForm)
        assert started.provider_ref
        assert started.usable_until > before

    def test_knows_nothing_before_the_payer_acts(self, driver, config):
        started = driver.start(config, Mode.TEST, make_order())
        outcome = look(driver, config, started.provider_ref)
        assert (outcome.state, outcome.provider_ref) == (OutcomeState.WAITING, started.provider_ref)

    def test_tells_each_outcome_with_what_settlement_compares(self, driver, config, decide):
        for mode in driver.capabilities.modes:
            for state in self.deciding:
                started = driver.start(config, mode, make_order(reference=f"REF{mode.value}{state.name[:4]}"))
                decide(started, state)
                outcome = self.learn(driver, config, started, mode)
                assert outcome.state == state
                assert outcome.reference == f"REF{mode.value}{state.name[:4]}"
                assert (outcome.amount_cents, outcome.currency) == (2640, "EUR")
                assert (outcome.merchant, outcome.mode) == (driver.merchant(config), mode)
                assert outcome.at.utcoffset() is not None

    def test_gives_the_same_answer_twice(self, driver, config, decide):
        started = driver.start(config, Mode.TEST, make_order())
        decide(started, OutcomeState.PAID)
        assert self.learn(driver, config, started) == self.learn(driver, config, started)

    def test_reports_a_payment_that_follows_a_cancellation(self, driver, config, decide):
        started = driver.start(config, Mode.TEST, make_order())
        decide(started, OutcomeState.CANCELLED)
        assert self.learn(driver, config, started).state == OutcomeState.CANCELLED
        decide(started, OutcomeState.PAID)
        assert self.learn(driver, config, started).state == OutcomeState.PAID

    def test_serves_two_accounts_without_mixing_them(self, driver, config, other_config, decide):
        for account in (config, other_config, config):
            started = driver.start(account, Mode.TEST, make_order())
            decide(started, OutcomeState.PAID)
            assert self.learn(driver, account, started).merchant == driver.merchant(account)
        assert driver.merchant(config) != driver.merchant(other_config)

    def test_opens_many_attempts_at_once(self, driver, config):
        def attempt(number: int) -> tuple[str, str]:
            order = make_order(reference=f"MANY{number:06}", amount_cents=1000 + number)
            return driver.start(config, Mode.TEST, order).provider_ref, order.reference

        with ThreadPoolExecutor(max_workers=16) as pool:
            opened = dict(pool.map(attempt, range(160)))
        assert len(opened) == 160
        assert set(opened.values()) == {f"MANY{number:06}" for number in range(160)}

    def test_refuses_amounts_out_of_its_bounds_without_asking(self, driver, unreachable_config):
        for cents in (driver.capabilities.min_cents - 1, driver.capabilities.max_cents + 1, 0, -2640):
            with pytest.raises(ProviderError) as refusal:
                driver.start(unreachable_config, Mode.TEST, make_order(amount_cents=cents))
            assert refusal.value.permanent

    def test_says_when_nothing_could_be_known(self, driver, unreachable_config):
        if not driver.capabilities.has_lookup:  # it asks nobody: only silence can tell
            age = timedelta(days=30)
            now = datetime.now(UTC)
            silent = driver.lookup(
                unreachable_config, Mode.TEST, "CANT2026000006", now=now, started_at=now - age
            )
            assert silent.state == OutcomeState.EXPIRED
            return
        attempts = (
            lambda: driver.start(unreachable_config, Mode.TEST, make_order()),
            lambda: look(driver, unreachable_config, "cc0cb210-1cd4-11ea-8cca-0213ad91a103"),
            lambda: driver.check_config(unreachable_config, Mode.TEST),
        )
        for attempt in attempts:
            with pytest.raises(ProviderError) as failure:
                attempt()
            assert not failure.value.permanent
            assert failure.value.code
            assert failure.value.message

    def test_reads_no_attempt_in_a_foreign_callback(self, driver, config):
        for params in ({}, {"page": "2"}, {"": ""}):
            assert driver.read_callback(config, Mode.TEST, params) is None

    def test_trusts_a_callback_only_when_it_is_signed(self, driver, config, callback):
        hint = driver.read_callback(config, Mode.TEST, callback)
        assert isinstance(hint, Hint)
        assert hint.verified is driver.capabilities.signed_callback
        assert (hint.outcome is not None) is hint.verified
