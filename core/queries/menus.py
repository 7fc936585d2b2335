"""What is eaten, day by day: an establishment's own menu, the town's for the days it has none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from core.enums import Course, EstablishmentKind
from core.menus import Allergen, DishLabel
from core.models import Establishment, MenuDish

_RANKS = {course: rank for rank, course in enumerate(Course)}


@dataclass(frozen=True, kw_only=True)
class ShownDish:
    course: str
    name: str
    allergens: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DayMenu:
    date: date
    occasion: str = ""  # « Repas de Noël »
    dishes: tuple[ShownDish, ...] = ()


def week_menu(days: Sequence[date], establishment: Establishment | None) -> list[DayMenu]:
    """One menu a day, empty where nothing is written. One query."""
    rows = MenuDish.objects.filter(date__in=days).filter(
        Q(establishment__isnull=True) | Q(establishment=establishment)
    )
    own: dict[date, list[MenuDish]] = {}
    shared: dict[date, list[MenuDish]] = {}
    for dish in rows:
        (shared if dish.establishment_id is None else own).setdefault(dish.date, []).append(dish)
    return [_day(day, own.get(day) or shared.get(day, [])) for day in days]


def dishes_of(days: Sequence[date], establishment: Establishment | None) -> QuerySet[MenuDish]:
    """The dishes written for exactly this establishment (None: for everywhere)."""
    return MenuDish.objects.filter(date__in=days, establishment=establishment)


def places_with_meals() -> QuerySet[Establishment]:
    """Where one may eat: schools and leisure centres."""
    kinds = (*EstablishmentKind.schools(), EstablishmentKind.LEISURE_CENTRE)
    return Establishment.objects.filter(kind__in=kinds)


def menus_on(day: date, places: Sequence[Establishment]) -> list[tuple[Establishment, DayMenu]]:
    """What is eaten on a day in each of these places, those without a menu left out. One query."""
    rows = list(
        MenuDish.objects.filter(date=day).filter(Q(establishment__isnull=True) | Q(establishment__in=places))
    )
    shared = [dish for dish in rows if dish.establishment_id is None]
    found = []
    for place in places:
        dishes = [dish for dish in rows if dish.establishment_id == place.pk] or shared
        if dishes:
            found.append((place, _day(day, dishes)))
    return found


def _day(day: date, dishes: Sequence[MenuDish]) -> DayMenu:
    ordered = sorted(dishes, key=lambda dish: _RANKS[Course(dish.course)])
    return DayMenu(
        date=day,
        occasion=next((dish.name for dish in ordered if dish.course == Course.OCCASION), ""),
        dishes=tuple(
            ShownDish(
                course=str(Course(dish.course).label),
                name=dish.name,
                allergens=tuple(str(Allergen(code).label) for code in dish.allergens),
                labels=tuple(str(DishLabel(code).label) for code in dish.labels),
            )
            for dish in ordered
            if dish.course != Course.OCCASION
        ),
    )
