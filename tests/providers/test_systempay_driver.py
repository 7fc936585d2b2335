"""The driver: what it sends, what it believes; the published vectors, and an independent client."""

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from billing.providers.base import Callback, Mode, OutcomeState, PostForm, ProviderError
from billing.providers.systempay.driver import Systempay
from billing.providers.systempay.rules import STATUSES, transaction_number
from billing.providers.systempay.signature import is_signed, sign
from infra.sandbox.systempay.wire import signature
from tests.providers.orders import make_order

VECTORS = json.loads((Path(__file__).parent / "lyra_vectors.json").read_text())
KEY_TEST, KEY_PRODUCTION = "1122334455667788", "8877665544332211"
CONFIG = {"site_id": "12345678", "key_test": KEY_TEST, "key_production": KEY_PRODUCTION}
REFERENCE = "SEJ261118ABCDEFGHJK"


def vector(name: str) -> dict:
    return next(found for found in VECTORS["vectors"] if found["id"] == name)


def message(*, key: str = KEY_TEST, **changes: str) -> dict[str, str]:
    """What the platform would say of a paid attempt, with these changes, signed after them."""
    fields = {
        "vads_site_id": "12345678",
        "vads_ctx_mode": "TEST",
        "vads_order_id": REFERENCE,
        "vads_ext_info_reference": REFERENCE,
        "vads_amount": "23727",
        "vads_currency": "978",
        "vads_operation_type": "DEBIT",
        "vads_trans_status": "AUTHORISED",
        "vads_trans_uuid": "368ef4d0822448e3a2e7413c4e9f8be8",
        "vads_effective_creation_date": "20261118224100",
        "vads_card_brand": "CB",
        "vads_card_number": "497010XXXXXX0000",
        "vads_cust_email": "famille@example.fr",
    } | changes
    return fields | {"signature": sign(fields, key)}


def read(params: dict[str, str], mode: Mode = Mode.TEST):
    return Systempay().read_callback(CONFIG, mode, Callback(params))


@pytest.mark.parametrize("name", ["lyra-doc-example", "utf8-names", "ipn-short", "ipn-full-3ds"])
def test_the_signature_is_the_published_one(name):
    found = vector(name)
    assert sign(found["fields"], found["key"]) == found["hmac_sha256"]
    assert signature(found["fields"], found["key"]) == found["hmac_sha256"]  # the simulator's own code


def test_a_recorded_announcement_is_read_as_it_came():
    found = vector("ipn-full-3ds")
    params = dict(parse_qsl(found["raw_body"], keep_blank_values=True))
    assert is_signed(params, found["key"])
    config = {"site_id": "51438584", "key_test": found["key"]}

    hint = Systempay().read_callback(
        config, Mode.TEST, Callback(params | {"vads_ext_info_reference": "1234"})
    )

    assert hint is None  # four figures are no reference of ours
    ours = params | {"vads_order_id": REFERENCE}
    ours["signature"] = sign(ours, found["key"])
    outcome = Systempay().read_callback(config, Mode.TEST, Callback(ours)).outcome
    assert (outcome.state, outcome.amount_cents) == (OutcomeState.PAID, found["expect"]["amount_cents"])
    assert (outcome.method, outcome.at) == ("carte bancaire", datetime(2020, 10, 27, 21, 20, 31, tzinfo=UTC))


def test_changed_amounts_and_the_wrong_key_are_not_signed():
    changed = vector("negative-amount-changed")
    assert not is_signed(changed["fields"] | {"signature": changed["signature_given"]}, changed["key"])
    wrong = vector("negative-test-key-on-production")
    forged = wrong["fields"] | {"signature": wrong["signature_given"]}
    assert not is_signed(forged, wrong["key_production"])
    assert sign(forged, wrong["key_production"]) == wrong["hmac_sha256_with_right_key"]
    assert not read(forged | {"vads_order_id": REFERENCE}, Mode.PRODUCTION).verified


@pytest.mark.parametrize(("status", "meaning"), VECTORS["trans_status_map"].items())
def test_each_published_status_has_its_meaning(status, meaning):
    states = {
        "paid": {OutcomeState.PAID},
        "pending": {OutcomeState.WAITING},
        "not": {OutcomeState.WAITING},
        "cancelled": {OutcomeState.CANCELLED, OutcomeState.REVERSED},
        "refused": {OutcomeState.REFUSED},
        "failed": {OutcomeState.REVERSED, OutcomeState.EXPIRED},
        "failed:": {OutcomeState.REVERSED},
    }
    assert read(message(vads_trans_status=status)).outcome.state in states[meaning.split()[0]]


def test_no_status_is_forgotten():
    assert {*STATUSES, "ACCEPTED"} == set(VECTORS["trans_status_map"])


