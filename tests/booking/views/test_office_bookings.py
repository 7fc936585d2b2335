"""The desk’s planning for a family: pages, ticks that travel from page to page, one act for a double click."""

import pytest
from django.urls import reverse

from booking.enums import PaymentMode, ReservationState
from booking.models import BookingDraft, Opening, Period, Reservation
from core.clock import frozen
from tests.booking.views.pages import text_of
from tests.factories.people import an_agent
from tests.factories.world import a_family
from tests.harness.queries import count_queries

WHY = "Urgence de la famille."


@pytest.fixture
def desk(commune, client_for):
    return client_for(commune, an_agent())


@pytest.fixture
def url(canteen, family):
    return reverse("agent_booking_planning", args=[family.child.pk, canteen.period.code])


@pytest.fixture
def send(desk, canteen, url):
    def post(step: str, *, wishes=(), elsewhere=(), held=(), **more):
        data = {
            "w": [f"{canteen.openings[day].pk}.{canteen.slot.pk}" for day in wishes],
            "choisis": ",".join(str(canteen.openings[day].pk) for day in elsewhere),
            "presences": ",".join(str(canteen.openings[day].pk) for day in held),
            "du": canteen.period.start.isoformat(),
            "au": canteen.period.end.isoformat(),
            "aller": step,
        }
        return desk.post(url, data | more)

    return post


def test_the_way_from_the_familys_page_to_the_planning(desk, canteen, family, url):
    page = text_of(desk.get(reverse("agent_family", args=[family.household.pk])))
    start = reverse("agent_booking", args=[family.child.pk])
    assert start in page
    assert url in text_of(desk.get(start))
    assert "Semaine 9" in text_of(desk.get(url))


def test_a_day_that_a_rule_closes_is_booked_with_its_reason(desk, canteen, family, send, now):
    Period.objects.update(payment=PaymentMode.INVOICED)
    BookingDraft.objects.create(
        child=family.child,
        household=family.household,
        period=canteen.period,
        wishes={},
        updated_by=family.user,
        updated_at=now,
    )
    with frozen(now.replace(month=3, day=2)):
        recap = text_of(send("recapitulatif", wishes=[1]))
        assert "commencé ou passé" in recap
        assert "Prix du retard : 4,20 €" in recap.replace("\u00a0", " ")
        assert "Choisissez un motif" in text_of(send("confirmer", wishes=[1], prix="late"))
        assert not Reservation.objects.exists()
        done = send("confirmer", wishes=[1], prix="late", motif=WHY)
        reservation = Reservation.objects.get()
        assert done.url == reverse("agent_reservation", args=[reservation.pk])
        again = send("confirmer", wishes=[1], prix="late", motif=WHY)
        assert (again.url, Reservation.objects.count()) == (done.url, 1)
    assert reservation.state == ReservationState.ACCEPTED
    assert str(reservation.total) == "4.20"
    page = text_of(desk.get(done.url))
    assert WHY in page
    assert "Dominique Guichet" in page
    assert BookingDraft.objects.exists()


def test_ticks_of_other_pages_are_kept_and_whole_columns_are_picked(canteen, send):
    page = text_of(send("2027-03", elsewhere=[19], wishes=[0]))
    assert "2 présences" in page
    assert f'name="choisis" value="{canteen.openings[19].pk}"' in page
    slot = canteen.slot.pk
    every_monday = {f"jours-{slot}": ["1"], f"portee-{slot}": "periode", "auto": f"{slot}.on"}
    assert "5 présences" in text_of(send("", **every_monday))


def test_what_cannot_be_done_is_said_and_the_rest_is_kept(canteen, send):
    Opening.objects.filter(pk=canteen.openings[2].pk).update(capacity=0)
    page = text_of(send("recapitulatif", wishes=[1, 2]))
    assert "ajoutez d’abord des places" in page
    assert "2 présences" in page
    assert "rien changé" in text_of(send("recapitulatif"))


def test_the_planning_costs_the_same_for_a_month_and_for_the_year(desk, url, canteen, family):
    desk.get(url)
    month = count_queries(lambda: desk.get(url))
    a_family(school=canteen.school)
    assert (
        count_queries(lambda: desk.post(url, {"du": "2027-03-01", "au": "2027-03-31", "aller": "annee"}))
        == month
    )
