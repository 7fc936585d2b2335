"""Days that too few children have booked."""

from datetime import date, timedelta

from booking.queries.minimums import short_days
from booking.services.requests import submit_request
from tests.factories.booking import a_sibling, booked, some_care
from tests.factories.people import an_agent
from tests.factories.world import a_family
from tests.harness.queries import count_queries

START = date(2027, 3, 1)


def ask(care, family, child, now, days=2):
    submit_request(
        child=child,
        period=care.period,
        wishes=care.wishes(days=days),
        cancellations=[],
        by=family.user,
        now=now,
    )


def missing(care, minimum, *, days=0) -> list[tuple[date, str]]:
    care.period.minimum = minimum
    care.period.save()
    until = START + timedelta(days=days)
    found = short_days(today=START, until=until)
    return [
        (one.opening.date, one.missing.replace("\u00a0", " "))
        for one in found
        if one.opening.slot == care.slots[0]
    ]


def test_a_day_below_its_minimum_says_what_lacks(canteen, family, now):
    care = some_care(canteen)
    ask(care, family, family.child, now)
    assert missing(care, {"children": 2}) == [(START, "1 enfant sur 2 au moins")]
    ask(care, family, a_sibling(family), now)
    assert missing(care, {"children": 2}) == []


def test_a_share_of_families_of_the_town(canteen, family, now):
    care = some_care(canteen)
    ask(care, family, family.child, now)
    outside = a_family(school=canteen.school)
    outside.household.is_resident = False
    outside.household.save()
    ask(care, outside, outside.child, now)
    ask(care, outside, a_sibling(outside), now)
    assert missing(care, {"resident_percent": 50}) == [
        (START, "33 % d’enfants de la commune sur 50 % au moins")
    ]


def test_the_desk_reads_them_and_no_day_costs_a_query(canteen, family, now, client_for, commune):
    care = some_care(canteen)
    missing(care, {"children": 6})
    one = count_queries(lambda: short_days(today=START, until=START))
    assert count_queries(lambda: short_days(today=START, until=START + timedelta(days=30))) == one == 1
    page = client_for(commune, an_agent()).get("/agent/places/effectifs/").content.decode()
    assert "0 enfant sur 6 au moins" in page
    booked(canteen, family, now=now, days=1)  # the canteen has no minimum and is not listed
    assert "RESTAURATION" not in page
