"""Writing canteen menus: a week as it stands on the screen, a copy of another, a file of the caterer's."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from core.audit_acts import AuditAct
from core.enums import Course
from core.errors import DomainError
from core.menus import school_week
from core.models import Establishment, MenuDish, User
from core.queries.face import forget_face
from core.queries.menus import dishes_of
from core.services.audit import record
from core.words import plural


class MenuError(DomainError):
    code = "menu"


@dataclass(frozen=True, kw_only=True)
class Dish:
    """``allergens`` and ``labels``: values of ``core.menus``."""

    date: date
    course: Course
    name: str
    allergens: Sequence[str] = ()
    labels: Sequence[str] = ()


@transaction.atomic
def write_menus(
    *,
    days: Collection[date],
    establishment: Establishment | None,
    dishes: Iterable[Dish],
    by: User | None,
    now: datetime,
) -> int:
    """Make these days exactly these dishes, and no other. Returns how many dishes."""
    days = list(days)
    dishes_of(days, establishment).delete()
    rows = MenuDish.objects.bulk_create(
        MenuDish(
            establishment=establishment,
            date=dish.date,
            course=dish.course,
            name=dish.name,
            allergens=list(dish.allergens),
            labels=list(dish.labels),
        )
        for dish in dishes
        if dish.date in days
    )
    note = f"Menus du {min(days):%d/%m/%Y} au {max(days):%d/%m/%Y}, {plural(len(rows), 'ligne')}"
    record(act=AuditAct.PORTAL_WRITTEN, by=by, now=now, on=establishment, note=note)
    transaction.on_commit(forget_face)  # the portal’s menu links to them
    return len(rows)


def copy_week(
    *, source: date, target: date, establishment: Establishment | None, by: User | None, now: datetime
) -> int:
    """Write the week of ``target`` as the week of ``source``. Raises MenuError when there is nothing to copy."""
    shift = school_week(target)[0] - school_week(source)[0]
    found = [
        Dish(
            date=dish.date + shift,
            course=Course(dish.course),
            name=dish.name,
            allergens=dish.allergens,
            labels=dish.labels,
        )
        for dish in dishes_of(school_week(source), establishment)
    ]
    if not found or shift == timedelta(0):
        raise MenuError("Cette semaine-là n’a pas de menu à copier.")
    return write_menus(days=school_week(target), establishment=establishment, dishes=found, by=by, now=now)
