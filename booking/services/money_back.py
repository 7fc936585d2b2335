"""What becomes of the money of days that were invoiced, then given back: the refund rule of their period."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from billing.models import Charge
from billing.queries.charges import charges_about
from billing.services.credits import credit_charges, list_refunds
from booking.enums import RefundRule
from booking.models import Reservation
from core.enums import TaskKind
from core.money import format_euros
from core.services.office import open_task

CANCELLED = "Annulé à temps"


def ask_what_becomes_of_the_money(reservation: Reservation, sources: Collection[str], now: datetime) -> None:
    """An invoice is never changed: what ``reservation`` gives back of these charges follows its period's rule.

    A credit (a negative line for the next invoice), a row of the régie's list, nothing, or a task for the office.
    Done twice, it changes nothing.
    """
    rule = RefundRule(reservation.period.refund)
    if rule == RefundRule.NONE:
        return
    invoiced = list(
        charges_about(sources)
        .filter(voided_at__isnull=True, invoice_line__isnull=False)
        .order_by("service_date", "pk")
    )
    if not invoiced:
        return
    reason = f"{CANCELLED} : réservation n° {reservation.display_number}"
    if rule == RefundRule.CREDIT:
        credit_charges(charges=invoiced, reason=reason, now=now)
    elif rule == RefundRule.LIST:
        list_refunds(charges=invoiced, reason=reason, now=now)
    else:
        _ask(reservation, invoiced, now)


def _ask(reservation: Reservation, invoiced: Sequence[Charge], now: datetime) -> None:
    owed = format_euros(sum((charge.amount for charge in invoiced), Decimal(0)))
    open_task(
        kind=TaskKind.CANCELLED_PAID,
        source=f"reservation:{reservation.pk}:cancelled-paid",
        regie=invoiced[0].regie.code,
        title=f"{owed} à rendre ou à garder en avoir : réservation n° {reservation.display_number}",
        body="\n".join(f"{charge.label}, {charge.service_date:%d/%m/%Y}" for charge in invoiced),
        now=now,
    )
