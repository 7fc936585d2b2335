"""Places shared out by age or level: who is of which group, what is left, whatever the numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rules.eligibility import AgeRange
from booking.rules.groups import Group, Room, group_of

SMALL = Group(key=1, ages=AgeRange(max=5))
CP = Group(key=2, levels=frozenset({"CP"}), ages=AgeRange(min=6))
BIG = Group(key=3, ages=AgeRange(min=6))
BIRTH = date(2021, 3, 10)

keys = st.sampled_from([1, 2, None])
counts = st.dictionaries(keys, st.integers(0, 5))
free = st.none() | st.integers(0, 8)
rooms = st.builds(lambda day, one, two: Room(free=day, groups={1: one, 2: two}), free, free, free)


@pytest.mark.parametrize(
    ("level", "on", "group"),
    [
        ("GS", date(2027, 3, 9), 1),  # the eve of six years
        ("GS", date(2027, 3, 10), 3),
        ("CP", date(2027, 3, 10), 2),  # the first that takes it
        ("CP", date(2027, 3, 9), 1),
    ],
)
def test_a_child_is_of_the_first_group_that_takes_it_that_day(level, on, group):
    assert group_of([SMALL, CP, BIG], level=level, birth_date=BIRTH, on=on) == group


def test_whom_no_group_takes_has_none():
    assert group_of([SMALL], level="CP", birth_date=BIRTH, on=date(2027, 3, 10)) is None


@given(room=rooms, waiting=counts, group=keys)
def test_what_is_left_never_passes_a_limit(room, waiting, group):
    left = room.left(group, waiting=waiting)
    limits = [one for one in (room.free, room.groups.get(group)) if one is not None]
    assert left is None if not limits else 0 <= left <= min(limits)
    if left:
        assert room.shortage({group: left}) is None


@given(room=rooms, group=keys, wanted=counts)
def test_a_shortage_is_exactly_what_a_limit_refuses(room, group, wanted):
    fits = (room.free is None or sum(wanted.values()) <= room.free) and all(
        key is None or room.groups[key] is None or count <= room.groups[key] for key, count in wanted.items()
    )
    assert (room.shortage(wanted) is None) == fits


def test_those_who_wait_for_a_full_group_keep_nothing_from_the_others():
    room = Room(free=4, groups={1: 0, 2: 4})
    assert room.left(2, waiting={1: 3}) == 4
    assert room.left(2, waiting={1: 3, 2: 1}) == 3
    assert room.left(1, waiting={}) == 0
    assert room.freed({1: 2}).left(1) == 2
