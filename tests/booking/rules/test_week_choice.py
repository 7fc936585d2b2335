from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from booking.rules.week_choice import WeekRules, period_faults, week_faults
from core.calendars import Calendar

MONDAY = date(2023, 7, 10)
HOLIDAY = Calendar(public_holidays={date(2023, 7, 14): "Fête nationale"})
NAMES = {"matin": "Matin", "midi": "Midi", "repas": "Repas", "apres-midi": "Après-midi", "journee": "Journée"}
WEEK = [MONDAY + timedelta(days=n) for n in range(5)]


def faults(rules, chosen, *, open_days=WEEK, calendar=None):
    choices = {MONDAY + timedelta(days=n): slots for n, slots in chosen.items()}
    found = week_faults(
        WeekRules.model_validate(rules),
        choices,
        monday=MONDAY,
        open_days=open_days,
        calendar=calendar or Calendar(),
        names=NAMES,
    )
    return [one.replace("\u00a0", " ") for one in found]


def mornings(*days):
    return {day: ["matin"] for day in days}


LA_PRAIRIE = {"min_days": 3, "min_days_with_holiday": 2}


def test_three_days_a_week_two_with_a_public_holiday():
    assert faults(LA_PRAIRIE, mornings(0, 1)) == ["Au moins 3 jours par semaine (choisis : 2)"]
    assert faults(LA_PRAIRIE, mornings(0, 1, 2)) == []
    assert faults(LA_PRAIRIE, mornings(0, 1), calendar=HOLIDAY, open_days=WEEK[:4]) == []
    assert faults(LA_PRAIRIE, mornings(0), calendar=HOLIDAY, open_days=WEEK[:4]) == [
        "Au moins 2 jours par semaine (choisis : 1)"
    ]


def test_a_short_week_lowers_the_minimum():
    assert faults({"min_days": 3}, mornings(0), open_days=WEEK[:1]) == []


def test_a_maximum():
    assert faults({"max_days": 2}, mornings(0, 1, 3)) == ["Au plus 2 jours par semaine (choisis : 3)"]


@pytest.mark.parametrize(("days", "good"), [(1, False), (2, True), (3, True), (4, False), (5, True)])
def test_packs_of_two_three_or_five_days(days, good):
    found = faults({"packs": [2, 3, 5]}, mornings(*range(days)))
    assert found == ([] if good else [f"La semaine se réserve par 2, 3 ou 5 jours (choisis : {days})"])


def test_the_whole_pack_of_a_short_week():
    assert faults({"packs": [5]}, mornings(*range(4)), open_days=WEEK[:4]) == []


def test_a_meal_needs_the_midday_slot():
    rules = {"links": [{"slot": "repas", "needs": ["midi", "journee"]}]}
    assert faults(rules, {0: ["repas", "midi"], 1: ["repas", "journee"], 2: ["midi"]}) == []
    assert faults(rules, {0: ["repas", "matin"]}) == ["lun. 10/07/2023 : Repas demande aussi Midi ou Journée"]


def test_slots_that_exclude_each_other():
    rules = {"exclusive": [["matin", "journee"], ["apres-midi", "journee"]]}
    assert faults(rules, {0: ["matin", "apres-midi"]}) == []
    assert faults(rules, {4: ["matin", "journee"]}) == [
        "ven. 14/07/2023 : Matin et Journée ne se réservent pas ensemble"
    ]


WERVICQ = {
    "forms": [
        {
            "label": "Demi-journées",
            "days": {"mon": ["apres-midi"], "tue": ["apres-midi"], "wed": ["apres-midi"], "thu": ["apres-midi"],
                     "fri": ["journee"]},
        },
        {
            "label": "Journées avec repas",
            "days": {day: ["journee", "repas"] for day in ("mon", "tue", "wed", "thu", "fri")},
        },
    ]
}  # fmt: skip


def test_a_composed_week_with_a_full_friday():
    half = {day: ["apres-midi"] for day in range(4)}
    assert faults(WERVICQ, half | {4: ["journee"]}) == []
    assert faults(WERVICQ, {day: ["journee", "repas"] for day in range(5)}) == []
    wanted = ["La semaine se réserve en entier : « Demi-journées » ou « Journées avec repas »"]
    assert faults(WERVICQ, half | {4: ["apres-midi"]}) == wanted
    assert faults(WERVICQ, half) == wanted
    assert faults(WERVICQ, half, open_days=WEEK[:4]) == []


def test_the_same_weekdays_all_year():
    open_days = [MONDAY + timedelta(days=n) for n in range(14) if n % 7 < 5]
    every_monday = {MONDAY + timedelta(weeks=n): ["repas"] for n in range(2)}
    yearly = WeekRules(fixed_weekdays=True)
    assert period_faults(yearly, every_monday, open_days=open_days) == []
    only_once = {MONDAY: ["repas"]}
    assert [one.replace("\u00a0", " ") for one in period_faults(yearly, only_once, open_days=open_days)] == [
        "Le même choix toute la période : le lundi change à partir du lun. 17/07/2023"
    ]
    assert period_faults(yearly, only_once, open_days=WEEK) == []
    assert period_faults(WeekRules(), only_once, open_days=open_days) == []


@pytest.mark.parametrize(
    "rules", [{"min_days": 3, "max_days": 2}, {"min_days_with_holiday": 2}, {"packs": [2], "jours": 3}]
)
def test_impossible_rules_are_refused(rules):
    with pytest.raises(ValidationError):
        WeekRules.model_validate(rules)


@given(
    rules=st.fixed_dictionaries(
        {},
        optional={
            "min_days": st.integers(1, 3),
            "max_days": st.integers(3, 5),
            "packs": st.just([2, 3, 5]),
            "links": st.just([{"slot": "repas", "needs": ["midi"]}]),
            "exclusive": st.just([["matin", "journee"]]),
        },
    ),
    chosen=st.dictionaries(st.integers(0, 4), st.lists(st.sampled_from(list(NAMES)), unique=True)),
)
def test_no_choice_is_always_good_and_rules_only_add_faults(rules, chosen):
    assert faults(rules, {}) == []
    assert faults({}, chosen) == []
    found = faults(rules, chosen)
    alone = [fault for key, value in rules.items() for fault in faults({key: value}, chosen)]
    assert sorted(found) == sorted(alone)
