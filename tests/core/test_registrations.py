"""A family asks for a file by itself: nothing is told to who should not know, an agent answers, everything follows."""

from datetime import date, timedelta

import pytest

from core import clock
from core.enums import RegistrationMode, RegistrationState
from core.models import AuditEntry, Child, FamilyRegistration, Guardian, Household, OutgoingMail, User
from core.services.housekeeping import tidy_up
from core.services.registrations import PROOF_LIFE, UNPROVED_KEPT
from tests.factories.people import an_agent
from tests.factories.world import a_family, a_school, town_settings
from tests.harness.queries import assert_constant_queries


@pytest.fixture
def town(commune):
    return town_settings(registration=RegistrationMode.CHECKED)


def told(**changes: str) -> dict[str, str]:
    return {
        "first_name": "Sacha",
        "last_name": "Verdier",
        "email": "Sacha@exemple.fr",
        "phone": "0612345678",
        "address": "3 rue des Lilas",
        "postcode": "30127",
        "city": "Bellegarde",
        "message": "",
        "website": "",
        "enfant-TOTAL_FORMS": "6",
        "enfant-INITIAL_FORMS": "0",
        "enfant-0-first_name": "Noé",
        "enfant-0-last_name": "Verdier",
        "enfant-0-birth_date": "2018-02-03",
        "enfant-0-level": "CP",
    } | changes


def asked(client, **changes: str) -> FamilyRegistration:
    answer = client.post("/inscription/", told(**changes))
    assert answer["Location"] == "/inscription/envoyee/"
    return FamilyRegistration.objects.latest("pk")


def proved(client, **changes: str) -> FamilyRegistration:
    registration = asked(client, **changes)
    client.post(f"/inscription/{registration.token}/")
    registration.refresh_from_db()
    return registration


def test_a_family_asks_proves_its_address_and_an_agent_opens_its_file(commune, client_for, town):
    visitor = client_for(commune)
    school = a_school()
    registration = asked(visitor, **{"enfant-0-school": str(school.pk)})
    mail = OutgoingMail.objects.get()
    link = f"/inscription/{registration.token}/"
    assert mail.to == "sacha@exemple.fr"
    assert link in mail.text
    assert "Confirmer mon adresse" in visitor.get(link).content.decode()
    registration.refresh_from_db()
    assert registration.state == RegistrationState.UNPROVED  # opening the link is not enough
    assert "est arrivée au service" in visitor.post(link).content.decode()

    desk = client_for(commune, an_agent())
    assert "Sacha Verdier" in desk.get("/agent/nouveaux-dossiers/").content.decode()
    page = f"/agent/nouveaux-dossiers/{registration.pk}/"
    assert "peut-être déjà un dossier" not in desk.get(page).content.decode()
    desk.post(page, {"decision": "accepter", "number": "F00042", "is_resident": "on"})
    household = Household.objects.get(number="F00042")
    assert (household.name, household.postcode, household.is_resident) == ("Verdier", "30127", True)
    child = household.children.get()
    assert (child.first_name, child.school, child.level) == ("Noé", school, "CP")
    assert household.guardians.get().user.email == "sacha@exemple.fr"
    assert "/activation/" in OutgoingMail.objects.latest("pk").text
    assert "déjà décidée" in desk.post(page, {"decision": "refuser", "reason": "Non"}).content.decode()


def test_what_is_wrong_is_said_beside_and_nothing_typed_is_lost(commune, client_for, town):
    answer = client_for(commune).post(
        "/inscription/", told(phone="12", postcode="abc", **{"enfant-0-birth_date": "2090-01-01"})
    )
    page = answer.content.decode()
    for sentence in (
        "pas un numéro de téléphone",
        "a cinq chiffres",
        "Vérifiez la date",
        'value="3 rue des Lilas"',
    ):
        assert sentence in page
    assert not FamilyRegistration.objects.exists()


def test_a_visitor_never_learns_who_is_known(commune, client_for, town):
    family = a_family(school=None)
    answer = client_for(commune).post("/inscription/", told(email=family.user.email))
    assert answer["Location"] == "/inscription/envoyee/"
    assert not FamilyRegistration.objects.exists()
    assert "déjà un compte" in OutgoingMail.objects.get().subject


def test_a_program_that_fills_every_field_leaves_nothing(commune, client_for, town):
    answer = client_for(commune).post("/inscription/", told(website="https://pub.example"))
    assert answer["Location"] == "/inscription/envoyee/"
    assert not FamilyRegistration.objects.exists()


