"""Quotients as agents look for them: a household's, those that expire, and the households that have none."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from billing.models import Quotient, QuotientDeclaration
from billing.quotients import MeansBasis
from core.models import Household

QUOTIENT_ORDERS: Mapping[str, tuple[str, ...]] = {
    "fin": ("valid_until", "pk"),
    "nom": ("household__name", "pk"),
    "valeur": ("value", "pk"),
}


def quotients_of(household: Household) -> QuerySet[Quotient]:
    """All of them, withdrawn ones too, the latest first. One query."""
    return household.quotients.select_related("recorded_by", "withdrawn_by")


def quotient_on(household: Household, day: date) -> Quotient | None:
    """The quotient of the fund in force on a day."""
    return (
        household.quotients.standing()
        .filter(basis=MeansBasis.QUOTIENT, valid_from__lte=day, valid_until__gte=day)
        .first()
    )


def households_with_quotient(households: Collection[int], *, on: date) -> set[int]:
    """Those of these households whose quotient is known on a day, whatever computed it. One query."""
    known = Quotient.objects.standing().filter(
        household__in=households,
        basis__in=[MeansBasis.QUOTIENT, MeansBasis.OWN_QUOTIENT],
        valid_from__lte=on,
        valid_until__gte=on,
    )
    return set(known.order_by().values_list("household_id", flat=True))


def next_quotient(household: Household, after: date) -> Quotient | None:
    """The one that will begin later."""
    coming = household.quotients.standing().filter(basis=MeansBasis.QUOTIENT, valid_from__gt=after)
    return coming.order_by("valid_from").first()


def expiring(*, today: date, until: date) -> QuerySet[Quotient]:
    """Those in force that end by ``until``, with nothing recorded for the day after."""
    later = Quotient.objects.standing().filter(
        household=OuterRef("household"), basis=OuterRef("basis"), valid_from__gt=OuterRef("valid_until")
    )
    return (
        Quotient.objects.standing()
        .filter(~Exists(later), valid_from__lte=today, valid_until__range=(today, until))
        .select_related("household")
    )


def without_quotient(*, today: date) -> QuerySet[Household]:
    """Households with children and no quotient in force: they pay the highest prices."""
    standing = Quotient.objects.standing().filter(
        household=OuterRef("pk"),
        basis=MeansBasis.QUOTIENT,
        valid_from__lte=today,
        valid_until__gte=today,
    )
    return Household.objects.filter(~Exists(standing), children__isnull=False).distinct()


def open_declarations() -> QuerySet[QuotientDeclaration]:
    return QuotientDeclaration.objects.filter(closed_at=None).select_related("household", "by")
