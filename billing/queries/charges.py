"""Charges by the thing they are for: its first charge, and all that corrects it."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from billing.models import Charge

# How a charge that gives an invoiced one back ends its source.
CREDIT_SUFFIX = ":credit"


def charges_about(sources: Collection[str]) -> QuerySet[Charge]:
    """The charges of these sources and what corrects them, in the order they were written. Two queries."""
    firsts = list(Charge.objects.filter(source__in=sources).values_list("pk", flat=True))
    return Charge.objects.filter(Q(pk__in=firsts) | Q(corrects__in=firsts)).order_by("pk")


def is_credit(charge: Charge) -> bool:
    """It gives another one back, and stands whatever becomes of what is not invoiced yet."""
    return charge.source.endswith(CREDIT_SUFFIX)
