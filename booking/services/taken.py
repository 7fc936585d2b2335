"""``taken`` of openings and of their groups: moved only by what was really added or given back, in SQL."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Protocol

from django.db.models import F, Q

from booking.models import Opening, OpeningGroup


class Taker(Protocol):
    """A place, or an entry of a waiting list that was offered one."""

    opening_id: int
    group_id: int | None


def count_taken(takers: Iterable[Taker], step: int) -> set[int]:
    """Count each taker ``step`` times, openings locked. Returns the openings concerned.

    One statement for all that move by as much: in practice one, and one more where places are shared out by group.
    """
    takers = list(takers)
    moves = Counter(one.opening_id for one in takers)
    for times, ids in groupby(sorted(moves, key=moves.__getitem__), key=moves.__getitem__):
        Opening.objects.filter(pk__in=list(ids)).update(taken=F("taken") + step * times)
    shared = Counter((one.opening_id, one.group_id) for one in takers if one.group_id is not None)
    for times, pairs in groupby(sorted(shared, key=shared.__getitem__), key=shared.__getitem__):
        concerned = Q()
        for opening_id, group_id in pairs:
            concerned |= Q(opening=opening_id, group=group_id)
        OpeningGroup.objects.filter(concerned).update(taken=F("taken") + step * times)
    return set(moves)
