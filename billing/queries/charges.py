"""Charges by the thing they are for: its first charge, the part of a second payer, and all that corrects them."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from billing.models import Charge

# How a charge that gives an invoiced one back ends its source.
CREDIT_SUFFIX = ":credit"


def charges_about(sources: Collection[str]) -> QuerySet[Charge]:
    """The charges of these sources, other payers' parts and what corrects them, in the order they were written.
    Two queries."""
    own = Q(source__in=sources) | Q(share_of__in=sources)
    firsts = list(Charge.objects.filter(own).values_list("pk", flat=True))
    return Charge.objects.filter(Q(pk__in=firsts) | Q(corrects__in=firsts)).order_by("pk")


def is_credit(charge: Charge) -> bool:
    """It gives another one back, and stands whatever becomes of what is not invoiced yet."""
    return charge.source.endswith(CREDIT_SUFFIX)
