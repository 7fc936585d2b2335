"""What the régie gives back: the list that an agent works through, and where a transfer may go."""

from collections.abc import Iterable

from django.db.models import Q

from billing.debits.states import MandateState
from billing.models import Mandate, Refund
from billing.models.refunds import RefundQuerySet

REFUND_ORDERS = {
    "dossier": ("household__name", "household__number", "pk"),
    "montant": ("amount", "pk"),
    "demande": ("created_at", "pk"),
    "fait": ("paid_on", "pk"),
}


def find_refunds(*, state: str, regie: int | None, q: str) -> RefundQuerySet:
    """``state``: « faits », « abandonnes », anything else what is to be done. ``q``: a name or a file number."""
    match state:
        case "faits":
            rows = Refund.objects.exclude(done_at=None)
        case "abandonnes":
            rows = Refund.objects.exclude(cancelled_at=None)
        case _:
            rows = Refund.objects.to_do()
    if regie:
        rows = rows.filter(regie=regie)
    if q:
        rows = rows.filter(Q(household__name__icontains=q) | Q(household__number=q))
    return rows.select_related(
        "household", "regie", "charge__child", "payment", "credit_note", "done_by", "cancelled_by"
    )


def known_accounts(refunds: Iterable[Refund]) -> dict[tuple[int, int], Mandate]:
    """The accounts that families signed a mandate on, by régie and household: the only IBAN that the portal knows."""
    households = {refund.household_id for refund in refunds}
    active = Mandate.objects.filter(household__in=households, state=MandateState.ACTIVE)
    return {(mandate.regie_id, mandate.household_id): mandate for mandate in active}
