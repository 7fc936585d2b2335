"""First login, forgotten password, new address: by mail, by link, and never with a password anyone else has seen."""

import re
from datetime import timedelta

import pytest

from core import clock
from core.models import Guardian, OutgoingMail, User
from core.services.accounts import (
    EmailTakenError,
    create_family_account,
    send_activation,
    set_provisional_password,
)
from tests.factories.people import an_agent
from tests.factories.world import PASSWORD, a_family, town_settings

NEW = "trois petits cochons"


@pytest.fixture
def family(commune):
    town_settings()
    return a_family(school=None)


@pytest.fixture
def newcomer(commune) -> User:
    """A family whose account has just been opened by the office."""
    town_settings()
    guardian = Guardian.objects.get(user=a_family(school=None).user)
    Guardian.objects.update(user=None)
    User.objects.all().delete()
    return create_family_account(
        guardian=guardian, email="nouvelle@exemple.fr", by=an_agent(), now=clock.now()
    )


def link_of(mail: OutgoingMail) -> str:
    return re.search(r"http://bellegarde\.localhost(/\S+)", mail.text).group(1)


def passwords(password: str = NEW) -> dict[str, str]:
    return {"new_password1": password, "new_password2": password}


def can_enter(client, email: str, password: str) -> bool:
    return client.post("/connexion/", {"username": email, "password": password}).status_code == 302


def test_the_office_opens_an_account_and_the_person_alone_chooses_the_password(commune, client_for, newcomer):
    mail = OutgoingMail.objects.get()
    assert mail.to == "nouvelle@exemple.fr"
    assert "choisissez votre mot de passe" in mail.subject
    assert not newcomer.is_activated

    client = client_for(commune)
    page = client.get(link_of(mail)).content.decode()
    assert "nouvelle@exemple.fr" in page
    answer = client.post(link_of(mail), passwords())
    assert answer["Location"] == "/mon-compte/"
    newcomer.refresh_from_db()
    assert newcomer.is_activated
    assert newcomer.check_password(NEW)
    assert "_auth_user_id" in client.session


def test_an_activation_link_serves_once_and_dies_after_three_days(commune, client_for, newcomer):
    link = link_of(OutgoingMail.objects.get())
    with clock.frozen(clock.now() + timedelta(days=3, minutes=1)):
        assert client_for(commune).get(link).status_code == 410
    client_for(commune).post(link, passwords())
    late = client_for(commune).post(link, passwords("un autre mot de passe"))
    assert late.status_code == 410
    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW)


def test_a_new_activation_mail_ends_the_one_before(commune, client_for, newcomer):
    first = link_of(OutgoingMail.objects.get())
    send_activation(user=newcomer, now=clock.now())
    second = link_of(OutgoingMail.objects.exclude(text__contains=first).get())
    dead = client_for(commune).get(first)
    assert dead.status_code == 410
    assert "un message plus récent l’a remplacé" in dead.content.decode()
    assert client_for(commune).post(second, passwords())["Location"] == "/mon-compte/"


def test_a_new_activation_mail_ends_a_provisional_password(commune, client_for, newcomer):
    set_provisional_password(user=newcomer, by=an_agent(), now=clock.now())
    password = re.search(r"mot de passe provisoire\s: (\S+)", OutgoingMail.objects.first().text).group(1)
    assert can_enter(client_for(commune), newcomer.email, password)
    send_activation(user=newcomer, now=clock.now())
    assert not can_enter(client_for(commune), newcomer.email, password)


def test_a_dead_link_can_be_sent_again_by_the_person(commune, client_for, newcomer):
    answer = client_for(commune).post("/mot-de-passe-oublie/", {"email": "Nouvelle@exemple.fr"})
    assert answer["Location"] == "/mot-de-passe-oublie/envoye/"
    again = OutgoingMail.objects.first()
    assert "/activation/" in again.text
    assert client_for(commune).get(link_of(again)).status_code == 200


def test_two_accounts_never_share_an_address(commune, newcomer):
    guardian = Guardian.objects.create(
        household=newcomer.guardian.household, first_name="Sacha", last_name="Rivière"
    )
    with pytest.raises(EmailTakenError):
        create_family_account(guardian=guardian, email="NOUVELLE@exemple.fr", by=an_agent(), now=clock.now())
    guardian.refresh_from_db()
    assert guardian.user is None
    assert OutgoingMail.objects.count() == 1


def test_a_provisional_password_goes_by_mail_and_must_be_changed_at_once(commune, client_for, family):
    set_provisional_password(user=family.user, by=an_agent(), now=clock.now())
    mail = OutgoingMail.objects.get()
    password = re.search(r"mot de passe provisoire\s: (\S+)", mail.text).group(1)
    assert mail.to == family.user.email

    client = client_for(commune)
    assert not can_enter(client, family.user.email, PASSWORD)
    assert can_enter(client, family.user.email, password)
    assert client.get("/mon-compte/informations/")["Location"] == "/mon-compte/mot-de-passe/"
    page = client.get("/mon-compte/mot-de-passe/").content.decode()
    assert "Mot de passe actuel" not in page
    client.post("/mon-compte/mot-de-passe/", passwords())
    assert client.get("/mon-compte/informations/").status_code == 200
    family.user.refresh_from_db()
    assert (family.user.must_change_password, family.user.provisional_until) == (False, None)


def test_a_provisional_password_ends_after_three_days(commune, client_for, family):
    set_provisional_password(user=family.user, by=an_agent(), now=clock.now() - timedelta(days=3, minutes=1))
    password = re.search(r"mot de passe provisoire\s: (\S+)", OutgoingMail.objects.get().text).group(1)
    assert not can_enter(client_for(commune), family.user.email, password)


