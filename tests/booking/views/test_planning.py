"""The planning page: what it shows, what it saves, what it costs."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from booking.enums import BookingMode, PlaceState, PlanningView
from booking.models import BookingDraft, Opening, Place
from core import clock
from core.models import CalendarDay
from tests.booking.views.pages import hidden_fields, planning_url, send_planning, text_of
from tests.factories.booking import booked, some_care
from tests.factories.groups import two_groups
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import count_queries

MARCH = (date(2027, 3, 1), date(2027, 3, 31))


@pytest.fixture
def browser(browser_of, family):
    return browser_of(family)


@pytest.fixture
def show(browser, canteen, family):
    return lambda period=None, **query: browser.get(
        planning_url(family.child, period or canteen.period), query
    )


def boxes(response) -> list[str]:
    return re.findall(r'<input type="checkbox" name="w" value="([\d.]+)"', response.content.decode())


def ticked(response) -> list[int]:
    found = re.findall(r'name="w" value="(\d+)\.\d+"[^>]* checked', response.content.decode())
    return [int(opening) for opening in found]


def test_the_first_page_is_the_month_of_the_first_day_that_can_be_booked(show, canteen):
    page = show()
    text = text_of(page)
    assert "mars 2027" in text
    assert "REPAS ENFANT 3.30" in text
    assert "(11:30 - 13:00)" in text
    assert "À réserver jusqu’au dim. 28 février 23:55" in text
    in_march = [opening for opening in canteen.openings if opening.date.month == 3]
    assert boxes(page) == [f"{opening.pk}.{canteen.on_time.pk}" for opening in in_march]


def test_a_closed_cell_says_why(show):
    assert "Ouvert après le dimanche 28 février 2027 à 23:55." in text_of(show())


def test_arrows_go_from_month_to_month_and_the_address_can_be_kept(show):
    assert 'name="aller" value="2027-04"' in show().content.decode()
    april = show(vue="2027-04")
    assert len(boxes(april)) == 2
    assert 'name="aller" value="2027-03"' in april.content.decode()
    assert "mars 2027" in text_of(show(vue="hier"))


def test_the_whole_year_is_one_page(show, canteen):
    page = show(vue="annee")
    assert len(boxes(page)) == 20
    assert "Mois par mois" in text_of(page)


def test_a_week_view_shows_one_week(show, canteen):
    care = some_care(canteen, view=PlanningView.WEEK)
    page = show(care.period)
    assert "Semaine n°9" in text_of(page)
    assert len(boxes(page)) == 4 * 3
    assert "Semaine n°10" in text_of(show(care.period, vue="2027-S10"))


def test_past_weeks_are_folded_until_they_are_all_there_is(show, now):
    with clock.frozen(now + timedelta(days=19)):  # Wednesday 17 March
        month, year = show(), show(vue="annee")
        assert month.content.decode().count('<tbody class="past">') == 2
        assert "Jours passés (2 semaines)" in re.sub(r"<[^>]+>", "", text_of(month))
        assert year.content.decode().count('<tbody class="past">') == 2
    with clock.frozen(now + timedelta(days=34)):  # April has begun
        assert "Jours passés" not in text_of(show(vue="2027-03"))


def test_a_week_says_month_and_year_beside_each_day(show, canteen):
    care = some_care(canteen, view=PlanningView.WEEK)
    assert '<span>lun. 01</span> <span class="grid-when">mars 2027</span>' in text_of(show(care.period))


def test_a_closed_day_of_the_town_is_shown_with_its_reason(show, canteen):
    Opening.objects.filter(date=date(2027, 3, 9)).delete()
    CalendarDay.objects.create(
        kind=CalendarDay.Kind.CLOSED,
        start=date(2027, 3, 9),
        end=date(2027, 3, 9),
        label="Journée pédagogique",
    )
    assert "Journée pédagogique" in text_of(show())


def test_going_to_another_month_keeps_what_is_ticked(browser, show, canteen, family):
    sent = send_planning(
        browser, family.child, canteen.period, canteen.wishes(days=2), go="2027-04", days=MARCH
    )
    assert sent["Location"].endswith("?vue=2027-04")
    assert "2 présences · 6,60 €" in text_of(show(vue="2027-04"))
    assert ticked(show(vue="2027-03")) == [opening.pk for opening in canteen.openings[:2]]


def test_unticking_on_one_page_leaves_the_other_pages_alone(browser, show, canteen, family):
    april = {canteen.openings[-1].pk: canteen.on_time.pk}
    send_planning(browser, family.child, canteen.period, canteen.wishes(days=2), days=MARCH)
    send_planning(browser, family.child, canteen.period, april, days=(date(2027, 4, 1), date(2027, 4, 2)))
    send_planning(browser, family.child, canteen.period, {}, days=MARCH)
    assert set(BookingDraft.objects.get().wishes) == {str(canteen.openings[-1].pk)}


def test_ticking_with_htmx_saves_and_answers_the_bar_only(browser, canteen, family):
    answer = browser.post(
        planning_url(family.child, canteen.period),
        {
            "du": "2027-03-01",
            "au": "2027-03-31",
            "w": [f"{opening}.{stage}" for opening, stage in canteen.wishes(days=8).items()],
        },
        headers={"HX-Request": "true"},
    )
    assert text_of(answer).startswith("<strong data-grid-sum ")
    assert 'data-elsewhere="0 0 0">8 présences · 26,40 €</strong>' in text_of(answer)
    assert "à réserver avant le dim. 28 février 23:55" in text_of(answer)
    assert len(BookingDraft.objects.get().wishes) == 8


def test_going_back_to_the_periods_saves_too(browser, canteen, family):
    sent = send_planning(browser, family.child, canteen.period, canteen.wishes(), go="periodes")
    assert sent["Location"].startswith(reverse("booking_period", args=[family.child.pk]))
    assert BookingDraft.objects.get().wishes


def test_a_place_in_the_basket_says_so_and_cannot_be_unticked(show, canteen, family, now):
    booked(canteen, family, now=now, days=1)
    page = show()
    assert "Dans votre panier : retirez la réservation du panier pour l’annuler." in text_of(page)
    assert str(canteen.openings[0].pk) not in [box.split(".")[0] for box in boxes(page)]


def test_a_booked_care_day_can_be_unticked_and_a_paid_meal_cannot(show, canteen, family, now, browser):
    care = some_care(canteen)
    opening, stage = next(iter(care.wishes().items()))
    booked(canteen, family, now=now, days=1)
    Place.objects.update(state=PlaceState.CONFIRMED, held_until=None)
    care_page = show(care.period)
    assert hidden_fields(care_page)["presences"] == ""
    Place.objects.create(
        opening_id=opening,
        child=family.child,
        line=_a_line(family, opening, stage),
        state=PlaceState.CONFIRMED,
    )
    care_page = show(care.period)
    assert hidden_fields(care_page)["presences"] == str(opening)
    assert ticked(care_page) == [opening]
    assert hidden_fields(show())["presences"] == ""


def _a_line(family, opening, stage):
    from booking.models import Reservation, ReservationLine

    period = Opening.objects.get(pk=opening).slot.period
    reservation = Reservation.objects.create(
        household=family.household,
        child=family.child,
        period=period,
        state="accepted",
        first_date=period.start,
        last_date=period.start,
        created_at=period.start.strftime("%Y-%m-%dT00:00:00Z"),
    )
    return ReservationLine.objects.create(
        reservation=reservation,
        opening_id=opening,
        stage_id=stage,
        action="add",
        state="accepted",
        label="MATIN",
    )


def test_a_full_day_is_closed_with_its_reason(show, canteen, now):
    Opening.objects.update(capacity=1)
    booked(canteen, a_family(school=canteen.school), now=now, days=1)
    assert "Aucune place disponible." in text_of(show())


def test_ticks_that_are_not_possible_any_more_are_told_once_and_forgotten(
    browser, show, canteen, family, now
):
    Opening.objects.update(capacity=1)
    send_planning(browser, family.child, canteen.period, canteen.wishes(days=2))
    booked(canteen, a_family(school=canteen.school), now=now, days=1)
    page = show()
    assert "lun. 01/03/2027, REPAS ENFANT 3.30 : Aucune place disponible." in text_of(page)
    fields = hidden_fields(page)
    assert fields["signales"] == f"{canteen.openings[0].pk},"
    send_planning(
        browser,
        family.child,
        canteen.period,
        canteen.wishes(first=1),
        days=MARCH,
        signales=fields["signales"],
    )
    assert "ne sont plus dans votre sélection" not in text_of(show())


# --- Cost ---------------------------------------------------------------------------------------------


@pytest.fixture
def school_year(commune, now):
    return a_canteen(start=date(2027, 3, 1), days=140)


def test_a_month_and_the_whole_year_cost_the_same_queries(browser_of, school_year):
    family = a_family(school=school_year.school)
    browser, address = browser_of(family), planning_url(family.child, school_year.period)
    browser.get(address)
    month = count_queries(lambda: browser.get(address))
    year = count_queries(lambda: browser.get(address, {"vue": "annee"}))
    assert month == year <= 18


def test_the_queries_do_not_depend_on_what_is_booked(browser_of, school_year, now):
    family = a_family(school=school_year.school)
    browser, address = browser_of(family), planning_url(family.child, school_year.period)
    browser.get(address)
    before = count_queries(lambda: browser.get(address, {"vue": "annee"}))
    booked(school_year, family, now=now, days=40)
    for _ in range(3):
        booked(school_year, a_family(school=school_year.school), now=now, days=20)
    assert count_queries(lambda: browser.get(address, {"vue": "annee"})) == before


def test_saving_costs_the_same_for_a_day_and_for_a_year(browser_of, school_year):
    family = a_family(school=school_year.school)
    browser = browser_of(family)
    send_planning(browser, family.child, school_year.period, school_year.wishes(days=2))
    one = count_queries(
        lambda: send_planning(browser, family.child, school_year.period, school_year.wishes(days=1))
    )
    year = count_queries(
        lambda: send_planning(browser, family.child, school_year.period, school_year.wishes(days=140))
    )
    assert one == year <= 15


def test_the_page_of_a_school_year_with_four_columns_is_light(browser_of, school_year):
    family = a_family(school=school_year.school)
    care = some_care(school_year)
    browser = browser_of(family)
    for period in (school_year.period, care.period):
        page = browser.get(planning_url(family.child, period), {"vue": "annee"})
        assert len(page.content) < 100_000


def test_the_automatic_selection_of_days_works_as_a_plain_form(browser, canteen, family):
    care = some_care(canteen, view=PlanningView.WEEK)
    stage = care.stages[1].pk
    sent = {
        f"jours-{stage}": ["1", "9", "x"],
        f"portee-{stage}": "periode",
        "auto": f"{stage}.on",
        "vue": "2027-S09",
    }
    week = (date(2027, 3, 1), date(2027, 3, 7))
    answer = send_planning(browser, family.child, care.period, care.wishes(days=1), days=week, **sent)
    assert answer.url == f"{planning_url(family.child, care.period)}?vue=2027-S09"
    mondays = set(care.slots[1].openings.filter(date__iso_week_day=1).values_list("pk", flat=True))
    assert {int(opening) for opening in BookingDraft.objects.get().wishes} == mondays | set(
        care.wishes(days=1)
    )
    sent[f"portee-{stage}"] = "page"
    send_planning(browser, family.child, care.period, {}, days=week, **sent | {"auto": f"{stage}.off"})
    left = {int(opening) for opening in BookingDraft.objects.get().wishes}
    assert left == mondays - {care.slots[1].openings.get(date=week[0]).pk}


def test_a_full_day_of_a_request_period_says_so(show, canteen):
    care = some_care(canteen, mode=BookingMode.REQUEST)
    care.slots[0].openings.update(capacity=1, taken=1)
    assert "Aucune place disponible." in text_of(show(care.period))


def test_a_town_may_show_the_places_left_to_the_childs_group(browser_of, canteen, family, now):
    two_groups(canteen, small=2, big=7, now=now)
    page = browser_of(family).get(planning_url(family.child, canteen.period)).content.decode()
    assert "grid-left" not in page
    type(canteen.period).objects.update(shows_places=True)
    page = browser_of(family).get(planning_url(family.child, canteen.period)).content.decode()
    day = canteen.openings[0]
    cell = f"{day.pk}.{canteen.on_time.pk}"
    assert f'<small class="grid-left" id="r{cell}">7 places</small>' in page
    assert f' r{cell}"' in page


def test_what_is_ticked_when_the_session_has_ended_is_there_once_signed_in(
    commune, client_for, canteen, family
):
    """The button that was pressed is done as well: « Valider le planning » leads to the recap."""
    browser = client_for(commune)
    wishes = {canteen.openings[2].pk: canteen.on_time.pk}
    sent = send_planning(browser, family.child, canteen.period, wishes)
    assert sent.url.startswith(reverse("login"))
    assert "Votre session a pris fin" in browser.get(sent.url).content.decode()
    assert not BookingDraft.objects.exists()
    browser.force_login(a_family(school=canteen.school).user)
    assert browser.get(planning_url(family.child, canteen.period)).status_code == 404
    browser = client_for(commune)
    send_planning(browser, family.child, canteen.period, wishes)
    browser.force_login(family.user)
    opened = browser.get(planning_url(family.child, canteen.period), {"vue": "2027-03"}, follow=True)
    assert opened.redirect_chain[0][0].startswith(
        reverse("booking_recap", args=[family.child.pk, canteen.period.code])
    )
    assert "avant la fin de votre session" in text_of(opened)
    assert ticked(browser.get(planning_url(family.child, canteen.period))) == [canteen.openings[2].pk]
    assert browser.get(planning_url(family.child, canteen.period)).status_code == 200
