"""Families and children as the office looks for them."""

from collections.abc import Mapping

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet

from core.models import Child, Guardian, Household
from core.phones import readable_phone
from core.queries.plain_text import plain

HOUSEHOLD_ORDERS: Mapping[str, tuple[str, ...]] = {
    "nom": ("name__plain", "number"),
    "numero": ("number",),
    "ville": ("city__plain", "name__plain", "number"),
    "cree": ("created_at", "pk"),
}
CHILD_ORDERS: Mapping[str, tuple[str, ...]] = {
    "nom": ("last_name__plain", "first_name__plain", "pk"),
    "prenom": ("first_name__plain", "last_name__plain", "pk"),
    "naissance": ("birth_date", "pk"),
    "ecole": ("school__name__plain", "class_name", "last_name__plain", "pk"),
    "dossier": ("household__number", "pk"),
}
_GUARDIANS = Prefetch("guardians", Guardian.objects.select_related("user"))


def find_households(text: str) -> QuerySet[Household]:
    """Households that match every word: number, name, a guardian's name or address, a child's name; or a
    telephone. One that was united with another one is found as that one, by its old number too.

    Two queries whatever the number of rows; each row carries ``children_count`` and its guardians.
    """
    rows = Household.objects.filter(merged_into=None).annotate(children_count=Count("children"))
    rows = rows.prefetch_related(_GUARDIANS)
    if phone := readable_phone(text):
        return rows.filter(Exists(Guardian.objects.filter(household=OuterRef("pk"), phone=phone)))
    for word in map(plain, text.split()):
        guardians = Guardian.objects.filter(
            _named(word) | Q(email__plain__contains=word) | Q(user__email__plain__contains=word),
            household=OuterRef("pk"),
        )
        children = Child.objects.filter(_named(word), household=OuterRef("pk"))
        rows = rows.filter(
            Q(name__plain__contains=word)
            | Q(number__plain__contains=word)
            | Exists(Household.objects.filter(merged_into=OuterRef("pk"), number__plain__contains=word))
            | Exists(guardians)
            | Exists(children)
        )
    return rows


def find_children(
    text: str, *, school: int | None = None, level: str = "", class_name: str = ""
) -> QuerySet[Child]:
    """Children that match every word, in a school, a level and a class when they are given. One query."""
    rows = Child.objects.select_related("household", "school")
    for word in map(plain, text.split()):
        rows = rows.filter(_named(word) | Q(household__number__plain__contains=word))
    if school:
        rows = rows.filter(school=school)
    if level:
        rows = rows.filter(level=level)
    if class_name:
        rows = rows.filter(class_name=class_name)
    return rows


def households_named(word: str) -> QuerySet[Household]:
    """Households whose name or number holds a plain word. As a subquery it is read once, however many rows the list
    that it filters has gathered over the years."""
    return Household.objects.filter(
        Q(name__plain__contains=word) | Q(number__plain__contains=word)
    ).order_by()


def children_named(word: str) -> QuerySet[Child]:
    """Children whose first or last name holds a plain word; see ``households_named``."""
    return Child.objects.filter(_named(word)).order_by()


def class_names() -> list[str]:
    return list(
        Child.objects.exclude(class_name="")
        .order_by("class_name")
        .values_list("class_name", flat=True)
        .distinct()
    )


def next_number() -> str:
    """The number after the last of its kind, F00001 and so on. Only a suggestion: the office may write another."""
    numbered = Household.objects.filter(number__regex=r"^F\d{5}$")
    latest = numbered.aggregate(latest=Max("number"))["latest"]
    return f"F{int(latest[1:]) + 1 if latest else 1:05d}"


def _named(word: str) -> Q:
    return Q(first_name__plain__contains=word) | Q(last_name__plain__contains=word)
