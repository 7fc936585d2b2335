"""« Essayer une règle »: the portal's own answer at another moment, and a draft that leaves no trace."""

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from booking.models import Period, Reservation, Stage
from booking.queries.commitments import commitments
from booking.queries.offer import choices_for
from booking.queries.planning import load_planning
from booking.services.requests import submit_request
from core.commune_file.services import apply_text, export_text
from core.models import Child
from tenants.context import use_commune
from tests.booking.views.pages import text_of
from tests.factories.booking import booked
from tests.factories.people import an_agent
from tests.factories.world import a_family
from tests.harness.queries import assert_constant_queries

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def desk(commune, client_for):
    return client_for(commune, an_agent())


def ask(desk, **query) -> str:
    asked = {"q": "Rivière", "date": "2027-03-04", "jour": "2027-02-26", "heure": "14:00"}
    return text_of(desk.get(reverse("agent_simulator"), asked | query)).replace("\u00a0", " ")


def test_the_same_day_is_answered_at_two_moments(desk, canteen, family):
    assert reverse("agent_simulator") in text_of(desk.get(reverse("agent_organise")))
    early = ask(desk)
    assert "Réservable jusqu’au dimanche 28 février 2027 à 23:55" in early
    assert "3,30 €" in early
    late = ask(desk, jour="2027-03-02")
    assert "Réservable jusqu’au dimanche 28 février 2027 à 23:55 : le délai est passé" in late
    assert "Réservable jusqu’au jeudi 4 mars 2027 à 11:29" in late
    assert "n’ouvre pas ce jour-là" in ask(desk, date="2027-03-03")
    assert not Reservation.objects.exists()


def test_the_child_is_chosen_among_namesakes_and_obstacles_are_said(desk, canteen, family):
    other = a_family(school=None)
    page = ask(desk)
    assert "Quel enfant ?" in page
    alone = ask(desk, enfant=other.child.pk)
    assert "Aucune période n’est prévue" in alone
    assert "ne peut pas être réservée" in ask(desk, enfant=other.child.pk, periode=canteen.period.pk)
    assert "Aucun enfant ne porte ce nom" in ask(desk, q="zzz")


@pytest.fixture
def town(commune, client_for):
    """Bellegarde by its file, with a family that booked for the days to come."""
    apply_text(commune, (ROOT / "infra/communes/bellegarde.toml").read_text())
    with use_commune(commune):
        yield commune


def test_a_draft_says_which_bookings_it_touches_and_leaves_no_trace(town, client_for, now):
    period = (
        Period.objects.filter(payment="invoiced", mode="instant", end__gte=date(2027, 3, 1))
        .select_related("activity__establishment", "activity__regie")
        .first()
    )
    family = a_family(school=period.activity.establishment)
    child = Child.objects.select_related("school", "household").get(pk=family.child.pk)
    period = next(
        choice.period
        for choice in choices_for([child], now=now)[child.pk]
        if choice.period.payment == "invoiced" and not choice.obstacle
    )
    cells = {}
    for cell in load_planning(child=child, period=period, now=now).cells():
        if cell.is_open and len(cells) < 3:
            cells.setdefault(cell.opening_id, cell.stage_id)
    submit_request(child=child, period=period, wishes=cells, cancellations=[], by=family.user, now=now)
    desk = client_for(town, an_agent())
    url = reverse("agent_simulator_draft")
    text = export_text(town)
    text, _, _ = text.partition("[[exemples]]")
    assert "Aucune réservation à venir ne changerait" in text_of(desk.post(url, {"texte": text}))
    before = (
        list(Stage.objects.values_list("pk", "cutoff")),
        list(Period.objects.values_list("pk", "cancel_rule")),
    )
    assert "23:55" in text
    page = text_of(desk.post(url, {"texte": text.replace("23:55", "20:00")}))
    assert "Annulation" in page
    assert "23:55 → jusqu’au" in page
    after = (
        list(Stage.objects.values_list("pk", "cutoff")),
        list(Period.objects.values_list("pk", "cancel_rule")),
    )
    assert after == before
    assert export_text(town).startswith(text)
    assert "ne peut pas être publié" in text_of(desk.post(url, {"texte": "n’importe quoi"}))
    assert "Choisissez un fichier, ou collez son texte." in text_of(desk.post(url, {"texte": ""}))


def test_reading_what_is_booked_costs_the_same_for_any_number_of_bookings(canteen, now):
    assert_constant_queries(
        act=lambda: commitments(now=now),
        add_row=lambda: booked(canteen, a_family(school=canteen.school), now=now, days=3),
    )
