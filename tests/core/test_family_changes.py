"""What a family changes of its address and of its adults: at once or after an agent, in the same queue as its children."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from core.audit_acts import AuditAct
from core.child_file import Access, DossierField, FileChangeState
from core.clock import frozen
from core.guardian_roles import GuardianRole
from core.models import AuditEntry, FileChange, Guardian, OutgoingMail
from core.queries.own_data import own_data
from core.services.child_file import propose_changes
from tests.factories.child_file import a_policy
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings
from tests.harness.queries import assert_constant_queries

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
INFO = "/mon-compte/informations/"
HOME = f"{INFO}adresse/"
MOVED = {
    "address-0-address": "3 rue des Lilas",
    "address-0-postcode": "30127",
    "address-0-city": "Bellegarde",
}


@pytest.fixture
def family(commune):
    town_settings()
    with frozen(NOW):
        yield a_family(school=None)


@pytest.fixture
def home(commune, client_for, family):
    return client_for(commune, family.user)


@pytest.fixture
def desk(commune, client_for, family):
    return client_for(commune, an_agent())


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode().replace("\u00a0", " ")


def adult_page(guardian: Guardian) -> str:
    return f"{INFO}responsables/{guardian.pk}/"


def test_a_telephone_counts_at_once_and_the_journal_says_who(home, family):
    me = family.user.guardian
    assert adult_page(me) in body(home.get(INFO))
    sent = {"names-0-first_name": "Camille", "names-0-last_name": "Rivière", "phone-0-phone": "0612345678"}
    page = body(home.post(adult_page(me), sent, follow=True))
    assert "Vos informations sont à jour" in page and "06 12 34 56 78" in page
    entry = AuditEntry.objects.get(act=AuditAct.FAMILY_CORRECTED)
    assert (entry.actor_id, entry.before, entry.after) == (
        family.user.pk,
        {"téléphone": ""},
        {"téléphone": "06 12 34 56 78"},
    )
    change = FileChange.objects.get()
    assert (change.guardian, change.state, change.before) == (me, FileChangeState.APPLIED, [])
    wrong = body(home.post(adult_page(me), sent | {"names-0-last_name": "", "phone-0-phone": "12"}))
    assert "Ce champ est obligatoire" in wrong and "Ce n’est pas un numéro de téléphone" in wrong
    assert FileChange.objects.count() == 1


def test_an_address_waits_and_the_desk_says_whether_it_is_in_the_town(home, desk, family):
    wrong = body(home.post(HOME, MOVED | {"address-0-postcode": "3012"}))
    assert "Un code postal a cinq chiffres" in wrong and 'value="3 rue des Lilas"' in wrong
    page = body(home.post(HOME, MOVED, follow=True))
    assert "transmise au service" in page and "En attente de validation" in page
    assert "3 rue des Lilas, 30127, Bellegarde" in page
    assert 'value="3 rue des Lilas"' in body(home.get(HOME))
    change = FileChange.objects.get()
    url = f"/agent/enfants/changements/{change.pk}/"
    assert url in body(desk.get("/agent/enfants/changements/?q=Rivière"))
    asked = body(desk.get(url))
    assert "3 rue des Lilas" in asked and "La famille habite la commune" in asked
    desk.post(url, {"decision": "accepter"})  # the box of the town left empty
    family.household.refresh_from_db()
    assert family.household.address_lines == ["3 rue des Lilas", "30127 Bellegarde"]
    assert not family.household.is_resident
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject.replace("\u00a0", " ")) == (
        family.user.email,
        "Votre dossier : changement enregistré",
    )
    assert "adresse du foyer" in mail.text and "Lilas" not in mail.text and INFO in mail.text
    assert "En attente" not in body(home.get(INFO))
    assert "3 rue des Lilas" in body(desk.get(url))


def test_a_refusal_is_read_where_the_family_asked(home, desk, family):
    home.post(HOME, MOVED)
    change = FileChange.objects.get()
    desk.post(
        f"/agent/enfants/changements/{change.pk}/",
        {"decision": "refuser", "motif": "Il manque un justificatif."},
    )
    page = body(home.get(INFO))
    assert "Changement refusé" in page and "Il manque un justificatif." in page
    family.household.refresh_from_db()
    assert family.household.address == ""


def test_each_changes_oneself_and_who_has_no_account(commune, client_for, home, family):
    other = a_family(school=None, name="Autrui")
    partner, aunt = (
        Guardian.objects.create(
            household=family.household, first_name=name, last_name="Rivière", role=role, is_payer=False
        )
        for name, role in (("Sacha", GuardianRole.CONTACT), ("Odile", GuardianRole.PICKUP))
    )
    account = a_family(school=None, name="Compte").user
    Guardian.objects.filter(user=account).update(user=None)
    Guardian.objects.filter(pk=partner.pk).update(user=account)
    assert home.get(adult_page(aunt)).status_code == 200
    for guardian in (partner, other.user.guardian):
        assert home.get(adult_page(guardian)).status_code == 404
    contact = client_for(commune, account)
    assert contact.get(HOME).status_code == 403
    assert "Modifier l’adresse" not in body(contact.get(INFO))


def test_the_town_says_what_a_family_may_do(home, family):
    a_policy(DossierField.ADDRESS, Access.SHOWN)
    a_policy(DossierField.PHONE, Access.HIDDEN)
    a_policy(DossierField.NAMES, Access.SHOWN)
    page = body(home.get(INFO))
    assert "Non renseignée" in page and "Téléphone</dt>" not in page
    assert HOME not in page and adult_page(family.user.guardian) not in page
    assert home.get(HOME).status_code == home.get(adult_page(family.user.guardian)).status_code == 404


def test_a_change_is_of_one_whose_field_it_is(family):
    for owner, field in ((family.child, DossierField.ADDRESS), (family.household, DossierField.PHONE)):
        change = FileChange.new(owner, field=field, state=FileChangeState.REPLACED, at=NOW, by=family.user)
        with pytest.raises(IntegrityError), transaction.atomic():
            change.save()


def test_a_family_takes_its_changes_away_and_another_never_sees_them(commune, client_for, home, family):
    home.post(HOME, MOVED)
    [table] = [one for one in own_data(family.household) if "hangements" in one.title]
    assert table.rows[0]["Après"][0]["address"] == "3 rue des Lilas"
    other = a_family(school=None, name="Autrui")
    assert "Lilas" not in body(client_for(commune, other.user).get(INFO))
    assert not [one for one in own_data(other.household) if "hangements" in one.title]


def test_the_page_costs_the_same_with_more_adults(home, family):
    def add():
        adult = Guardian.objects.create(
            household=family.household,
            first_name="Odile",
            last_name="Genêt",
            role=GuardianRole.PICKUP,
            is_payer=False,
        )
        values = {DossierField.NAMES: [{"first_name": "Odette", "last_name": "Genêt"}]}
        propose_changes(owner=adult, values=values, by=family.user, now=NOW, today=NOW.date())

    assert_constant_queries(act=lambda: body(home.get(INFO)), add_row=add)
