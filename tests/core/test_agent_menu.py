from django.urls import reverse

from core.agent_menu import SECTIONS, entry_of, menu_at
from tests.tenancy.test_every_url import AGENT


def test_every_page_of_the_desk_is_under_an_entry_of_the_menu():
    assert [page for page in sorted(AGENT) if entry_of(page) is None] == []
    assert {entry.page for section in SECTIONS for entry in section.entries} <= AGENT


def test_the_menu_says_where_one_is():
    menu = menu_at("agent_child_changes")
    assert [(link.label, link.url) for link in menu.sections if link.current] == [
        ("Familles", reverse("agent_families"))
    ]
    assert [link.label for link in menu.pages if link.current] == ["Changements demandés"]
    assert [link.label for link in menu_at("agent_child").pages if link.current] == ["Enfants"]
