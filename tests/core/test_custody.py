"""Whose day it is in a shared custody; recorded, changed and ended by an agent."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.models import Charge
from core import clock
from core.clock import frozen
from core.custody import Arrangement, CustodyMode
from core.models import Custody
from core.queries.custody import children_of
from core.services.custody import CustodyError, end_custody, record_custody
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings

FIRST, SECOND = 1, 2
fast = settings(derandomize=True, max_examples=80, deadline=None)
cents = st.integers(0, 9999).map(lambda count: Decimal(count) / 100)
percents = st.integers(1, 9999).map(lambda count: Decimal(count) / 100)


def test_one_week_in_two_is_read_in_the_calendar():
    arrangement = Arrangement(mode=CustodyMode.WEEKS, first=FIRST, second=SECOND, even_weeks=True)
    assert arrangement.home_on(date(2027, 3, 7)) == FIRST  # the Sunday of week 9
    assert arrangement.home_on(date(2027, 3, 8)) == SECOND


def test_chosen_days_include_the_first_and_the_last():
    days = [(date(2026, 12, 19), date(2026, 12, 26))]
    arrangement = Arrangement(mode=CustodyMode.DAYS, first=FIRST, second=SECOND, days=days)
    asked = [date(2026, 12, 18), date(2026, 12, 19), date(2026, 12, 26), date(2026, 12, 27)]
    assert [arrangement.home_on(day) for day in asked] == [FIRST, SECOND, SECOND, FIRST]


def test_a_part_of_nothing_is_nobody_s():
    arrangement = Arrangement(mode=CustodyMode.SHARE, first=FIRST, second=SECOND, percent=Decimal(100))
    assert [part.household_id for part in arrangement.parts_on(date(2027, 3, 1))] == [SECOND]


@fast
@given(cents, percents)
def test_two_parts_always_make_the_whole_to_the_cent(price, percent):
    first = Charge(share=100 - percent)
    second = Charge(share=percent, share_of="booking.line:1")
    assert first.part_of(price) + second.part_of(price) == price
    assert min(first.part_of(price), second.part_of(price)) >= 0
    assert abs(second.part_of(price) - price * percent / 100) < Decimal("0.01")


@pytest.fixture
def now() -> Iterator[datetime]:
    with frozen(datetime(2026, 11, 18, 10, 0, tzinfo=UTC)) as moment:
        yield moment


@pytest.fixture
def homes(commune, now):
    town_settings()
    return a_family(school=None), a_family(school=None, name="Olivier")


def shared(homes, now, **changes):
    values = {"mode": CustodyMode.WEEKS, "even_weeks": True, "valid_from": date(2026, 9, 1)}
    return record_custody(
        child=homes[0].child, second=homes[1].household, by=None, now=now, **(values | changes)
    )


def test_a_change_ends_what_was_before(homes, now):
    shared(homes, now)
    shared(homes, now, valid_from=date(2027, 1, 1), mode=CustodyMode.SHARE, percent=Decimal(30))
    rows = Custody.objects.order_by("valid_from").values_list("mode", "valid_from", "valid_until")
    assert list(rows) == [
        ("weeks", date(2026, 9, 1), date(2026, 12, 31)),
        ("share", date(2027, 1, 1), None),
    ]
    end_custody(child=homes[0].child, last_day=date(2026, 12, 31), by=an_agent(), now=clock.now())
    assert Custody.objects.count() == 1


def test_the_child_s_own_household_is_refused(homes, now):
    with pytest.raises(CustodyError):
        record_custody(
            child=homes[0].child, second=homes[0].household, mode=CustodyMode.WEEKS,
            valid_from=date(2026, 9, 1), by=None, now=now,
        )  # fmt: skip


def test_the_database_refuses_two_on_one_day(homes, now):
    shared(homes, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Custody.objects.create(
            child=homes[0].child, second=homes[1].household, mode="weeks",
            valid_from=date(2027, 1, 1), recorded_at=now,
        )  # fmt: skip


def test_a_household_sees_its_children_and_those_it_shares(homes, now):
    first, second = homes
    shared(homes, now, valid_until=date(2027, 1, 31))
    assert children_of(first.household, on=date(2027, 1, 1)) == [first.child]
    seen = children_of(second.household, on=date(2027, 1, 1))
    assert {(child.pk, child.household_id, child.is_shared) for child in seen} == {
        (first.child.pk, second.household.pk, True),
        (second.child.pk, second.household.pk, False),
    }
    assert children_of(second.household, on=date(2027, 2, 1)) == [second.child]


def test_an_agent_records_it_and_ends_it(homes, commune, client_for, now):
    first, second = homes
    client = client_for(commune, an_agent())
    url = f"/agent/enfants/{first.child.pk}/garde/"
    assert url in client.get(f"/agent/enfants/{first.child.pk}/").content.decode()
    sent = {"dossier": second.household.number, "partage": "days", "du": "2026-09-01", "paires": "oui"}
    refused = client.post(url, sent | {"jours": "demain"}).content.decode()
    assert "« demain » ne se lit pas" in refused
    assert client.post(url, sent | {"jours": "19/12/2026 - 26/12/2026"}).status_code == 302
    assert Custody.objects.get().periods == [["2026-12-19", "2026-12-26"]]
    assert "du 19/12/2026 au 26/12/2026" in client.get(url).content.decode()
    client.post(f"{url}fin/", {"fin": "2026-12-31"})
    assert Custody.objects.get().valid_until == date(2026, 12, 31)
