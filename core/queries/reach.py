"""Which children and families an agent's rights reach (core.rights.Reach): those of a school, or of what is done there.

Every list, page and export of people goes through here when a role holds for some places only. What is done somewhere
is known above: those applications register how to find its children.
"""

from collections.abc import Callable

from django.db.models import Q, QuerySet

from core.models import Child
from core.rights import Reach

# Keys of the children who have to do with what a reach names.
Touching = Callable[[Reach], QuerySet]
_touching: dict[str, Touching] = {}


def register_touching(key: str, rows: Touching) -> None:
    _touching[key] = rows


def reached_children(reach: Reach, child: str = "") -> Q:
    """The rows whose child, at the end of the path ``child``, is reached: a pupil there, or somebody who comes there.
    Every row when reach is everywhere. No query of its own."""
    if reach.everywhere:
        return Q()
    found = Q(pk__in=Child.objects.filter(school__code__in=reach.establishments).values("pk"))
    for rows in _touching.values():
        found |= Q(pk__in=rows(reach))
    return found if not child else Q(**{f"{child}__in": Child.objects.filter(found).values("pk")})


def reached_files(reach: Reach, child: str = "child", household: str = "household") -> Q:
    """The rows that are of a child who is reached, or of a whole family that is when they name no child."""
    if reach.everywhere:
        return Q()
    of_family = Q(**{f"{child}__isnull": True}) & reached_households(reach, household)
    return reached_children(reach, child) | of_family


def reached_households(reach: Reach, household: str = "pk") -> Q:
    """The rows whose family has a child who is reached."""
    if reach.everywhere:
        return Q()
    return Q(**{f"{household}__in": Child.objects.filter(reached_children(reach)).values("household")})
