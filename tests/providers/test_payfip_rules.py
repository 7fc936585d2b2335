import json
import re
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.providers.base import Mode, OutcomeState, ProviderError
from billing.providers.payfip import rules
from billing.providers.payfip.driver import PayFiP
from tests.providers.orders import look, make_order

RECORDED = json.loads((Path(__file__).parent / "payfip_recorded.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", RECORDED["labels"])
def test_a_known_label(vector):
    assert rules.normalise_label(vector["in"]) == vector["out"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  \n ", ""),
        ("L’école d'Éloïse – cœur", "L ecole d Eloise coeur"),
        ("Cantine : 4 × 3,30 € !", "Cantine 4 330"),
        ("a" * 99 + " bc", "a" * 99),
    ],
)
def test_a_label_in_french(text, expected):
    assert rules.normalise_label(text) == expected


@given(st.text(max_size=300))
def test_a_label_is_always_one_payfip_takes(text):
    label = rules.normalise_label(text)
    assert re.fullmatch(r"([A-Za-z0-9]+( [A-Za-z0-9]+)*)?", label)
    assert len(label) <= 100
    assert rules.normalise_label(label) == label


@given(st.text(alphabet=st.characters(codec="latin-1"), max_size=80))
def test_a_label_does_not_depend_on_how_its_accents_are_written(text):
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert rules.normalise_label(composed) == rules.normalise_label(decomposed)


@given(st.from_regex(r"[A-Za-z0-9]{1,20}( [A-Za-z0-9]{1,20}){0,3}", fullmatch=True))
def test_a_clean_label_is_left_alone(text):
    assert rules.normalise_label(text) == text


@pytest.mark.parametrize("vector", RECORDED["dates"])
def test_times_are_read_in_paris(vector):
    at = rules.paris_time(vector["dattrans"], vector["heurtrans"])
    assert (at.isoformat() if at else None) == vector["iso"]


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2099, 1, 1)))
def test_any_minute_is_read_back(moment):
    at = rules.paris_time(moment.strftime("%d%m%Y"), moment.strftime("%H%M"))
    assert at.replace(tzinfo=None) == moment.replace(second=0, microsecond=0)


@pytest.mark.parametrize("stamp", [("31022026", "1200"), ("01012026", "2460"), ("", ""), ("1012026", "1200")])
def test_a_time_that_is_none_is_not_guessed(stamp):
    assert rules.paris_time(*stamp) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_cents": 99}, "M3"),
        ({"amount_cents": 99_999_99 + 1}, "M5"),
        ({"reference": "2026-001"}, "R3"),
        ({"reference": "AB12"}, "R3"),
        ({"reference": "A" * 31}, "R3"),
        ({"reference": "CANTINE²"}, "R3"),
        ({"email": ""}, "A1"),
        ({"email": "a@b.f"}, "A2"),
        ({"email": "famille@example"}, "A2"),
        ({"email": "famille@exämple.fr"}, "A2"),
        ({"email": "a" * 70 + "@example.fr"}, "A2"),
        ({"email": "deux@adresses@example.fr"}, "A2"),
        ({"notification_url": "https://example.fr/" + "n" * 231}, "N1"),
        ({"return_url": "javascript:alert(1)"}, "D1"),
    ],
)
def test_an_order_payfip_would_refuse_is_refused_first(changes, code):
    with pytest.raises(ProviderError) as refusal:
        rules.check_order(make_order(**changes))
    assert (refusal.value.code, refusal.value.permanent) == (code, True)
    assert refusal.value.message.endswith(".")


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_cents": 100},
        {"amount_cents": 99_999_99},
        {"reference": "ABC123"},
        {"reference": "A" * 30},
        {"email": "a@b.fr"},
        {"return_url": "https://example.fr/" + "r" * 230},
    ],
)
def test_the_bounds_themselves_are_accepted(changes, payfip, config):
    driver = PayFiP()
    started = driver.start(config, Mode.TEST, make_order(**changes))
    assert look(driver, config, started.provider_ref).state == OutcomeState.WAITING
