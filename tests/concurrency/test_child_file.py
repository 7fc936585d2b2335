"""Two parents and two agents on one child's file at the same instant: one wish waits, one decision counts."""

from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import IntegrityError

from core.child_file import DossierField, FileChangeState
from core.models import ChildMeal, FileChange, OutgoingMail
from core.services import child_file
from core.services.child_file import (
    ChangeDecidedError,
    Proposed,
    accept_change,
    propose_changes,
    refuse_change,
)
from tests.factories.child_file import some_meals
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings
from tests.harness.threads import run_together

pytestmark = pytest.mark.concurrency

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


@pytest.fixture
def family(transactional_db, commune):
    town_settings()
    some_meals()
    return a_family(school=None)


def propose(family, code: str) -> Proposed:
    return propose_changes(
        owner=family.child,
        values={DossierField.MEAL: [{"meal": code}]},
        by=family.user,
        now=NOW,
        today=NOW.date(),
    )


def test_without_the_lock_one_of_two_wishes_is_lost(family, monkeypatch):
    both_are_here = Barrier(2)
    known = child_file._known

    def read_together(*args):
        values = known(*args)
        both_are_here.wait(timeout=30)
        return values

    monkeypatch.setattr(child_file, "_lock", lambda owner: owner)
    monkeypatch.setattr(child_file, "_known", read_together)
    outcomes = run_together([lambda: propose(family, "sans-viande"), lambda: propose(family, "panier")])
    assert [type(outcome) for outcome in outcomes].count(IntegrityError) == 1


def test_two_wishes_at_once_follow_each_other(family):
    outcomes = run_together([lambda: propose(family, "sans-viande"), lambda: propose(family, "panier")])
    assert all(isinstance(outcome, Proposed) for outcome in outcomes)
    assert sorted(FileChange.objects.values_list("state", flat=True)) == ["pending", "replaced"]


def test_a_change_is_decided_once(family):
    [change] = propose(family, "sans-viande").waiting
    agents = [an_agent(), an_agent()]
    outcomes = run_together(
        [
            lambda: accept_change(change=change, by=agents[0], now=NOW, valid_from=NOW.date()),
            lambda: refuse_change(change=change, reason="Non.", by=agents[1], now=NOW),
        ]
    )
    assert [type(outcome) for outcome in outcomes].count(ChangeDecidedError) == 1
    accepted = FileChange.objects.get().state == FileChangeState.APPLIED
    assert (ChildMeal.objects.count(), OutgoingMail.objects.count()) == (int(accepted), 1)
