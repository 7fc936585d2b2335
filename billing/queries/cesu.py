"""How much of an invoice a CESU may pay: childcare, never meals (code du travail, article L. 1271-1)."""

from collections.abc import Collection
from decimal import Decimal

from django.db.models import Sum

from billing.enums import Means
from billing.models import Allocation, Invoice, InvoiceLine
from billing.nature import Nature, nature_of
from core.money import ZERO


def cesu_room(invoices: Collection[Invoice]) -> dict[int, Decimal]:
    """Euros of each invoice that CESU may still pay, whatever else has paid; by key. Two queries.

    A line of care and meal together (a day at the centre) counts as care: the town prices it as one.
    """
    keys = [invoice.pk for invoice in invoices]
    room = dict.fromkeys(keys, ZERO)
    lines = InvoiceLine.objects.filter(invoice__in=keys).order_by()
    said = "charge__tariff__nature"
    for line in lines.values("invoice", "group_label", "label", said).annotate(sum=Sum("amount")):
        if nature_of(group=line["group_label"], label=line["label"], said=line[said]) != Nature.MEAL:
            room[line["invoice"]] += line["sum"]
    used = Allocation.objects.filter(invoice__in=keys, payment__means=Means.CESU).order_by().values("invoice")
    for row in used.annotate(sum=Sum("amount")):
        room[row["invoice"]] -= row["sum"]
    return {key: max(left, ZERO) for key, left in room.items()}
