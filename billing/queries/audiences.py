"""Families that owe something."""

from collections.abc import Sequence
from datetime import date

from billing.models import Regie
from billing.queries.unpaid import find_unpaid
from core.audiences import Source


class Debtors(Source):
    key = "impayes"
    label = "Ceux qui ont une facture échue à payer"
    lasts = False

    def choices(self, *, on: date) -> list[tuple[str, str]]:  # noqa: ARG002
        return list(Regie.objects.order_by("name").values_list("code", "name"))

    def households(self, codes: Sequence[str], *, on: date) -> set[int]:
        unpaid = find_unpaid(on=on, late=True).filter(regie__code__in=codes)
        return {invoice.household_id for invoice in unpaid}
