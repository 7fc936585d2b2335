"""What the desk corrects in a family's file, and what becomes of the account."""

import pytest

from core.audit_acts import AuditAct
from core.models import AuditEntry, Child, Guardian, OutgoingMail, User
from tests.factories.people import an_agent
from tests.factories.world import a_family, a_school, town_settings


@pytest.fixture
def family(commune):
    town_settings()
    return a_family(school=a_school())


@pytest.fixture
def desk(commune, client_for):
    return client_for(commune, an_agent())


def adult(**changes: str) -> dict[str, str]:
    return {"first_name": "Camille", "last_name": "Rivière", "email": "", "phone": ""} | changes


def test_an_address_is_corrected_and_the_journal_says_what_it_was(desk, family):
    page = f"/agent/familles/{family.household.pk}/modifier/"
    sent = {
        "name": "Rivière",
        "address": "3 rue des Lilas",
        "postcode": "3012",
        "city": "Bellegarde",
        "tie": "",
    }
    refused = desk.post(page, sent).content.decode()
    assert "Un code postal a cinq chiffres" in refused
    assert "3 rue des Lilas" in refused
    desk.post(page, sent | {"postcode": "30127"})
    family.household.refresh_from_db()
    assert family.household.address_lines == ["3 rue des Lilas", "30127 Bellegarde"]
    assert not family.household.is_resident
    entry = AuditEntry.objects.get(act=AuditAct.FAMILY_CORRECTED)
    assert entry.before == {"adresse": "", "code postal": "", "ville": "", "habite la commune": "oui"}
    assert entry.after["habite la commune"] == "non"
    assert "Rien n’a changé" in desk.post(page, sent | {"postcode": "30127"}, follow=True).content.decode()
    assert AuditEntry.objects.filter(act=AuditAct.FAMILY_CORRECTED).count() == 1


def test_a_mistyped_address_is_repaired_before_the_account_is_activated(desk, family):
    User.objects.filter(pk=family.user.pk).update(activated_at=None)
    camille = family.household.guardians.get()
    page = f"/agent/responsables/{camille.pk}/modifier/"
    other = a_family(school=None, name="Autrui")
    assert "déjà un compte" in desk.post(page, adult(email=other.user.email)).content.decode()
    said = desk.post(page, adult(email="juste@exemple.fr", phone="0612345678"), follow=True)
    assert "lien d’activation part vers juste@exemple.fr" in said.content.decode()
    camille.refresh_from_db()
    assert (camille.email, camille.user.email, camille.phone) == (
        "juste@exemple.fr",
        "juste@exemple.fr",
        "06 12 34 56 78",
    )
    assert "/activation/" in OutgoingMail.objects.get(to="juste@exemple.fr").text


def test_the_login_of_an_active_account_waits_for_its_owner(desk, family):
    camille, old = family.household.guardians.get(), family.user.email
    page = f"/agent/responsables/{camille.pk}/modifier/"
    said = desk.post(page, adult(first_name="Camille-Anne", email="neuve@exemple.fr"), follow=True)
    assert "quand la personne l’ouvre" in said.content.decode()
    camille.refresh_from_db()
    assert (camille.first_name, camille.email, camille.user.email) == ("Camille-Anne", old, old)
    assert "/adresse/" in OutgoingMail.objects.get(to="neuve@exemple.fr").text


def test_a_child_is_added_once_then_changes_school(desk, family):
    page = f"/agent/familles/{family.household.pk}/enfants/nouveau/"
    leo = {"first_name": "Léo", "last_name": "Rivière", "birth_date": "2019-03-02", "level": "CP"}
    assert "Inscrivez-le" in desk.post(page, leo, follow=True).content.decode()
    assert "est déjà dans ce dossier" in desk.post(page, leo).content.decode()
    child = Child.objects.get(first_name="Léo")
    school = a_school(code="autre", name="Ecole Vernet")
    said = desk.post(
        f"/agent/enfants/{child.pk}/modifier/", leo | {"school": school.pk, "level": "CE1"}, follow=True
    )
    assert "Ce qui est déjà réservé le reste" in said.content.decode()
    child.refresh_from_db()
    assert (child.school, child.level) == (school, "CE1")


def test_an_adult_leaves_a_file_and_the_address_serves_again(commune, client_for, desk, family):
    camille = family.household.guardians.get()
    page = f"/agent/responsables/{camille.pk}/retirer/"
    assert "seul responsable" in desk.post(page, follow=True).content.decode()
    Guardian.objects.create(household=family.household, first_name="Odile", last_name="R", is_payer=True)
    there, old = client_for(commune, family.user), family.user.email
    assert "n’est plus dans ce dossier" in desk.post(page, follow=True).content.decode()
    assert there.get("/mon-compte/").status_code == 302
    assert not User.objects.filter(email=old).exists()
    family.user.refresh_from_db()
    assert (family.user.is_active, family.user.name) == (False, "Camille Rivière")
