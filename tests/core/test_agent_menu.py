from django.urls import reverse

from core.agent_menu import SECTIONS, entry_of, menu_at
from core.rights import Given, Rights, Role, ScopeKind, rights_from
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
    assert [link.label for link in menu.pages] == ["Pointage", "Repas"]


def test_the_menu_says_where_one_is():
    menu = menu_at("agent_child_changes", rights(Role.ADMIN))
    assert [(link.label, link.url) for link in menu.sections if link.current] == [
        ("Familles", reverse("agent_families"))
    ]
    assert [link.label for link in menu.pages if link.current] == ["Changements demandés"]
    assert [link.label for link in menu_at("agent_child", rights(Role.ADMIN)).pages if link.current] == [
        "Enfants"
    ]
