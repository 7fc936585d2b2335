"""A child changes age or class: its days follow in their groups, keep their price, and say which are no longer allowed."""

from datetime import date, timedelta

import pytest

from booking.enums import PaymentMode
from booking.models import OpeningGroup, Period, Place, ReservationLine
from booking.services.requests import submit_request
from core.child_file import DossierField
from core.services.child_file import accept_change, foresee_change, propose_changes
from core.services.child_moves import foresee_move
from tests.factories.groups import two_groups
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family

LITTLE = date(2022, 9, 1)


@pytest.fixture
def canteen(commune, now):
    return a_canteen(start=now.date() + timedelta(days=3), days=4, payment=PaymentMode.INVOICED)


@pytest.fixture
def groups(canteen, now):
    return two_groups(canteen, small=1, big=4, now=now)


@pytest.fixture
def booked(canteen, groups, now):
    family = a_family(school=canteen.school)
    submit(canteen, family, now, days=3)
    return family


def submit(canteen, family, now, *, days):
    submit_request(
        child=family.child,
        period=canteen.period,
        wishes=canteen.wishes(days=days),
        cancellations=[],
        by=family.user,
        now=now,
    )


def born(family, day, now):
    done = propose_changes(
        owner=family.child,
        values={DossierField.BIRTH: [{"birth_date": day.isoformat()}]},
        by=family.user,
        now=now,
        today=now.date(),
    )
    return done.waiting[0]


def taken(canteen) -> list[tuple[str, int]]:
    rows = OpeningGroup.objects.filter(opening__in=canteen.openings[:3]).order_by("opening__date", "group_id")
    return list(rows.values_list("group__code", "taken"))


def lines(effects) -> dict[str, list[str]]:
    return {one.title: [line.replace("\u00a0", " ") for line in one.lines] for one in effects}


def test_a_new_birth_date_moves_the_days_to_their_group(canteen, booked, now):
    change = born(booked, LITTLE, now)
    effects = lines(foresee_change(change=change, now=now))
    [moved] = effects["Groupes"]
    assert "3 jours" in moved and "« 6 ans et plus » → « Moins de 6 ans »" in moved
    assert taken(canteen) == [("petits", 0), ("grands", 1)] * 3  # it was taken back
    booked.child.refresh_from_db()
    assert booked.child.birth_date != LITTLE
    accept_change(change=change, by=an_agent(), now=now, valid_from=now.date())
    assert taken(canteen) == [("petits", 1), ("grands", 0)] * 3
    assert set(Place.objects.values_list("group__code", flat=True)) == {"petits"}


def test_a_day_stays_where_it_was_when_its_new_group_is_full(canteen, booked, now):
    other = a_family(school=canteen.school, name="Autre")
    type(other.child).objects.filter(pk=other.child.pk).update(birth_date=LITTLE)
    other.child.refresh_from_db()
    submit(canteen, other, now, days=1)
    change = born(booked, LITTLE, now)
    told = lines(foresee_change(change=change, now=now))["Groupes"]
    assert any("« Moins de 6 ans » est complet" in line for line in told)
    accept_change(change=change, by=an_agent(), now=now, valid_from=now.date())
    assert taken(canteen) == [("petits", 1), ("grands", 1)] + [("petits", 1), ("grands", 0)] * 2


def test_what_would_no_longer_be_allowed_is_told_and_stays_booked(canteen, booked, now):
    Period.objects.update(levels=["CE2", "CM1"])
    price = list(ReservationLine.objects.values_list("price", flat=True))
    effects = foresee_move(child=booked.child, columns={"level": "6E"}, now=now)
    warning = next(one for one in effects if one.is_warning)
    assert "3 jours" in warning.lines[0] and "Réservé aux élèves de CE2 et de CM1" in warning.lines[0]
    assert any("Plus possible" in line for line in lines(effects)["Ce que l’enfant peut réserver"])
    assert foresee_move(child=booked.child, columns={"level": "CM1"}, now=now) == []
    assert Place.objects.count() == 3
    assert list(ReservationLine.objects.values_list("price", flat=True)) == price
