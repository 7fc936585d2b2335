"""What is offered to whom."""

from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse

from booking.enums import PlaceState
from booking.models import Enrolment, Place
from booking.queries.offer import as_tree, choices_for
from core.child_file import Access, DossierField
from core.models import Child, Guardian
from tests.factories.billing import an_invoice
from tests.factories.booking import a_sibling, booked, some_care
from tests.factories.child_file import a_policy
from tests.factories.world import a_family, a_school
from tests.harness.queries import count_queries


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


def obstacle(child, now) -> str:
    (choice,) = choices_for([child], now=now)[child.pk]
    return choice.obstacle.replace("\u00a0", " ")


def test_an_activity_that_needs_it_waits_for_the_enrolment(canteen, family, now):
    missing = "L’inscription de l’enfant doit d’abord être enregistrée par la mairie"
    canteen.activity.needs_enrolment = True
    canteen.activity.save()
    assert obstacle(family.child, now) == missing
    enrolment = Enrolment.objects.create(
        child=family.child, activity=canteen.activity, valid_from=date(2027, 2, 1)
    )
    assert obstacle(family.child, now) == ""
    enrolment.valid_until = date(2027, 2, 25)
    enrolment.save()
    assert obstacle(family.child, now) == missing


def rule(canteen, **columns) -> None:
    for name, value in columns.items():
        setattr(canteen.period, name, value)
    canteen.period.save()


def test_a_period_says_the_ages_it_is_for(canteen, family, now):
    rule(canteen, audience={"ages": {"min": 3, "max": 8}})
    assert obstacle(family.child, now) == "Réservé aux enfants de 3 à 8 ans"  # Jade is nine
    rule(canteen, audience={"ages": {"min": 9}})
    assert obstacle(family.child, now) == ""


def test_a_period_is_for_some_residences(canteen, family, now):
    rule(canteen, audience={"residences": ["resident", "works_here"]})
    assert obstacle(family.child, now) == ""
    family.household.is_resident = False
    assert obstacle(family.child, now) == (
        "Réservé aux familles qui habitent la commune ou qui travaillent dans la commune"
    )
    family.household.tie = "works_here"
    assert obstacle(family.child, now) == ""


def test_a_residence_has_its_own_opening(canteen, family, now):
    opens = [
        {"residences": ["resident"], "at": "2027-02-20T08:30"},
        {"residences": ["outside"], "at": "2027-03-01T08:30"},
    ]
    rule(canteen, audience={"opens": opens}, opens_at=now + timedelta(hours=1))
    assert obstacle(family.child, now) == ""  # its own opening takes the place of the period's
    family.household.is_resident = False
    assert obstacle(family.child, now) == (
        "Pour les familles d’autres communes, les réservations ouvrent le lundi 1er mars 2027 à 08:30"
    )
    family.household.tie = "partner_town"
    assert obstacle(family.child, now).startswith("Les réservations ouvrent le vendredi 26 février 2027")


def test_a_period_may_be_for_pupils_of_other_schools(canteen, family, now):
    rule(canteen, audience={"establishments": ["ecole-lamour"]})
    assert offered(family.child, now) == []
    lamour = a_family(school=a_school(code="ecole-lamour", name="Ecole Philippe Lamour"))
    assert obstacle(lamour.child, now) == ""


def test_debts_past_their_term_stop_the_family(canteen, family, now):
    rule(canteen, file_conditions={"max_overdue": "5.00"})
    an_invoice(canteen.regie, family.household, now=now - timedelta(days=20), amount=Decimal("9.90"))
    assert obstacle(family.child, now) == ""  # its term has not passed
    an_invoice(canteen.regie, family.household, now=now - timedelta(days=40), amount=Decimal("6.60"))
    assert obstacle(family.child, now) == "6,60 € restent à régler avant toute réservation"


def test_a_period_may_be_for_children_who_came_this_year(canteen, family, now):
    booked(canteen, family, now=now, days=1)
    rule(canteen, file_conditions={"used_this_year": True})
    never = "Réservé aux enfants qui ont déjà fréquenté le service cette année"
    assert obstacle(family.child, now) == never
    Place.objects.update(state=PlaceState.CONFIRMED, held_until=None)
    assert obstacle(family.child, now) == never  # not yet: the day has not come
    assert obstacle(family.child, now + timedelta(days=4)) == ""


def test_a_period_may_ask_for_a_complete_child_file(canteen, family, now, browser_of):
    rule(canteen, file_conditions={"child_file": True})
    assert obstacle(family.child, now) == ""  # the town wants to know nothing
    a_policy(DossierField.ALLERGIES, Access.MANDATORY)
    missing = "Le dossier de l’enfant (santé, repas, personnes autorisées) est à compléter"
    assert obstacle(family.child, now) == missing
    way_on = reverse("child_file", args=[family.child.pk])
    browser = browser_of(family)
    for page in ("booking_period", "booking_planning"):
        args = [family.child.pk, canteen.period.code] if page == "booking_planning" else [family.child.pk]
        text = browser.get(reverse(page, args=args)).content.decode()
        assert missing in text
        assert way_on in text


def test_a_complete_file_has_the_family_s_own_information(canteen, family, now, browser_of):
    rule(canteen, file_conditions={"child_file": True})
    a_policy(DossierField.PHONE, Access.MANDATORY)
    missing = "Les informations de la famille (adresse, téléphone) sont à compléter"
    assert obstacle(family.child, now) == missing
    browser, info = browser_of(family), reverse("account_info")
    shown = browser.get(reverse("booking_planning", args=[family.child.pk, canteen.period.code]))
    assert f'class="button" href="{info}"' in shown.content.decode()
    for page in ("/mon-compte/", info):
        assert "À compléter" in browser.get(page).content.decode()
    # A contact's telephone is nobody's business but hers.
    Guardian.objects.create(
        household=family.household, first_name="Odile", last_name="Genêt", role="contact", is_payer=False
    )
    family.household.guardians.filter(user=family.user).update(phone="06 12 34 56 78")
    assert obstacle(family.child, now) == ""
    assert "À compléter" not in browser.get(info).content.decode()


def test_the_choices_of_three_children_cost_as_much_as_those_of_one(canteen, family, now):
    rule(canteen, file_conditions={"max_overdue": "5.00", "used_this_year": True, "child_file": True})
    a_policy(DossierField.ALLERGIES, Access.MANDATORY)
    a_policy(DossierField.PHONE, Access.MANDATORY)
    children = [family.child, a_sibling(family), a_sibling(family, first_name="Anouk")]
    children = list(
        Child.objects.select_related("school", "household").filter(pk__in=[one.pk for one in children])
    )
    one = count_queries(lambda: choices_for(children[:1], now=now))
    assert count_queries(lambda: choices_for(children, now=now)) == one


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