def test_an_address_cannot_be_flooded(commune, client_for, town):
    visitor = client_for(commune)
    for _ in range(5):
        asked(visitor)
    assert OutgoingMail.objects.count() == 3


def test_the_same_family_is_shown_beside_and_joined_to_its_file(commune, client_for, town):
    family = a_family(school=None, name="Verdier")
    family.household.children.update(first_name="Noe", birth_date=date(2018, 2, 3))
    other = Guardian.objects.create(
        household=family.household,
        first_name="Sacha",
        last_name="VERDIER",
        phone="06 12 34 56 78",
        role="pickup",
        is_payer=False,
    )
    registration = proved(
        client_for(commune),
        **{
            "enfant-1-first_name": "Lila",
            "enfant-1-last_name": "Verdier",
            "enfant-1-birth_date": "2020-06-01",
        },
    )
    desk = client_for(commune, an_agent())
    page = f"/agent/nouveaux-dossiers/{registration.pk}/"
    shown = desk.get(page).content.decode()
    for sentence in ("peut-être déjà un dossier", "même téléphone que Sacha VERDIER", "né(e) le 03/02/2018"):
        assert sentence in shown
    lila = registration.children.get(first_name="Lila")
    desk.post(page, {"decision": "rattacher", "dossier": family.household.number, "enfants": [str(lila.pk)]})
    registration.refresh_from_db()
    assert (registration.state, registration.household) == (RegistrationState.JOINED, family.household)
    assert {child.first_name for child in family.household.children.all()} == {"Noe", "Lila"}
    other.refresh_from_db()
    assert (other.user.email, other.role) == ("sacha@exemple.fr", "contact")
    assert family.household.guardians.count() == 2


def test_a_refusal_says_why_by_mail(commune, client_for, town):
    registration = proved(client_for(commune))
    desk = client_for(commune, an_agent())
    page = f"/agent/nouveaux-dossiers/{registration.pk}/"
    assert "obligatoire" in desk.post(page, {"decision": "refuser", "reason": ""}).content.decode()
    desk.post(page, {"decision": "refuser", "reason": "Vous habitez une autre commune."})
    assert "Vous habitez une autre commune." in OutgoingMail.objects.latest("pk").text
    assert not User.objects.families().exists()


def test_where_the_town_wants_it_a_file_opens_alone_unless_it_looks_like_another(commune, client_for, town):
    town_settings(registration=RegistrationMode.AUTOMATIC)
    first = proved(client_for(commune))
    assert (first.state, first.household.is_resident) == (RegistrationState.ACCEPTED, True)
    acts = AuditEntry.objects.filter(act__in=["family_opened", "account_opened"])
    assert {act.actor_name for act in acts} == {f"{first} (inscription en ligne)"}, (
        "personne d’autre n’a rien fait"
    )
    second = proved(client_for(commune), email="autre@exemple.fr", phone="0700000000")
    assert second.state == RegistrationState.WAITING  # the same child
    assert Child.objects.count() == 1


def test_a_closed_town_takes_nothing(commune, client_for):
    town_settings()
    assert "ouvre lui-même les dossiers" in client_for(commune).post("/inscription/", told()).content.decode()
    assert not FamilyRegistration.objects.exists()
    desk = client_for(commune, an_agent())
    desk.post("/agent/nouveaux-dossiers/reglage/", {"registration": "checked"})
    assert "Envoyer ma demande" in client_for(commune).get("/inscription/").content.decode()


def test_a_link_dies_and_what_was_never_proved_goes(commune, client_for, town):
    registration = asked(client_for(commune))
    with clock.frozen(clock.now() + PROOF_LIFE + timedelta(minutes=1)):
        page = client_for(commune).post(f"/inscription/{registration.token}/").content.decode()
    assert "plus de trois jours" in page
    tidy_up(now=clock.now() + UNPROVED_KEPT + timedelta(minutes=1))
    assert not FamilyRegistration.objects.exists()


def test_the_queue_costs_the_same_for_any_number(commune, client_for, town):
    desk = client_for(commune, an_agent())
    rows = iter(range(10))

    def add_row() -> None:
        registration = FamilyRegistration.objects.create(
            email=f"f{next(rows)}@exemple.fr", asked_at=clock.now(), proved_at=clock.now(), state="waiting"
        )
        registration.children.create(first_name="Noé", last_name="V", birth_date=date(2018, 2, 3))

    assert_constant_queries(act=lambda: desk.get("/agent/nouveaux-dossiers/"), add_row=add_row)
