"""Each adult of a family has a role, and every family page keeps to it."""

import pytest

from core.guardian_roles import GuardianRole, may_open
from core.models import AuditEntry, Guardian, OutgoingMail
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings


@pytest.fixture
def family(commune):
    town_settings()
    return a_family(school=None)


def said(**changes: str) -> dict[str, str]:
    return {
        "first_name": "Odile",
        "last_name": "Rivière",
        "role": "contact",
        "email": "odile@exemple.fr",
        "phone": "",
    } | changes


def test_a_guardian_invites_a_contact_who_looks_and_changes_nothing(commune, client_for, family):
    client = client_for(commune, family.user)
    client.post("/mon-compte/informations/", said())
    odile = Guardian.objects.get(first_name="Odile")
    assert (odile.role, odile.is_payer, odile.household) == (GuardianRole.CONTACT, False, family.household)
    assert AuditEntry.objects.get(act="family_corrected", subject_name="Odile Rivière").after["Paie"] == "non"
    assert "/activation/" in OutgoingMail.objects.get(to="odile@exemple.fr").text
    grandmother = client_for(commune, odile.user)
    page = grandmother.get("/mon-compte/").content.decode()
    assert "consulte seulement" in page
    assert "Mes documents" not in page
    assert "Ajouter une personne" not in grandmother.get("/mon-compte/informations/").content.decode()
    for path in ("/panier/", "/mon-compte/donnees/", f"/mon-compte/enfants/{family.child.pk}/dossier/"):
        answer = grandmother.get(path)
        assert answer.status_code == 403
        assert "adressez-vous à Camille Rivière" in answer.content.decode()
    assert grandmother.post("/mon-compte/informations/", said(first_name="Intrus")).status_code == 403
    assert grandmother.get("/mon-compte/notifications/").status_code == 200


def test_a_new_page_is_closed_to_contacts_until_somebody_decides():
    assert not may_open(GuardianRole.CONTACT, "page_of_tomorrow", "GET")
    assert may_open(GuardianRole.MANAGER, "page_of_tomorrow", "POST")
    assert not may_open(GuardianRole.PICKUP, "account", "GET")


def test_an_invitation_tells_nothing_of_who_is_known(commune, client_for, family):
    other = a_family(school=None, name="Autrui")
    client = client_for(commune, family.user)
    pages = [
        client.post("/mon-compte/informations/", said(email=email), follow=True).content.decode()
        for email in (other.user.email, "inconnue@exemple.fr")
    ]
    assert all("Si " in page and "une invitation y part" in page for page in pages)
    assert not OutgoingMail.objects.filter(to=other.user.email).exists()


def test_what_is_missing_is_said_beside(commune, client_for, family):
    client = client_for(commune, family.user)
    for wrong, sentence in (
        (said(email=""), "Il faut une adresse mail"),
        (said(role="pickup", email=""), "Donnez un téléphone"),
        (said(phone="12"), "pas un numéro de téléphone"),
    ):
        assert sentence in client.post("/mon-compte/informations/", wrong).content.decode()
    assert family.household.guardians.count() == 1


def test_an_agent_changes_a_role_and_a_file_keeps_a_manager(commune, client_for, family):
    desk = client_for(commune, an_agent())
    page = f"/agent/familles/{family.household.pk}/personnes/"
    desk.post(page, said(role="pickup", email="", phone="0612345678"))
    uncle = Guardian.objects.get(first_name="Odile")
    assert (uncle.user, uncle.phone) == (None, "06 12 34 56 78")
    opened = desk.post(f"/agent/responsables/{uncle.pk}/compte/", {"email": "odile@exemple.fr"}, follow=True)
    assert "donnez-lui d’abord un autre rôle" in opened.content.decode()
    camille = family.household.guardians.get(first_name="Camille")
    change = f"/agent/responsables/{camille.pk}/role/"
    assert "seul responsable" in desk.post(change, {"role": "contact"}, follow=True).content.decode()
    desk.post(f"/agent/responsables/{uncle.pk}/role/", {"role": "manager", "is_payer": "on"})
    desk.post(change, {"role": "contact", "is_payer": "on"})
    camille.refresh_from_db()
    uncle.refresh_from_db()
    assert (camille.role, camille.is_payer) == (GuardianRole.CONTACT, False)
    assert (uncle.role, uncle.is_payer) == (GuardianRole.MANAGER, True)
    written = desk.get("/agent/journal/?acte=guardian_role&q=Odile").content.decode()
    assert "<dt>Paie</dt><dd>non → oui</dd>" in written


def test_the_second_parent_of_the_file_gets_an_account_and_is_not_written_twice(commune, client_for, family):
    sacha = Guardian.objects.create(
        household=family.household, first_name="Sacha", last_name="Rivière", is_payer=True
    )
    client = client_for(commune, family.user)
    page = "/mon-compte/informations/"
    assert "Inviter Sacha à ouvrir son compte" in client.get(page).content.decode()
    asked = client.get(page, {"personne": sacha.pk}).content.decode()
    assert 'value="Sacha"' in asked
    assert '<details class="legend" id="ajouter" open>' in asked
    client.post(page, said(first_name="SACHA", last_name="Riviere", email="sacha@exemple.fr"))
    sacha.refresh_from_db()
    assert (sacha.email, sacha.role, sacha.is_payer) == ("sacha@exemple.fr", GuardianRole.MANAGER, True)
    assert sacha.user is not None
    assert family.household.guardians.count() == 2
    again = client.post(page, said(first_name="Sacha", email="autre@exemple.fr")).content.decode()
    assert "Sacha Rivière est déjà dans ce dossier, avec un compte." in again
    other = a_family(school=None, name="Autrui").household.guardians.create(
        first_name="Alix", last_name="Autrui"
    )
    assert "Alix" not in client.get(page, {"personne": other.pk}).content.decode()
