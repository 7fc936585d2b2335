from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from booking.rules.eligibility import Audience, ChildFacts, Residence, obstacles, opening_obstacle
from core.levels import Level, LevelGroup

ON = date(2022, 9, 1)
NAMES = {"serment": "Ecole Henri Serment", "lamour": "Ecole Philippe Lamour"}
CHILD = ChildFacts(
    birth_date=date(2016, 5, 20),
    level=Level.CP,
    establishment="serment",
    residence=Residence.RESIDENT,
    enrolled=True,
)


def reasons(child=CHILD, *, on=ON, **audience):
    return obstacles(Audience.model_validate(audience), child, on=on, establishments=NAMES)


def test_without_condition_everybody_may_book():
    assert reasons(ChildFacts(birth_date=date(2022, 1, 1))) == []


def test_a_child_who_meets_all_conditions():
    assert (
        reasons(
            levels=["elementaire"],
            establishments=["serment"],
            residences=["resident"],
            ages={"min": 6, "max": 11},
            enrolment_required=True,
        )
        == []
    )


def test_every_obstacle_is_told_at_once():
    baby = ChildFacts(birth_date=date(2021, 1, 1))
    assert reasons(
        baby,
        levels=["elementaire", "GS"],
        establishments=["serment", "lamour"],
        residences=["resident"],
        ages={"min": 3, "max": 11},
        enrolment_required=True,
    ) == [
        "Réservé aux élèves de GS et de l’école élémentaire",
        "Réservé aux enfants de Ecole Philippe Lamour ou Ecole Henri Serment",
        "Réservé aux familles qui habitent la commune",
        "Réservé aux enfants de 3 à 11 ans",
        "L’inscription de l’enfant doit d’abord être enregistrée par la mairie",
    ]


@pytest.mark.parametrize(
    ("ages", "birth_date", "accepted"),
    [
        ({"min": 6}, date(2016, 9, 1), True),
        ({"min": 6}, date(2016, 9, 2), False),
        ({"max": 6}, date(2015, 9, 2), True),
        ({"max": 6}, date(2015, 9, 1), False),
        ({"unit": "mois", "min": 3, "max": 36}, date(2022, 6, 1), True),
        ({"unit": "mois", "min": 3, "max": 36}, date(2022, 6, 2), False),
    ],
)
def test_ages_are_completed_and_both_ends_are_included(ages, birth_date, accepted):
    child = ChildFacts(birth_date=birth_date)
    assert (reasons(child, ages=ages) == []) is accepted


@pytest.mark.parametrize(
    ("ages", "words"),
    [
        ({"min": 11}, "Réservé aux enfants à partir de 11 ans"),
        ({"unit": "mois", "max": 2}, "Réservé aux enfants jusqu’à 2 mois"),
    ],
)
def test_open_ended_ages_are_said(ages, words):
    assert reasons(ages=ages) == [words]


def test_an_audience_is_written_as_it_was_read():
    audience = Audience.model_validate({"levels": ["elementaire", "GS"], "establishments": ["b", "a"]})
    written = audience.model_dump(mode="json", exclude_unset=True)
    assert written == {"levels": ["GS", "CP", "CE1", "CE2", "CM1", "CM2"], "establishments": ["a", "b"]}
    assert Audience.model_validate(written) == audience
    assert audience.levels == {Level.GS, *LevelGroup.ELEMENTAIRE.levels}


@pytest.mark.parametrize(
    ("audience", "message"),
    [
        ({"levels": ["primaire"]}, "« primaire » n’est ni une classe ni une école connue"),
        ({"levels": [["CP"]]}, "« ['CP'] » n’est ni une classe ni une école connue"),
        ({"ages": {}}, "Indiquez au moins un âge, min ou max"),
        ({"ages": {"min": 11, "max": 3}}, "L’âge max est inférieur à l’âge min"),
    ],
)
def test_a_wrong_audience_is_refused_in_french(audience, message):
    with pytest.raises(ValidationError) as refusal:
        Audience.model_validate(audience)
    assert [error["msg"] for error in refusal.value.errors()] == [message]


def test_levels_must_be_a_list():
    with pytest.raises(ValidationError):
        Audience.model_validate({"levels": "CP"})


@pytest.mark.parametrize(
    ("residence", "accepted"),
    [("resident", True), ("works_here", True), ("partner_town", False), ("outside", False)],
)
def test_working_in_the_town_may_be_enough(residence, accepted):
    child = ChildFacts(birth_date=date(2016, 5, 20), residence=Residence(residence))
    found = reasons(child, residences=["works_here", "resident"])
    wanted = "Réservé aux familles qui habitent la commune ou qui travaillent dans la commune"
    assert found == ([] if accepted else [wanted])


@pytest.mark.parametrize(
    ("residence", "now", "sentence"),
    [
        ("resident", "2023-06-05T08:29:59", "5 juin 2023 à 08:30"),
        ("resident", "2023-06-05T08:30:00", ""),
        ("outside", "2023-06-05T08:30:00", "12 juin 2023 à 08:30"),
        ("partner_town", "2023-06-01T00:00:00", ""),
    ],
)
def test_each_residence_may_have_its_own_opening(residence, now, sentence):
    paris = ZoneInfo("Europe/Paris")
    audience = Audience.model_validate(
        {
            "opens": [
                {"residences": ["resident"], "at": "2023-06-05T08:30"},
                {"residences": ["outside"], "at": "2023-06-12T08:30"},
            ]
        }
    )
    at = datetime.fromisoformat(now).replace(tzinfo=paris)
    found = opening_obstacle(audience, Residence(residence), now=at, tz=paris)
    assert found.endswith(sentence)
    assert bool(found) == bool(sentence)
    assert Audience.model_validate(audience.model_dump(mode="json", exclude_unset=True)) == audience


AUDIENCES = st.fixed_dictionaries(
    {},
    optional={
        "levels": st.lists(st.sampled_from([level.value for level in Level]), min_size=1, unique=True),
        "establishments": st.lists(st.sampled_from(sorted(NAMES)), min_size=1, unique=True),
        "residences": st.lists(st.sampled_from([one.value for one in Residence]), min_size=1, unique=True),
        "ages": st.builds(lambda low, more: {"min": low, "max": low + more}, *[st.integers(0, 12)] * 2),
        "enrolment_required": st.booleans(),
    },
)
CHILDREN = st.builds(
    ChildFacts,
    birth_date=st.dates(date(2005, 1, 1), date(2022, 8, 31)),
    level=st.none() | st.sampled_from(Level),
    establishment=st.none() | st.sampled_from(sorted(NAMES)),
    residence=st.sampled_from(Residence),
    enrolled=st.booleans(),
)


@settings(derandomize=True, max_examples=60)
@given(AUDIENCES, CHILDREN)
def test_each_condition_stops_by_itself_and_asking_less_stops_nobody_more(asked, child):
    alone = [reason for key, value in asked.items() for reason in reasons(child, **{key: value})]
    assert sorted(reasons(child, **asked)) == sorted(alone)
    assert all(reason and not reason.endswith(".") for reason in alone)
    for key in asked:
        fewer = {name: value for name, value in asked.items() if name != key}
        assert set(reasons(child, **fewer)) <= set(alone)


@settings(derandomize=True, max_examples=60)
@given(AUDIENCES)
def test_an_audience_is_written_back_as_it_was_read(asked):
    audience = Audience.model_validate(asked)
    assert Audience.model_validate(audience.model_dump(mode="json", exclude_unset=True)) == audience
