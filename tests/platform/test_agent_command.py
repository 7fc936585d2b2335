"""``portail agent add``: the first agent of a town, before any mail can leave."""

import re
from contextlib import nullcontext

import pytest
from click.testing import CliRunner, Result

from core.models import OutgoingMail, User
from portail.commands import agent as commands
from tests.factories.people import an_agent
from tests.factories.world import PASSWORD, town_settings


@pytest.fixture
def add(commune, monkeypatch):
    town_settings()
    monkeypatch.setattr(commands, "django_ready", lambda **_: nullcontext())

    def run(email: str, *, slug: str = "bellegarde", name: str = "Lou Martin") -> Result:
        return CliRunner().invoke(
            commands.agent, ["add", slug, "--email", email, "--name", name], standalone_mode=False
        )

    return run


def test_the_first_agent_enters_by_the_link_that_is_printed_and_sent(add, commune, client_for):
    said = add("Lou@mairie.example").stdout
    link = re.search(r"http://bellegarde\.localhost(/activation/\S+)", said).group(1)
    assert link in OutgoingMail.objects.get(to="lou@mairie.example").text
    assert "http://bellegarde.localhost/agent/" in said
    agent = client_for(commune)
    assert agent.post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD})["Location"] == "/agent/"


@pytest.mark.parametrize(
    ("email", "slug", "said"),
    [("pas une adresse", "bellegarde", "adresse"), ("lou@mairie.example", "ailleurs", "Commune inconnue")],
)
def test_what_cannot_be_invited_is_told_in_french(add, email, slug, said):
    result = add(email, slug=slug)
    assert said in result.exception.message
    assert not User.objects.agents().exists()


def test_an_agent_who_has_entered_is_not_invited_again(add):
    assert "a déjà un compte d’agent" in str(add(an_agent().email).exception)