def test_the_message_says_what_settlement_compares_and_nothing_of_the_payer():
    outcome = read(message()).outcome
    assert (outcome.reference, outcome.amount_cents, outcome.currency) == (REFERENCE, 23727, "EUR")
    assert (outcome.merchant, outcome.mode) == ("12345678", Mode.TEST)
    assert outcome.transaction_id == "368ef4d0822448e3a2e7413c4e9f8be8"
    assert "example.fr" not in str(outcome)
    assert "497010" not in str(outcome)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"vads_operation_type": "CREDIT"}, OutcomeState.REFUNDED),
        ({"vads_operation_type": "CREDIT", "vads_trans_status": "CANCELLED"}, OutcomeState.WAITING),
        ({"vads_operation_type": "VERIFICATION", "vads_trans_status": "ACCEPTED"}, OutcomeState.WAITING),
        ({"vads_operation_type": ""}, OutcomeState.WAITING),  # money must say that it is a debit
        ({"vads_operation_type": "", "vads_trans_status": "ABANDONED"}, OutcomeState.CANCELLED),
        ({"vads_trans_status": "INEDIT"}, OutcomeState.WAITING),
        ({"vads_trans_status": ""}, OutcomeState.WAITING),
    ],
)
def test_only_a_debit_that_is_authorised_is_money(changes, state):
    assert read(message(**changes)).outcome.state == state


@pytest.mark.parametrize(
    ("params", "mode"),
    [
        (message() | {"vads_amount": "1"}, Mode.TEST),
        (message() | {"signature": ""}, Mode.TEST),
        (message() | {"signature": "é"}, Mode.TEST),
        (message(vads_site_id="12345679"), Mode.TEST),
        (message(vads_ctx_mode="PRODUCTION"), Mode.TEST),
        (message(), Mode.PRODUCTION),  # a test message on a production till
        (message(key=KEY_PRODUCTION), Mode.PRODUCTION),  # the right key, but the message says TEST
        (message(), Mode.ACTIVATION),
    ],
)
def test_what_is_not_proven_tells_nothing(params, mode):
    hint = read(params, mode)
    assert (hint.provider_ref, hint.verified, hint.outcome) == (REFERENCE, False, None)


def test_an_account_without_its_key_believes_nothing():
    config = {"site_id": "12345678", "key_test": ""}
    assert not Systempay().read_callback(config, Mode.TEST, Callback(message(key=""))).verified


@pytest.mark.parametrize("reference", ["", "court", "x" * 31, "A' OR 1=1", "ABCDEF\x00GH"])
def test_a_reference_that_is_not_ours_names_no_attempt(reference):
    assert read(message(vads_order_id=reference, vads_ext_info_reference=reference)) is None


def test_the_form_is_signed_and_complete():
    before = datetime.now(UTC).replace(microsecond=0)
    step = Systempay().start(CONFIG, Mode.TEST, make_order(reference=REFERENCE, serial=37)).next_step

    assert isinstance(step, PostForm)
    assert step.url == "https://paiement.systempay.fr/vads-payment/"
    assert is_signed(step.fields, KEY_TEST)
    assert step.fields["vads_trans_id"] == "p00011"
    assert before <= datetime.strptime(step.fields["vads_trans_date"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    assert (step.fields["vads_order_id"], step.fields["vads_ext_info_reference"]) == (REFERENCE, REFERENCE)
    assert (step.fields["vads_amount"], step.fields["vads_currency"]) == ("2640", "978")
    assert KEY_TEST not in step.fields.values()


def test_payzen_is_the_same_behind_another_address():
    started = Systempay().start(CONFIG | {"plateforme": "payzen"}, Mode.PRODUCTION, make_order())
    assert started.next_step.url == "https://secure.payzen.eu/vads-payment/"
    assert started.next_step.fields["vads_ctx_mode"] == "PRODUCTION"
    assert is_signed(started.next_step.fields, KEY_PRODUCTION)


def test_transaction_numbers_are_never_twice_the_same():
    numbers = {transaction_number(serial) for serial in range(5000)}
    assert len(numbers) == 5000
    assert {len(number) for number in numbers} == {6}
    assert transaction_number(36**5 + 1) == transaction_number(1)  # sixty million attempts later


@pytest.mark.parametrize(
    ("changes", "mode", "code"),
    [
        ({"site_id": "1234"}, Mode.TEST, "vads_site_id"),
        ({}, Mode.ACTIVATION, "vads_ctx_mode"),
        ({"key_production": ""}, Mode.PRODUCTION, "signature"),
        ({"key_test": "court"}, Mode.TEST, "signature"),
    ],
)
def test_a_wrong_account_starts_nothing(changes, mode, code):
    for attempt in (
        lambda: Systempay().check_config(CONFIG | changes, mode),
        lambda: Systempay().start(CONFIG | changes, mode, make_order()),
    ):
        with pytest.raises(ProviderError) as refusal:
            attempt()
        assert (refusal.value.permanent, refusal.value.code) == (True, code)
