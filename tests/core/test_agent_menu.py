from uuid import uuid4

from django.urls import reverse

from core.agent_menu import SECTIONS, entry_of, menu_at
from core.clock import now
from core.enums import ConversationState
from core.queries.conversations import forget_shown
from core.rights import Given, Rights, Role, ScopeKind, rights_from
from core.services.conversations import ask_as_visitor, set_state
from tests.factories.people import an_agent
from tests.factories.world import town_settings
from tests.tenancy.test_every_url import AGENT


def test_every_page_of_the_desk_is_under_an_entry_of_the_menu():
    assert [page for page in sorted(AGENT) if entry_of(page) is None] == []
    assert {entry.page for section in SECTIONS for entry in section.entries} <= AGENT


def rights(role: Role) -> Rights:
    return rights_from([Given(role=role, kind=ScopeKind.TOWN)])


def test_the_menu_shows_only_what_a_role_opens():
    assert [link.label for link in menu_at("agent_home", rights(Role.LEADER)).sections] == [
        "Accueil",
        "Présences",
    ]
    menu = menu_at("agent_attendance", rights(Role.LEADER))
    assert [link.label for link in menu.current.pages] == ["Pointage", "Repas"]


def test_the_menu_says_where_one_is():
    menu = menu_at("agent_child_changes", rights(Role.ADMIN))
    assert [(link.label, link.url) for link in menu.sections if link.current] == [
        ("Familles", reverse("agent_families"))
    ]
    assert [link.label for link in menu.current.pages if link.current] == ["Changements demandés"]
    child = menu_at("agent_child", rights(Role.ADMIN)).current
    assert [link.label for link in child.pages if link.current] == ["Enfants"]


def test_a_section_of_one_page_is_a_plain_link():
    sections = menu_at("agent_home", rights(Role.LEADER)).sections
    assert [(one.label, [page.label for page in one.pages]) for one in sections] == [
        ("Accueil", []),
        ("Présences", ["Pointage", "Repas"]),
    ]


def test_the_menu_tells_how_many_messages_wait_for_the_office(
    commune, client_for, django_capture_on_commit_callbacks
):
    town_settings()
    forget_shown()
    desk = client_for(commune, an_agent())
    told = '1<span class="vh"> à répondre</span>'
    assert told not in desk.get("/agent/familles/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        asked = ask_as_visitor(
            subject=None,
            name="Sam",
            email="sam@exemple.fr",
            phone="",
            message="Où ?",
            nonce=uuid4(),
            now=now(),
        )
    for path in ("/agent/familles/", "/agent/"):
        assert desk.get(path).content.decode().count(told) == 2, "sur la rubrique et sur sa page"
    assert told not in client_for(commune, an_agent(roles=[Role.LEADER])).get("/agent/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        set_state(conversation=asked, state=ConversationState.CLOSED, by=an_agent(), now=now())
    assert told not in desk.get("/agent/familles/").content.decode()
