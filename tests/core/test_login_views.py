"""Signing in and out: the door says nothing of who exists, keeps what was typed, and goes where one was going."""

import pytest

from core.models import User
from tests.factories.people import an_agent
from tests.factories.world import PASSWORD, a_family, town_settings


@pytest.fixture
def family(commune):
    town_settings()
    return a_family(school=None)


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_a_family_signs_in_and_reaches_its_account(commune, client_for, family):
    client = client_for(commune)
    answer = client.post("/connexion/", {"username": family.user.email.upper(), "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"] == "/mon-compte/"
    assert signed_in(client)


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/panier/", "/panier/"),
        ("https://pirate.example/", "/mon-compte/"),
        ("//pirate.example", "/mon-compte/"),
        ("nulle-part", "/mon-compte/"),
    ],
)
def test_after_signing_in_one_goes_where_one_was_going_on_this_host_only(
    commune, client_for, family, wanted, reached
):
    answer = client_for(commune).post(
        "/connexion/", {"username": family.user.email, "password": PASSWORD, "next": wanted}
    )
    assert answer["Location"] == reached


def test_the_same_words_for_a_wrong_password_and_for_an_unknown_address(commune, client_for, family):
    pages = []
    for email in (family.user.email, "inconnu@exemple.fr"):
        answer = client_for(commune).post("/connexion/", {"username": email, "password": "pas-le-bon"})
        page = answer.content.decode()
        assert f'value="{email}"' in page
        assert "pas-le-bon" not in page
        pages.append(page.replace(email, "X").split("Connexion</button>")[0].split("<form")[-1])
    known, unknown = pages
    assert "ne vont pas ensemble" in known
    assert without_token(known) == without_token(unknown)


def without_token(page: str) -> str:
    return "".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_after_six_failures_the_door_closes_for_a_quarter_of_an_hour_known_or_not(
    commune, client_for, family
):
    for email in (family.user.email, "inconnu@exemple.fr"):
        client = client_for(commune)
        for _ in range(6):
            answer = client.post("/connexion/", {"username": email, "password": "faux"})
        assert answer.status_code == 429
        assert "Trop d’essais" in answer.content.decode()
        right = client.post("/connexion/", {"username": email, "password": PASSWORD})
        assert right.status_code == 429
        assert not signed_in(client)


def test_each_kind_of_account_has_its_own_door(commune, client_for, family):
    agent = an_agent()
    through_the_wrong_door = client_for(commune)
    through_the_wrong_door.post("/connexion/", {"username": agent.email, "password": PASSWORD})
    assert not signed_in(through_the_wrong_door)

    client = client_for(commune)
    client.post("/agent/connexion/", {"username": family.user.email, "password": PASSWORD})
    assert not signed_in(client)
    answer = client.post("/agent/connexion/", {"username": agent.email, "password": PASSWORD})
    assert answer["Location"] == "/agent/"


def test_a_closed_account_does_not_enter(commune, client_for, family):
    User.objects.update(is_active=False)
    client = client_for(commune)
    client.post("/connexion/", {"username": family.user.email, "password": PASSWORD})
    assert not signed_in(client)


def test_signing_out_asks_for_a_post(commune, client_for, family):
    client = client_for(commune, family.user)
    assert client.get("/deconnexion/").status_code == 405
    assert signed_in(client)
    assert client.post("/deconnexion/")["Location"] == "/"
    assert not signed_in(client)


def test_a_private_page_sends_to_the_right_door_and_comes_back(commune, client_for, family):
    client = client_for(commune)
    assert client.get("/mon-compte/informations/")["Location"] == "/connexion/?next=/mon-compte/informations/"
    page = client.get("/connexion/?next=/mon-compte/informations/").content.decode()
    assert 'value="/mon-compte/informations/"' in page


def test_an_agent_at_the_families_door_is_shown_the_right_one_and_a_stranger_learns_nothing(
    commune, client_for, family
):
    agent = an_agent()
    pages = []
    for email in (agent.email, "inconnu@exemple.fr"):
        answer = client_for(commune).post("/connexion/", {"username": email, "password": PASSWORD})
        pages.append(without_token(answer.content.decode().replace(email, "X")))
    assert '<a href="/agent/connexion/">Espace agents</a>' in pages[0]
    assert "Agent de la commune ?" in pages[0]
    assert pages[0] == pages[1]
    assert '<a href="/agent/connexion/">Espace agents</a>' in client_for(commune).get("/").content.decode()


def test_no_cache_keeps_what_a_signed_in_person_was_shown(commune, client_for, family):
    client = client_for(commune, family.user)
    assert client.get("/mon-compte/informations/")["Cache-Control"] == "private, no-store"
    assert client.get("/theme.css")["Cache-Control"] == "max-age=300"
    assert "Cache-Control" not in client_for(commune).get("/contact/")
