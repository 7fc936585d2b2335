"""Who enters the desk: invited by a colleague, invited again, blocked; and never by oneself out."""

import re

import pytest

from core import clock
from core.models import OutgoingMail, User
from core.rights import Role
from core.services.agents import AgentBlockedError, AgentKnownError, block_agent, invite_agent
from tests.factories.people import an_agent
from tests.factories.world import PASSWORD, town_settings
from tests.harness.queries import assert_constant_queries

AGENTS = "/agent/agents/"
LOU = {"name": "Lou Martin", "email": "lou@mairie.example", "role": Role.DESK}


@pytest.fixture
def agent(commune) -> User:
    town_settings()
    return an_agent()


@pytest.fixture
def desk(agent, commune, client_for):
    return client_for(commune, agent)


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_colleague_is_invited_and_enters_by_the_agents_door(desk, commune, client_for):
    assert AGENTS in body(desk.get("/agent/organisation/"))
    page = body(desk.post(AGENTS, LOU, follow=True))
    assert "L’invitation part vers lou@mairie.example" in page
    assert "pas encore activé" in page

    mail = OutgoingMail.objects.get()
    assert "compte d’agent" in mail.text
    assert "http://bellegarde.localhost/agent/connexion/" in mail.text
    link = re.search(r"http://bellegarde\.localhost(/activation/\S+)", mail.text).group(1)
    newcomer = client_for(commune)
    assert (
        newcomer.post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD})["Location"] == "/agent/"
    )
    pair = {"username": LOU["email"], "password": PASSWORD}
    assert client_for(commune).post("/agent/connexion/", pair)["Location"] == "/agent/"
    assert client_for(commune).post("/connexion/", pair).status_code == 200, (
        "ce n’est pas un compte de famille"
    )


def test_an_invitation_sent_again_replaces_the_first(desk, commune, client_for):
    desk.post(AGENTS, LOU)
    lou = User.objects.get(email=LOU["email"])
    first = OutgoingMail.objects.get().text
    assert "La précédente ne sert plus" in body(
        desk.post(f"{AGENTS}{lou.pk}/", {"act": "resend"}, follow=True)
    )
    link = re.search(r"http://bellegarde\.localhost(/activation/\S+)", first).group(1)
    assert client_for(commune).get(link).status_code == 410


def test_inviting_again_whoever_never_came_corrects_the_name(agent):
    first = invite_agent(**LOU, by=agent, now=clock.now())
    again = invite_agent(email="LOU@mairie.example", name="Lou Martin-Petit", by=None, now=clock.now())
    assert again.agent == first.agent
    assert User.objects.get(email=LOU["email"]).name == "Lou Martin-Petit"
    assert again.link != first.link


def test_a_known_or_blocked_agent_is_not_invited(agent, desk):
    with pytest.raises(AgentKnownError):
        invite_agent(email=agent.email.upper(), name="Un autre", by=None, now=clock.now())
    assert "a déjà un compte d’agent" in body(
        desk.post(AGENTS, {"name": "X", "email": agent.email, "role": "desk"})
    )
    lou = invite_agent(**LOU, by=agent, now=clock.now()).agent
    block_agent(agent=lou, by=agent, now=clock.now())
    with pytest.raises(AgentBlockedError):
        invite_agent(**LOU, by=agent, now=clock.now())


def test_a_blocked_agent_is_out_at_once_and_never_blocks_oneself(agent, desk, commune, client_for):
    other = an_agent()
    elsewhere = client_for(commune, other)
    assert elsewhere.get("/agent/").status_code == 200
    desk.post(f"{AGENTS}{other.pk}/", {"act": "block"})
    assert elsewhere.get("/agent/").status_code == 302
    pair = {"username": other.email, "password": PASSWORD}
    assert client_for(commune).post("/agent/connexion/", pair).status_code == 200
    desk.post(f"{AGENTS}{other.pk}/", {"act": "unblock"})
    assert elsewhere.get("/agent/").status_code == 200

    refused = body(desk.post(f"{AGENTS}{agent.pk}/", {"act": "block"}, follow=True))
    assert "On ne bloque pas son propre compte" in refused
    agent.refresh_from_db()
    assert agent.is_active
    assert desk.post(f"{AGENTS}{agent.pk}/", {"act": "delete"}).status_code == 404


def test_a_familys_account_is_no_agent_to_act_on(desk, commune):
    from tests.factories.world import a_family

    family = a_family(school=None)
    assert desk.post(f"{AGENTS}{family.user.pk}/", {"act": "block"}).status_code == 404
    assert family.user.email not in body(desk.get(AGENTS))


def test_the_list_of_agents_costs_the_same_for_any_number(desk):
    assert_constant_queries(act=lambda: desk.get(AGENTS), add_row=an_agent)
