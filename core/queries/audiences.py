"""Families by school and by class."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from core.audiences import Source
from core.enums import EstablishmentKind
from core.models import Child, Custody, Establishment, Household

_BETWEEN = "|"  # of a school and a class


def households_of(children: QuerySet[Child], *, on: date) -> set[int]:
    """Those that keep the file of these children, and those that share them on a day. Two queries."""
    shared = Custody.objects.filter(child__in=children.order_by(), valid_from__lte=on).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    )
    return set(children.order_by().values_list("household_id", flat=True)) | set(
        shared.values_list("second_id", flat=True)
    )


class Everybody(Source):
    key = "tous"
    label = "Toutes les familles"
    lasts = False

    def choices(self, *, on: date) -> list[tuple[str, str]]:  # noqa: ARG002
        return [("toutes", "Toutes les familles")]

    def households(self, codes: Sequence[str], *, on: date) -> set[int]:  # noqa: ARG002
        return set(Household.objects.values_list("pk", flat=True))


class Schools(Source):
    key = "ecole"
    label = "Une école"

    def choices(self, *, on: date) -> list[tuple[str, str]]:  # noqa: ARG002
        rows = Establishment.objects.filter(kind__in=EstablishmentKind.schools())
        return list(rows.values_list("code", "name"))

    def households(self, codes: Sequence[str], *, on: date) -> set[int]:
        return households_of(Child.objects.filter(school__code__in=codes), on=on)


class Classes(Source):
    key = "classe"
    label = "Une classe"

    def choices(self, *, on: date) -> list[tuple[str, str]]:  # noqa: ARG002
        rows = Child.objects.exclude(class_name="").filter(school__isnull=False)
        known = rows.order_by("school__name", "class_name").values_list(
            "school__code", "school__name", "class_name"
        )
        return [
            (f"{code}{_BETWEEN}{class_name}", f"{class_name} – {name}")
            for code, name, class_name in known.distinct()
        ]

    def households(self, codes: Sequence[str], *, on: date) -> set[int]:
        wanted = Q(pk__in=[])
        for code in codes:
            school, _, class_name = code.partition(_BETWEEN)
            wanted |= Q(school__code=school, class_name=class_name)
        return households_of(Child.objects.filter(wanted), on=on)
