"""« Mon agenda » and the address that calendars read."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from icalendar import Calendar

from booking.models import CalendarFeed
from booking.services.feeds import open_feed
from tests.factories.booking import booked
from tests.factories.waiting import give_back
from tests.factories.world import a_family
from tests.harness.queries import assert_constant_queries


@pytest.fixture
def feed(canteen, family, now) -> CalendarFeed:
    return open_feed(household=family.household, by=family.user, now=now)


def url(feed: CalendarFeed) -> str:
    return reverse("calendar_feed", args=[feed.token])


def events(response) -> list:
    return Calendar.from_ical(response.content).walk("VEVENT")


def test_a_calendar_reads_the_bookings_in_the_towns_zone(canteen, family, feed, now, commune, client_for):
    reservation = booked(canteen, family, now=now, days=2)
    visitor = client_for(commune)
    response = visitor.get(url(feed))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, max-age=900"
    assert "Set-Cookie" not in response.headers
    first, second = events(response)
    assert first["summary"] == "Jade – REPAS ENFANT (à payer)"
    assert first["status"] == "TENTATIVE"
    assert first["location"] == "Ecole Henri Serment"
    assert first["dtstart"].dt == datetime(2027, 3, 1, 11, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert first["dtstart"].params["TZID"] == "Europe/Paris"
    assert reservation.display_number in first["description"]
    assert second["dtstart"].dt.date() == date(2027, 3, 2)
    assert b"BEGIN:VTIMEZONE" in response.content
    assert b"\r\n" in response.content
    assert "Rivière".encode() not in response.content.split(b"BEGIN:VEVENT")[1]


def test_it_is_not_sent_again_while_nothing_changed(canteen, family, feed, now, commune, client_for):
    booked(canteen, family, now=now, days=1)
    visitor = client_for(commune)
    tag = visitor.get(url(feed))["ETag"]
    assert visitor.get(url(feed), headers={"If-None-Match": tag}).status_code == 304
    booked(canteen, family, now=now, days=1, first=1)
    assert visitor.get(url(feed), headers={"If-None-Match": tag}).status_code == 200


def test_what_is_cancelled_goes_and_comes_back_under_the_same_name(
    canteen, family, feed, now, commune, client_for
):
    type(canteen.period).objects.update(payment="invoiced", cancel_rule={"type": "until_start"})
    canteen.period.refresh_from_db()
    visitor = client_for(commune)
    booked(canteen, family, now=now, days=1)
    (before,) = events(visitor.get(url(feed)))
    give_back(canteen, family, now=now)
    assert events(visitor.get(url(feed))) == []
    booked(canteen, family, now=now, days=1)
    (after,) = events(visitor.get(url(feed)))
    assert after["uid"] == before["uid"]
    assert after["status"] == "CONFIRMED"


def test_only_the_familys_own_children_are_in_it(canteen, feed, now, commune, client_for):
    booked(canteen, a_family(school=canteen.school), now=now, days=1)
    assert events(client_for(commune).get(url(feed))) == []


def test_a_new_address_revokes_the_one_before(family, feed, commune, client_for, browser_of):
    browser = browser_of(family)
    page = browser.get(reverse("calendar_address")).content.decode()
    assert f"http://bellegarde.localhost{url(feed)}" in page
    assert f"webcal://bellegarde.localhost{url(feed)}" in page
    browser.post(reverse("calendar_address"))
    assert client_for(commune).get(url(feed)).status_code == 404
    new = CalendarFeed.objects.get()
    assert client_for(commune).get(url(new)).status_code == 200
    browser.post(reverse("calendar_address"), {"arreter": "1"})
    assert client_for(commune).get(url(new)).status_code == 404
    assert "Créer mon adresse" in browser.get(reverse("calendar_address")).content.decode()


def test_the_address_of_another_town_does_not_exist(feed, other_commune, client_for):
    assert client_for(other_commune).get(url(feed)).status_code == 404


def test_a_long_year_costs_as_many_queries_as_a_day(canteen, family, feed, now, commune, client_for):
    visitor, days = client_for(commune), iter(range(10))
    assert_constant_queries(
        act=lambda: visitor.get(url(feed)),
        add_row=lambda: booked(canteen, family, now=now, days=1, first=next(days)),
    )
