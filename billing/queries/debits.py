"""Debits and batches as pages and services look for them."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.debits.states import LIVE_DEBITS, BatchState, DebitState, MandateAct
from billing.models import Debit, DebitBatch, Invoice, MandateEvent, Regie


def being_collected() -> Exists:
    """For a queryset of invoices: the bank has been asked for the money of this one."""
    return Exists(Debit.objects.filter(invoice=OuterRef("pk"), state=DebitState.SENT))


def announced_for() -> Subquery:
    """For a queryset of invoices: the day on which this one is, or was asked to be, debited; null for most."""
    live = Debit.objects.filter(invoice=OuterRef("pk"), state__in=LIVE_DEBITS)
    return Subquery(live.values(day=Coalesce("batch__collect_on", "debit_on"))[:1])


def live_debit(invoice: Invoice) -> Debit | None:
    return invoice.debits.filter(state__in=LIVE_DEBITS).select_related("mandate", "batch").first()


def to_gather(regie: Regie, *, until: date) -> QuerySet[Debit]:
    """Announced debits that no batch holds, and whose day has come by ``until``."""
    return Debit.objects.filter(
        mandate__regie=regie, state=DebitState.PLANNED, batch__isnull=True, debit_on__lte=until
    )


def planned_by_day() -> QuerySet[Debit, Any]:
    """What waits for a batch: régie, day, how many, how much. One query."""
    waiting = Debit.objects.filter(state=DebitState.PLANNED, batch__isnull=True)
    return (
        waiting.order_by("mandate__regie__position", "debit_on")
        .values("mandate__regie__name", "mandate__regie__code", "debit_on")
        .annotate(count=Count("pk"), sum=Sum("amount"))
    )


def used_mandates(mandates: Iterable[int]) -> set[int]:
    """Of these mandates, those with which the bank was asked something that it did not refuse before the debit."""
    presented = Debit.objects.filter(mandate__in=mandates).filter(
        Q(state__in=[DebitState.SENT, DebitState.PAID]) | Q(state=DebitState.REJECTED, payment__isnull=False)
    )
    return set(presented.values_list("mandate", flat=True))


def untold_changes(mandates: Collection[int]) -> dict[int, MandateEvent]:
    """The last change of account of each of these mandates that no debit has told the bank yet."""
    told = Debit.objects.filter(change__mandate=OuterRef("mandate"), change__pk__gte=OuterRef("pk")).exclude(
        state=DebitState.DROPPED
    )
    events = MandateEvent.objects.filter(~Exists(told), mandate__in=mandates, act=MandateAct.AMENDED)
    return {event.mandate_id: event for event in events.order_by("pk")}


def batches() -> QuerySet[DebitBatch]:
    """Latest first; each with ``asked`` and ``rejected`` (debits), and ``sum`` (euros)."""
    counted = DebitBatch.objects.select_related("regie").annotate(
        asked=Count("debits", filter=~Q(debits__state=DebitState.DROPPED)),
        rejected=Count("debits", filter=Q(debits__state=DebitState.REJECTED)),
        sum=Sum("debits__amount", filter=~Q(debits__state=DebitState.DROPPED)),
    )
    return counted.order_by("-collect_on", "-pk")


def known_batch(message_id: str) -> DebitBatch | None:
    return DebitBatch.objects.filter(message_id=message_id, state=BatchState.SENT).first()


def batch_debits(batch: DebitBatch) -> QuerySet[Debit]:
    """The lines of a batch, by family."""
    rows = batch.debits.select_related("invoice__household", "mandate", "reject", "payment", "dropped_by")
    return rows.order_by("invoice__household__name", "pk")