def test_a_forgotten_password_is_replaced_by_a_link(commune, client_for, family):
    client = client_for(commune)
    client.post("/mot-de-passe-oublie/", {"email": family.user.email})
    link = link_of(OutgoingMail.objects.get())
    assert "/mot-de-passe/" in link
    assert client.post(link, passwords())["Location"] == "/mon-compte/"
    assert can_enter(client_for(commune), family.user.email, NEW)
    assert client_for(commune).get(link).status_code == 410


def test_known_or_not_the_page_says_the_same_and_a_mail_leaves(commune, client_for, family):
    answers = [
        client_for(commune).post("/mot-de-passe-oublie/", {"email": email}, follow=True).content
        for email in (family.user.email, "inconnue@exemple.fr")
    ]
    assert answers[0] == answers[1]
    unknown, known = OutgoingMail.objects.all()[:2]
    assert unknown.to == "inconnue@exemple.fr"
    assert "Aucun compte" in unknown.subject
    assert "/mot-de-passe/" not in unknown.text
    assert known.to == family.user.email


def test_nobody_can_flood_a_mailbox(commune, client_for, family):
    for _ in range(7):
        answer = client_for(commune).post("/mot-de-passe-oublie/", {"email": family.user.email})
        assert answer["Location"] == "/mot-de-passe-oublie/envoye/"
    assert OutgoingMail.objects.count() == 4


def test_a_link_of_one_account_opens_no_other(commune, client_for, family):
    other = a_family(school=None, name="Durand")
    client_for(commune).post("/mot-de-passe-oublie/", {"email": family.user.email})
    link = link_of(OutgoingMail.objects.get())
    stolen = link.replace(f"/{family.user.pk}/", f"/{other.user.pk}/")
    assert client_for(commune).post(stolen, passwords()).status_code == 410
    as_activation = link.replace("/mot-de-passe/", "/activation/")
    assert client_for(commune).post(as_activation, passwords()).status_code == 410


def test_changing_the_password_asks_for_the_old_one_and_keeps_the_session(commune, client_for, family):
    client = client_for(commune, family.user)
    wrong = client.post("/mon-compte/mot-de-passe/", {"old_password": "faux", **passwords()})
    assert "Ce n’est pas votre mot de passe actuel" in wrong.content.decode()
    weak = client.post("/mon-compte/mot-de-passe/", {"old_password": PASSWORD, **passwords("court")})
    assert weak.status_code == 200
    client.post("/mon-compte/mot-de-passe/", {"old_password": PASSWORD, **passwords()})
    assert client.get("/mon-compte/informations/").status_code == 200
    assert OutgoingMail.objects.get().subject == "Votre mot de passe a changé"
    family.user.refresh_from_db()
    assert family.user.check_password(NEW)


def test_a_new_login_counts_once_its_mailbox_has_answered(commune, client_for, family):
    old = family.user.email
    client = client_for(commune, family.user)
    client.post("/mon-compte/adresse/", {"new_email": "neuve+foyer@exemple.fr", "password": PASSWORD})
    mail = OutgoingMail.objects.get()
    assert mail.to == "neuve+foyer@exemple.fr"
    family.user.refresh_from_db()
    assert family.user.email == old

    elsewhere = client_for(commune)
    assert "neuve+foyer@exemple.fr" in elsewhere.get(link_of(mail)).content.decode()
    family.user.refresh_from_db()
    assert family.user.email == old, "ouvrir le lien ne suffit pas : un robot de messagerie les ouvre tous"
    elsewhere.post(link_of(mail))
    family.user.refresh_from_db()
    assert family.user.email == "neuve+foyer@exemple.fr"
    assert family.user.guardian.email == "neuve+foyer@exemple.fr"
    told = OutgoingMail.objects.first()
    assert (told.to, told.subject) == (old, "Votre identifiant a changé")
    assert can_enter(client_for(commune), "neuve+foyer@exemple.fr", PASSWORD)
    assert client_for(commune).get(link_of(mail)).status_code == 410


def test_asking_for_an_address_that_has_an_account_tells_nothing_on_the_page(commune, client_for, family):
    other = a_family(school=None, name="Durand")
    said = []
    for address in (other.user.email, "libre@exemple.fr"):
        client = client_for(commune, family.user)
        client.post("/mon-compte/adresse/", {"new_email": address, "password": PASSWORD})
        said.append(
            client.get("/mon-compte/adresse/")
            .content.decode()
            .split('id="messages"')[1]
            .replace(address, "X")[:300]
        )
    assert said[0] == said[1]
    assert "/adresse/" not in OutgoingMail.objects.get(to=other.user.email).text


def test_a_forged_address_link_changes_nothing(commune, client_for, family):
    client = client_for(commune, family.user)
    client.post("/mon-compte/adresse/", {"new_email": "neuve@exemple.fr", "password": PASSWORD})
    link = link_of(OutgoingMail.objects.get())
    _, _, user_id, _, token, _ = link.split("/")
    forged = f"/adresse/{user_id}/cGlyYXRlQGV4ZW1wbGUuZnI/{token}/"
    assert client_for(commune).post(forged).status_code == 410
    assert client_for(commune).get(f"/adresse/{user_id}/A/{token}/").status_code == 404


def test_the_family_reads_its_file(commune, client_for, family):
    page = client_for(commune, family.user).get("/mon-compte/informations/").content.decode()
    assert "Consultation des informations famille" in page
    for word in (family.household.number, "Camille Rivière", "Jade Rivière", "04/05/2017", "CE2"):
        assert word in page
