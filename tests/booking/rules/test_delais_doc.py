"""The tables of docs/algorithms/delais.md are true."""

import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from booking.rules.cutoffs import CUTOFF_RULE, Verb, describe, last_moment
from booking.rules.stages import Stage, decide_stages
from core.calendars import HolidayRegion, SchoolZone, build_calendar
from core.levels import Level, LevelGroup

PARIS = ZoneInfo("Europe/Paris")
PERIOD = (date(2022, 9, 1), date(2023, 7, 7))
CALENDAR = build_calendar(
    zone=SchoolZone.C, region=HolidayRegion.METROPOLE, start=PERIOD[0], end=date(2023, 12, 31)
)
DOC = Path(__file__).parents[3] / "docs" / "algorithms" / "delais.md"


def plain(text):
    return text.replace("\u00a0", " ")


def table(title):
    """The rows of the first table under the heading `title`."""
    section = plain(DOC.read_text(encoding="utf-8")).split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]
    assert rows
    return rows


def rule_of(cell):
    return CUTOFF_RULE.validate_python(json.loads(cell.strip("`")))


@pytest.mark.parametrize(
    ("case", "rule", "start", "expected"),
    [*table("Règles publiées, calculées"), *table("Fériés, vacances, décalages")],
)
def test_last_moments(case, rule, start, expected):
    last = last_moment(
        rule_of(rule),
        service_start=datetime.fromisoformat(start).replace(tzinfo=PARIS),
        period=PERIOD,
        calendar=CALENDAR,
        tz=PARIS,
    )
    assert (f"{last.at:%Y-%m-%d %H:%M}" if last.at else "fermé") == expected
    assert last.why


@pytest.mark.parametrize(("rule", "verb", "sentence", "limit"), table("Comment le portail le dit"))
def test_sentences(rule, verb, sentence, limit):
    described = describe(rule_of(rule), Verb(verb))
    assert plain(described.sentence) == sentence
    assert plain(described.limit) == (f"Heure limite : {limit}" if limit else "")


@pytest.mark.parametrize(("moment", "level", "on_time", "late"), table("Stades"))
def test_stages(moment, level, on_time, late):
    decisions = decide_stages(
        [
            Stage(
                key="on_time",
                label="REPAS ENFANT 3.30",
                rule=rule_of('{"type": "week_before", "weekday": "sun", "time": "23:55"}'),
            ),
            Stage(
                key="late",
                label="REPAS ENFANT 4.20",
                rule=rule_of('{"type": "days_before", "days": 1, "time": "10:00"}'),
                levels=frozenset(LevelGroup.ELEMENTAIRE.levels),
            ),
        ],
        service_start=datetime(2023, 3, 10, 11, 30, tzinfo=PARIS),
        period=PERIOD,
        level=Level(level),
        now=datetime.fromisoformat(moment).replace(tzinfo=PARIS),
        calendar=CALENDAR,
        tz=PARIS,
    )
    shown = [f"{'ouvert' if one.open else 'fermé'} : {plain(one.reason)}" for one in decisions]
    assert shown == [on_time, late]
    assert [one.stage_key for one in decisions] == ["on_time", "late"]
