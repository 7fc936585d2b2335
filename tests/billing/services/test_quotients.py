"""Quotients in force: one a day, from the date the town chose, never erased."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from billing.errors import QuotientDatesError
from billing.models import Quotient, QuotientSettings
from billing.queries.facts import FamilyFacts
from billing.quotients import Effect, QuotientSource, Validity, effect_date, last_day
from billing.services.quotients import Proof, correct_quotient, set_quotient, withdraw_quotient
from tests.factories.people import an_agent
from tests.factories.world import a_family

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 18)
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))


def a_proof(value: str = "642", received_on: date = TODAY, **changes) -> Proof:
    return Proof(value=Decimal(value), received_on=received_on, source=QuotientSource.DOCUMENT, **changes)


def record(family, value: str, *, received_on: date = TODAY, **changes) -> Quotient:
    return set_quotient(
        household=family.household, proof=a_proof(value, received_on), by=None, now=NOW, **changes
    )


@pytest.mark.parametrize(
    ("effect", "is_first", "expected"),
    [
        (Effect.RECEIPT, False, date(2026, 11, 18)),
        (Effect.MONTH, False, date(2026, 11, 1)),
        (Effect.NEXT_MONTH, True, date(2026, 12, 1)),
        (Effect.SCHOOL_YEAR, True, date(2026, 11, 18)),
        (Effect.SCHOOL_YEAR, False, date(2027, 9, 1)),
    ],
)
def test_a_quotient_counts_from_the_date_the_town_chose(effect, is_first, expected):
    assert effect_date(effect, received_on=TODAY, is_first=is_first) == expected


@pytest.mark.parametrize(
    ("validity", "start", "expected"),
    [
        (Validity.SCHOOL_YEAR, date(2026, 11, 18), date(2027, 8, 31)),
        (Validity.SCHOOL_YEAR, date(2026, 8, 31), date(2026, 8, 31)),
        (Validity.SCHOOL_YEAR, date(2026, 9, 1), date(2027, 8, 31)),
        (Validity.CIVIL_YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        (Validity.CIVIL_YEAR, date(2026, 12, 31), date(2026, 12, 31)),
        (Validity.TWELVE_MONTHS, date(2028, 2, 29), date(2029, 2, 28)),
        (Validity.TWELVE_MONTHS, date(2026, 3, 1), date(2027, 2, 28)),
    ],
)
def test_a_quotient_holds_as_long_as_the_town_says(validity, start, expected):
    assert last_day(validity, start) == expected


@given(effect=st.sampled_from(Effect), validity=st.sampled_from(Validity), day=DAYS, is_first=st.booleans())
def test_dates_are_in_order_and_never_reach_before_the_month_of_receipt(effect, validity, day, is_first):
    first = effect_date(effect, received_on=day, is_first=is_first)
    last = last_day(validity, first)
    assert day.replace(day=1) <= first <= last
    assert last - first < timedelta(days=366)


def test_a_new_quotient_ends_the_one_before_and_withdraws_those_to_come(commune):
    family = a_family(school=None)
    record(family, "600", valid_from=date(2026, 9, 1), valid_until=date(2027, 8, 31))
    record(family, "700", valid_from=date(2027, 9, 1), valid_until=date(2028, 8, 31))
    record(family, "650", valid_from=date(2026, 12, 1), valid_until=date(2027, 8, 31))
    standing = Quotient.objects.standing().order_by("valid_from")
    assert [(one.value, one.valid_from, one.valid_until) for one in standing] == [
        (Decimal(600), date(2026, 9, 1), date(2026, 11, 30)),
        (Decimal(650), date(2026, 12, 1), date(2027, 8, 31)),
    ]
    (gone,) = Quotient.objects.filter(withdrawn_at__isnull=False)
    assert gone.withdrawn_reason == "Remplacé par un quotient plus récent"


def test_the_database_refuses_two_quotients_on_one_day(commune):
    family = a_family(school=None)
    one = record(family, "600", valid_from=date(2026, 9, 1), valid_until=date(2026, 12, 31))
    one.pk = None
    one.valid_from = date(2026, 12, 31)
    one.valid_until = date(2027, 8, 31)
    with pytest.raises(IntegrityError, match="quotient_one_quotient"), transaction.atomic():
        one.save()
    one.basis = "yearly_income"
    one.save()


def test_the_town_chooses_the_date(commune):
    QuotientSettings.objects.create(effect=Effect.NEXT_MONTH, validity=Validity.CIVIL_YEAR)
    quotient = record(a_family(school=None), "642")
    assert (quotient.valid_from, quotient.valid_until) == (date(2026, 12, 1), date(2026, 12, 31))


def test_dates_in_the_wrong_order_are_refused(commune):
    with pytest.raises(QuotientDatesError):
        record(a_family(school=None), "642", valid_from=TODAY, valid_until=TODAY - timedelta(days=1))
    assert not Quotient.objects.exists()


def test_a_correction_keeps_the_days_and_the_wrong_value_in_the_history(commune):
    family, agent = a_family(school=None), an_agent()
    wrong = record(family, "6420")
    correct_quotient(quotient=wrong, proof=a_proof("642"), reason="Faute de frappe", by=agent, now=NOW)
    right = Quotient.objects.standing().get()
    assert (right.value, right.valid_from) == (Decimal(642), wrong.valid_from)
    wrong.refresh_from_db()
    assert (wrong.withdrawn_reason, wrong.withdrawn_by) == ("Faute de frappe", agent)


def test_the_facts_of_a_day_use_the_quotient_of_that_day(commune):
    family = a_family(school=None)
    record(family, "600", valid_from=date(2026, 9, 1), valid_until=date(2026, 12, 31))
    quotient = record(family, "800", valid_from=date(2027, 1, 1), valid_until=date(2027, 8, 31))
    facts = FamilyFacts()
    days = [date(2026, 8, 31), date(2026, 12, 31), date(2027, 1, 1), date(2027, 9, 1)]
    assert [facts.of(family.child, day).quotient for day in days] == [None, 600, 800, None]
    withdraw_quotient(quotient=quotient, reason="Document illisible", by=an_agent(), now=NOW)
    assert FamilyFacts().of(family.child, date(2027, 1, 1)).quotient is None
