from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.rules.cutoffs import CUTOFF_RULE, Verb
from booking.rules.stages import Stage, decide, decide_stages
from core.calendars import Calendar, DateRange
from core.levels import Level, LevelGroup

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2023, 3, 10, 11, 30, tzinfo=PARIS)
WHERE = {
    "service_start": START,
    "period": (date(2022, 9, 1), date(2023, 7, 7)),
    "calendar": Calendar(),
    "tz": PARIS,
}
NOW = datetime(2023, 3, 6, 9, 0, tzinfo=PARIS)


def stage(key, rule, levels=()):
    return Stage(key=key, label=key, rule=CUTOFF_RULE.validate_python(rule), levels=frozenset(levels))


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("verb", "reason"),
    [
        (Verb.BOOK, "Réservable jusqu’au jeudi 9 mars 2023 à 10:00"),
        (Verb.CHANGE, "Modifiable jusqu’au jeudi 9 mars 2023 à 10:00"),
        (Verb.CANCEL, "Annulable jusqu’au jeudi 9 mars 2023 à 10:00"),
    ],
)
def test_booking_changing_and_cancelling_have_their_own_word(verb, reason):
    rule = CUTOFF_RULE.validate_python({"type": "days_before", "days": 1, "time": "10:00"})
    decision = decide(rule, verb=verb, now=NOW, **WHERE)
    assert (decision.open, decision.reason) == (True, reason)
    passed = decide(rule, verb=verb, now=START - timedelta(hours=2), **WHERE)
    assert (passed.open, plain(passed.reason)) == (False, f"{reason} : le délai est passé")
    assert passed.last_moment == decision.last_moment


def test_a_window_is_closed_before_it_opens():
    rule = CUTOFF_RULE.validate_python(
        {"type": "window", "opens": {"type": "fixed", "at": "2023-03-06T09:01"}}
    )
    before, after = (decide(rule, now=NOW + timedelta(minutes=n), **WHERE) for n in (0, 1))
    assert (before.open, before.reason) == (False, "Réservable à partir du lundi 6 mars 2023 à 09:01")
    assert after.open


def test_a_window_whose_opening_cannot_be_counted_is_closed_with_a_reason():
    rule = CUTOFF_RULE.validate_python(
        {"type": "window", "opens": {"type": "days_before", "days": 1, "count": "school", "time": "08:00"}}
    )
    never_school = Calendar(school_holidays=(DateRange(date(2020, 1, 1), date(2030, 1, 1), "Vacances"),))
    decision = decide(rule, now=NOW, **(WHERE | {"calendar": never_school}))
    assert (decision.open, decision.last_moment) == (False, None)
    assert decision.reason == "Aucun jour d’école dans l’année qui précède le vendredi 10 mars 2023"


def test_what_is_never_possible_says_so():
    decision = decide(CUTOFF_RULE.validate_python({"type": "never"}), now=NOW, **WHERE)
    assert (decision.open, decision.reason) == (False, "Ce n’est pas possible sur le portail")


def test_the_late_stage_is_open_at_once_when_there_is_no_stage_on_time():
    stages = [stage("on_time", {"type": "never"}), stage("late", {"type": "until_start"})]
    decisions = decide_stages(stages, level=Level.CP, now=NOW, **WHERE)
    assert [one.open for one in decisions] == [False, True]


def test_a_stage_for_other_pupils_does_not_hold_back_the_next():
    stages = [
        stage("small", {"type": "until_start"}, LevelGroup.MATERNELLE.levels),
        stage("big", {"type": "until_start"}, LevelGroup.ELEMENTAIRE.levels),
    ]
    decisions = decide_stages(stages, level=Level.CM2, now=NOW, **WHERE)
    assert [(one.stage_key, one.open) for one in decisions] == [("small", False), ("big", True)]
    assert decisions[0].reason == "Réservé aux élèves de l’école maternelle"


def test_a_stage_for_pupils_is_closed_to_a_child_without_level():
    (decision,) = decide_stages(
        [stage("meal", {"type": "until_start"}, [Level.CP])], level=None, now=NOW, **WHERE
    )
    assert (decision.open, decision.reason) == (False, "Réservé aux élèves de CP")


chains = st.lists(
    st.tuples(st.integers(1, 8), st.sampled_from([(), LevelGroup.ELEMENTAIRE.levels])), min_size=1, max_size=4
)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(chains, st.integers(-20, 20 * 24), st.sampled_from([None, Level.GS, Level.CP]))
def test_at_most_one_stage_is_open_and_each_cell_has_its_reason(chain, hours_before, level):
    stages = [
        stage(str(n), {"type": "days_before", "days": days, "time": "10:00"}, levels)
        for n, (days, levels) in enumerate(chain)
    ]
    now = START.astimezone(UTC) - timedelta(hours=hours_before)
    decisions = decide_stages(stages, level=level, now=now, **WHERE)
    assert [one.stage_key for one in decisions] == [one.key for one in stages]
    assert sum(one.open for one in decisions) <= 1
    assert all(one.reason for one in decisions)
    if now >= START:
        assert not any(one.open for one in decisions)
