"""What is offered to whom."""

from datetime import date, timedelta

from booking.models import Enrolment
from booking.queries.offer import as_tree, choices_for
from tests.factories.booking import some_care
from tests.factories.world import a_family, a_school


def offered(child, now) -> list[str]:
    return [choice.period.name for choice in choices_for([child], now=now)[child.pk]]


def test_a_pupil_is_offered_the_periods_of_its_school(canteen, family, now):
    some_care(canteen)
    assert offered(family.child, now) == ["Garderies", "Cantine"]


def test_a_pupil_of_another_school_is_not(canteen, now):
    other = a_family(school=a_school(code="ecole-lamour", name="Ecole Philippe Lamour"))
    assert offered(other.child, now) == []


def test_a_period_is_for_its_levels(canteen, family, now):
    canteen.period.levels = ["PS", "MS", "GS"]
    canteen.period.save()
    assert offered(family.child, now) == []


def test_an_activity_that_needs_it_waits_for_the_enrolment(canteen, family, now):
    canteen.activity.needs_enrolment = True
    canteen.activity.save()
    assert offered(family.child, now) == []
    enrolment = Enrolment.objects.create(
        child=family.child, activity=canteen.activity, valid_from=date(2027, 2, 1)
    )
    assert offered(family.child, now) == ["Cantine"]
    enrolment.valid_until = date(2027, 2, 25)
    enrolment.save()
    assert offered(family.child, now) == []


def test_a_period_that_is_over_is_not_offered(canteen, family, now):
    assert offered(family.child, now + timedelta(days=90)) == []


def test_a_closed_booking_window_is_shown_with_its_moment(canteen, family, now):
    canteen.period.closes_at = now - timedelta(hours=1)
    canteen.period.save()
    (choice,) = choices_for([family.child], now=now)[family.child.pk]
    assert choice.obstacle == "Les réservations sont closes depuis le vendredi 26 février 2027 à 13:00"


def test_choices_are_a_tree_of_establishments_activities_and_periods(canteen, family, now):
    some_care(canteen)
    (establishment,) = as_tree(choices_for([family.child], now=now)[family.child.pk])
    assert establishment.establishment == canteen.school
    assert [one.activity.name for one in establishment.activities] == [
        "PERISCOLAIRE",
        "RESTAURATION ELEMENTAIRE",
    ]
    assert [[choice.period.name for choice in one.choices] for one in establishment.activities] == [
        ["Garderies"],
        ["Cantine"],
    ]
