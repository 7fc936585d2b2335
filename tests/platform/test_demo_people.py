"""The demo's people: families that could receive a paper invoice, and a door for each account."""

from core.models import CommuneSettings, Household
from portail.demo.homes import HOMES
from portail.demo.people import _move_in, account
from tests.factories.world import a_school, town_settings


def test_a_family_of_the_demo_has_the_full_address_of_its_town(commune):
    town_settings()
    a_school()
    _move_in(HOMES["bellegarde"][0])
    town = CommuneSettings.objects.get()
    household = Household.objects.get(number="F00001")
    assert household.address_lines == ["12 rue des Oliviers", f"{town.postcode} {town.city}"]


def test_an_account_is_announced_with_its_own_door():
    assert account("Famille", "famille@bellegarde.example", "bellegarde")["path"] == "/"
    assert account("Agent", "agent@bellegarde.example", "bellegarde", path="/agent/")["path"] == "/agent/"
