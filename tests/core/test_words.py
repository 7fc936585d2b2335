from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from core import clock
from core.levels import Level, LevelGroup, pupils_of
from core.words import (
    and_list,
    day_label,
    days_summary,
    long_date,
    moment,
    month_title,
    plural,
    short_date,
    short_moment,
    tiny_day,
)

LAST_MOMENT = datetime(2023, 3, 5, 23, 55)


def test_dates_read_as_in_the_guide():
    day = date(2023, 3, 10)
    assert long_date(day) == "vendredi 10 mars 2023"
    assert short_date(day) == "ven. 10/03/2023"
    assert day_label(day) == "ven. 10"
    assert tiny_day(day) == "Ve 10"
    assert month_title(day) == "mars 2023"


def test_first_of_the_month_is_an_ordinal_in_sentences_only():
    day = date(2023, 2, 1)
    assert long_date(day) == "mercredi 1er février 2023"
    assert day_label(day) == "mer. 01"


def test_moments():
    assert moment(LAST_MOMENT) == "dimanche 5 mars 2023 à 23:55"
    assert short_moment(LAST_MOMENT) == "dim. 5 mars 23:55"


def test_days_of_one_month_are_listed_in_order_as_in_the_guide():
    days = [date(2018, 11, day) for day in (26, 6, 8, 9, 12, 20, 22, 23)]
    assert days_summary(days) == "Ma 06, Je 08, Ve 09, Lu 12, Ma 20, Je 22, Ve 23, Lu 26"
    assert days_summary([]) == ""


def test_days_of_several_months_are_grouped():
    assert (
        days_summary([date(2023, 3, 30), date(2023, 3, 31), date(2023, 4, 3)])
        == "mars\u00a0: Je 30, Ve 31\u00a0; avril\u00a0: Lu 03"
    )
    assert (
        days_summary([date(2022, 12, 16), date(2023, 1, 3)])
        == "décembre 2022\u00a0: Ve 16\u00a0; janvier 2023\u00a0: Ma 03"
    )


@pytest.mark.parametrize(
    ("items", "joined"),
    [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")],
)
def test_lists(items, joined):
    assert and_list(items) == joined


def test_lists_with_another_word():
    assert and_list(["a", "b"], word="ou") == "a ou b"


@pytest.mark.parametrize(
    ("count", "words", "expected"),
    [
        (0, ("jour",), "0 jour"),
        (1, ("jour",), "1 jour"),
        (2, ("jour",), "2 jours"),
        (3, ("repas",), "3 repas"),
        (2, ("jour ouvré", "jours ouvrés"), "2 jours ouvrés"),
    ],
)
def test_plural_starts_at_two(count, words, expected):
    assert plural(count, *words) == expected


def test_frozen_clock_gives_the_date_of_the_town():
    before = clock.now()
    with clock.frozen(datetime(2023, 3, 5, 20, 30, tzinfo=UTC)):
        assert clock.now() == datetime(2023, 3, 5, 20, 30, tzinfo=UTC)
        assert clock.today(ZoneInfo("Europe/Paris")) == date(2023, 3, 5)
        assert clock.today(ZoneInfo("Indian/Reunion")) == date(2023, 3, 6)
    assert clock.now() >= before


def test_the_clock_refuses_a_moment_without_zone():
    with pytest.raises(ValueError, match="fuseau"), clock.frozen(LAST_MOMENT):
        pass


def test_every_level_has_a_group_and_a_label():
    assert [level for group in LevelGroup for level in group.levels] == list(Level)
    assert Level.GS.label == "Grande section"
    assert dict(Level.choices())["CE1"] == "CE1"
    assert LevelGroup.choices()[1] == ("elementaire", "École élémentaire")


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (LevelGroup.ELEMENTAIRE.levels, "les élèves de l’école élémentaire"),
        ([Level.PS, Level.MS, Level.GS], "les élèves de l’école maternelle"),
        ([Level.CM2, Level.GS], "les élèves de GS et de CM2"),
        ([Level.SIXIEME, *LevelGroup.ELEMENTAIRE.levels], "les élèves de l’école élémentaire et de 6e"),
    ],
)
def test_pupils_are_named_by_school_or_by_class(levels, words):
    assert pupils_of(levels) == words
