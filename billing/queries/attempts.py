"""Attempts to pay whose money is not where it belongs yet."""

from django.db.models import Q

from billing.enums import OPEN_PAYMENTS, Fulfilment


def under_way(link: str = "") -> Q:
    """Payments that may still become money, or whose money is recorded and not delivered yet: what they are for must
    not be asked for a second time meanwhile. ``link`` leads to them, as in ``"payment__"``."""
    return Q(**{f"{link}state__in": OPEN_PAYMENTS}) | Q(**{f"{link}fulfilment": Fulfilment.PENDING})
