"""Passage d’année: proposed, corrected, applied once, taken back."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from core import clock
from core.enums import EstablishmentKind, YearMove
from core.levels import Level
from core.models import Child, Establishment, YearChange
from core.services.year_changes import (
    YearChangeError,
    apply_planned_years,
    apply_year,
    correct_line,
    plan_year,
    prepare_year,
    undo_year,
    unplan_year,
)
from tests.booking.views.pages import text_of
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings
from tests.harness.queries import assert_constant_queries, count_queries


@pytest.fixture
def agent(commune, now):
    town_settings()
    return an_agent()


@pytest.fixture
def desk(commune, client_for, agent):
    return client_for(commune, agent)


@pytest.fixture
def now():
    return datetime(2027, 7, 6, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))


def a_place(code: str, kind: EstablishmentKind) -> Establishment:
    return Establishment.objects.create(code=code, name=code.title(), kind=kind)


@pytest.fixture
def pupils(agent) -> dict[str, Child]:
    nursery = a_place("maternelle", EstablishmentKind.NURSERY_SCHOOL)
    primary = a_place("primaire", EstablishmentKind.PRIMARY_SCHOOL)
    wanted = {"PS": nursery, "GS": nursery, "CP": primary, "CM2": primary}
    children = {level: a_family(school=school, level=level).child for level, school in wanted.items()}
    Child.objects.filter(pk=children["CP"].pk).update(class_name="CP B")
    return children


def classes(pupils) -> dict[str, tuple]:
    rows = Child.objects.in_bulk([child.pk for child in pupils.values()])
    return {key: (rows[child.pk].school_id, rows[child.pk].level, rows[child.pk].class_name) for key, child in pupils.items()}  # fmt: skip


def test_every_pupil_moves_up_and_the_leavers_are_named(pupils, agent, now):
    change = prepare_year(year=2027, by=agent, now=now)
    moves = {line.level_before: (line.level_after, line.move) for line in change.lines.all()}
    assert moves == {
        "PS": ("MS", YearMove.UP),
        "GS": ("CP", YearMove.SCHOOL),
        "CP": ("CE1", YearMove.UP),
        "CM2": ("6E", YearMove.LEAVES),
    }
    before = classes(pupils)
    moved = apply_year(change=change, by=agent, now=now)
    assert (moved.children, moved.skipped) == (4, 0)
    school = pupils["CP"].school_id
    assert classes(pupils)["CP"] == (school, "CE1", "")
    assert classes(pupils)["CM2"] == (None, "6E", "")
    with pytest.raises(YearChangeError, match="déjà appliqué"):
        apply_year(change=change, by=agent, now=now)
    with pytest.raises(YearChangeError, match="déjà appliqué"):
        prepare_year(year=2027, by=agent, now=now)
    undo_year(change=change, by=agent, now=now)
    assert classes(pupils) == before
    assert prepare_year(year=2027, by=agent, now=now).pk != change.pk


def test_corrections_are_kept_and_newcomers_added(pupils, agent, now):
    change = prepare_year(year=2027, by=agent, now=now)
    line = change.lines.get(child=pupils["CP"])
    correct_line(line=line, level=Level.CP, school=pupils["CP"].school, class_name="CP A")
    a_family(school=pupils["CP"].school, level="CE1")
    assert prepare_year(year=2027, by=agent, now=now) == change
    assert change.lines.count() == 5
    assert change.lines.get(child=pupils["CP"]).move == YearMove.STAYS
    Child.objects.filter(pk=pupils["PS"].pk).update(class_name="PS jaune")
    moved = apply_year(change=change, by=agent, now=now)
    assert (moved.children, moved.skipped) == (4, 1)
    assert classes(pupils)["CP"][1:] == ("CP", "CP A")
    assert classes(pupils)["PS"][1:] == ("PS", "PS jaune")


def test_it_applies_by_itself_on_the_day_that_was_planned(pupils, agent, now):
    change = prepare_year(year=2027, by=agent, now=now)
    with pytest.raises(YearChangeError, match="un jour à venir"):
        plan_year(change=change, day=now.date(), by=agent, today=now.date(), now=now)
    back_to_school = date(2027, 9, 1)
    plan_year(change=change, day=back_to_school, by=agent, today=now.date(), now=now)
    correct_line(line=change.lines.get(child=pupils["CP"]), level=Level.CP, school=None, class_name="")
    eve, later = date(2027, 8, 31), datetime(2027, 9, 1, 0, 5, tzinfo=now.tzinfo)
    assert apply_planned_years(today=eve, now=later) == 0
    Child.objects.filter(pk=pupils["PS"].pk).update(class_name="PS jaune")
    assert apply_planned_years(today=back_to_school, now=later) == 1
    assert apply_planned_years(today=back_to_school, now=later) == 0
    change.refresh_from_db()
    assert (change.applied_at, change.applied_by, change.left_as_is) == (later, agent, 1)
    assert classes(pupils)["CP"][1:] == ("CP", "")
    with pytest.raises(YearChangeError, match="déjà appliqué"):
        unplan_year(change=change, by=agent, now=now)


def test_the_desk_plans_a_day_sees_it_and_gives_it_up(desk, pupils, agent, now):
    with clock.frozen(now):
        change = prepare_year(year=2027, by=agent, now=now)
        plan = reverse("agent_year_plan", args=[change.pk])
        assert "Choisissez un jour à venir" in text_of(desk.post(plan, {"jour": "2027-07-06"}))
        assert "mercredi 1er septembre 2027" in text_of(desk.post(plan, {"jour": "2027-09-01"}, follow=True))
        assert "01/09/2027" in text_of(desk.get(reverse("agent_year")))
        given_up = desk.post(reverse("agent_year_unplan", args=[change.pk]), follow=True)
        assert "Rien n’est encore changé" in text_of(given_up)
    assert apply_planned_years(today=date(2027, 9, 1), now=now) == 0


def test_the_desk_prepares_corrects_applies_and_takes_back(desk, pupils):
    assert reverse("agent_year") in text_of(desk.get(reverse("agent_organise")))
    page = desk.post(reverse("agent_year"), {"annee": 2027}, follow=True)
    change = YearChange.objects.get()
    text = text_of(page)
    assert "école à choisir" in text
    assert "Passage en 2027-2028" in text
    line = change.lines.get(child=pupils["GS"])
    school = Establishment.objects.get(code="primaire")
    sent = {"niveau": "CP", "ecole": school.pk, "classe": ""}
    assert "change d’école" in text_of(
        desk.post(reverse("agent_year_line", args=[line.pk]), sent, follow=True)
    )
    url = reverse("agent_year_change", args=[change.pk])
    assert "école à choisir" not in text_of(desk.get(url))
    assert "Aucun enfant ne correspond" in text_of(desk.get(url, {"passage": "ecole"}))
    assert "changé de classe : 4" in text_of(
        desk.post(reverse("agent_year_apply", args=[change.pk]), follow=True)
    )
    assert "déjà appliqué" in text_of(desk.post(reverse("agent_year_line", args=[line.pk]), sent))
    assert "retrouvé leur classe : 4" in text_of(
        desk.post(reverse("agent_year_undo", args=[change.pk]), follow=True)
    )
    again = text_of(desk.post(reverse("agent_year_undo", args=[change.pk]), follow=True))
    assert "rien à reprendre" in again


def test_it_costs_the_same_for_any_number_of_children(desk, pupils, agent, now):
    change = prepare_year(year=2027, by=agent, now=now)
    primary = pupils["CP"].school

    def add() -> None:
        a_family(school=primary, level="CP")
        prepare_year(year=2027, by=agent, now=now)

    assert_constant_queries(act=lambda: desk.get(reverse("agent_year_change", args=[change.pk])), add_row=add)
    few = count_queries(lambda: apply_year(change=change, by=agent, now=now))
    undo_year(change=change, by=agent, now=now)
    again = prepare_year(year=2027, by=agent, now=now)
    for _ in range(3):
        add()
    assert count_queries(lambda: apply_year(change=again, by=agent, now=now)) <= few
