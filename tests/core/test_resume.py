"""A long text typed while the session ended: back in its form once its author has signed in, sent by nobody else."""

import re
from uuid import uuid4

import pytest

from core.clock import now
from core.models import ContactSubject, ConversationMessage
from core.services.conversations import ask_the_office
from tests.factories.people import an_agent
from tests.factories.world import a_family, a_school, town_settings

NEW = "/mes-messages/nouveau/"
LONG = "Bonjour, ma fille mangera à la cantine tous les jours de la semaine prochaine."


@pytest.fixture
def family(commune):
    town_settings()
    return a_family(school=a_school())


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def typed(browser, page: str, **values: object) -> dict[str, object]:
    """What the page sends back, its hidden boxes with it."""
    hidden = re.findall(r'type="hidden" name="(auteur|nonce)" value="([^"]+)"', body(browser.get(page)))
    return dict(hidden) | values


def test_a_message_waits_in_its_form_and_goes_when_its_author_says_so(commune, client_for, family):
    subject = ContactSubject.objects.create(code="cantine", label="Cantine", service="Restauration")
    browser = client_for(commune, family.user)
    sent = typed(browser, NEW, body=LONG, subject=subject.pk, child=family.child.pk)
    browser.session.flush()
    login = browser.post(NEW, sent)
    assert login.status_code == 302 and "ce que vous venez d’écrire est gardé" in body(browser.get(login.url))
    browser.force_login(family.user)
    form = body(browser.get(NEW))
    assert LONG in form and "Ce que vous aviez écrit avant la fin" in form
    assert f'<option value="{family.child.pk}" selected>' in form
    assert not ConversationMessage.objects.exists()
    assert LONG not in body(browser.get(NEW))  # given back once
    assert browser.post(NEW, sent).status_code == 302
    assert ConversationMessage.objects.get().body == LONG


def test_an_agent_s_answer_is_not_lost_either(commune, client_for, family):
    asked = ask_the_office(
        household=family.household, subject=None, child=None, about=None, body="Bonjour", by=family.user,
        nonce=uuid4(), now=now(),
    )  # fmt: skip
    agent, page = an_agent(), f"/agent/messages/{asked.pk}/"
    browser = client_for(commune, agent)
    sent = typed(browser, page, body=LONG, act="repondre")
    browser.session.flush()
    browser.post(page, sent)
    browser.force_login(agent)
    assert LONG in body(browser.get(page))
    assert ConversationMessage.objects.count() == 1


def test_nobody_else_reads_it_on_the_same_browser(commune, client_for, family):
    browser = client_for(commune, family.user)
    sent = typed(browser, NEW, body=LONG)
    browser.session.flush()
    browser.post(NEW, sent)
    browser.force_login(a_family(school=None, name="Autrui").user)
    assert LONG not in body(browser.get(NEW))
    # Without its author's own page, nothing is kept.
    stranger = client_for(commune)
    stranger.post(NEW, {"body": LONG, "auteur": str(family.user.pk)})
    stranger.force_login(family.user)
    assert LONG not in body(stranger.get(NEW))
