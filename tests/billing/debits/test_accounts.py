"""Account numbers, and the days on which banks settle."""

from datetime import date

import pytest

from billing.debits.accounts import AccountNumberError, read_bic, read_iban, read_ics
from billing.debits.reasons import REASONS, reason_of
from billing.debits.target import add_bank_days, bank_day_from


def test_an_iban_is_read_as_people_type_it():
    assert read_iban(" fr76 3000 6000 0112 3456 7890 189") == "FR7630006000011234567890189"


@pytest.mark.parametrize(
    "text",
    ["", "FR76 3000 6000 0112 3456 7890 188", "FR76", "bonjour", "BR1800360305000010009795493C1"],
)
def test_a_wrong_or_foreign_iban_is_refused(text):
    with pytest.raises(AccountNumberError):
        read_iban(text)


def test_ics_and_bic():
    assert read_ics("FR72ZZZ123456") == "FR72ZZZ123456"
    assert (read_bic(""), read_bic("trpufrp1xxx")) == ("", "TRPUFRP1XXX")
    with pytest.raises(AccountNumberError):
        read_ics("FR73ZZZ123456")
    with pytest.raises(AccountNumberError):
        read_bic("TRPU")


@pytest.mark.parametrize(
    ("day", "settles"),
    [
        (date(2026, 12, 4), date(2026, 12, 4)),
        (date(2026, 12, 5), date(2026, 12, 7)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2026, 4, 3), date(2026, 4, 7)),
        (date(2026, 7, 14), date(2026, 7, 14)),
    ],
)
def test_banks_settle_on_target_days(day, settles):
    assert bank_day_from(day) == settles


def test_bank_days_are_counted_after_a_day():
    assert add_bank_days(date(2026, 12, 23), 2) == date(2026, 12, 28)


def test_codes_are_said_in_french():
    assert reason_of("AM04").label == "Provision insuffisante"
    assert reason_of("ZZZZ").label == "Autre motif"
    assert {code for code, reason in REASONS.items() if reason.ends_mandate} == {
        "AC01", "AC04", "AC13", "AG01", "MD01", "MD07", "SL01",
    }  # fmt: skip
