"""« Mes notifications », and the link that stops a reminder."""

import pytest
from django.urls import reverse

from core.enums import NotificationKind
from core.notification_links import stop_path
from core.queries.notifications import readers, wanted_kinds
from tests.factories.world import a_family, town_settings
from tests.harness.clients import TownClient


@pytest.fixture
def family(commune):
    town_settings()
    return a_family(school=None)


@pytest.fixture
def browser(commune, family):
    return TownClient(commune, family.user)


def test_everything_is_wanted_until_the_family_chooses(family):
    assert wanted_kinds(family.user) == list(NotificationKind)
    assert list(readers([family.household.pk], NotificationKind.CUTOFF)) == [family.user]


def test_the_choices_are_kept_and_can_be_changed(family, browser):
    page = reverse("notifications")
    assert browser.get(page).content.decode().count(" checked") == len(NotificationKind)
    browser.post(page, {"rappels": ["draft"]})
    assert wanted_kinds(family.user) == [NotificationKind.DRAFT]
    browser.post(page, {"rappels": ["draft", "cutoff"]})
    assert wanted_kinds(family.user) == [NotificationKind.CUTOFF, NotificationKind.DRAFT]
    assert browser.get(page).content.decode().count(" checked") == 2


def test_a_link_stops_one_kind_without_signing_in_and_only_when_confirmed(commune, family):
    visitor = TownClient(commune)
    link = stop_path(family.user, NotificationKind.CUTOFF)
    assert "Ne plus les recevoir" in visitor.get(link).content.decode()
    assert wanted_kinds(family.user) == list(NotificationKind)
    assert "Vous ne recevrez plus ces courriels" in visitor.post(link).content.decode()
    assert NotificationKind.CUTOFF not in wanted_kinds(family.user)
    assert len(wanted_kinds(family.user)) == len(NotificationKind) - 1


def test_a_mail_program_stops_it_in_one_request_without_a_token_of_ours(commune, family):
    visitor = TownClient(commune, enforce_csrf_checks=True)
    link = stop_path(family.user, NotificationKind.CUTOFF)
    assert visitor.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert NotificationKind.CUTOFF not in wanted_kinds(family.user)


def test_a_link_that_is_cut_stops_nothing(commune, family):
    link = stop_path(family.user, NotificationKind.CUTOFF)
    response = TownClient(commune).post(f"{link.rstrip('/')[:-2]}/")
    assert response.status_code == 404
    assert wanted_kinds(family.user) == list(NotificationKind)


def test_a_link_of_another_town_stops_nothing(family, other_commune):
    link = stop_path(family.user, NotificationKind.CUTOFF)
    assert TownClient(other_commune).post(link).status_code == 404
