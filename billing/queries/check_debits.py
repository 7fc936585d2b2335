"""The proof of direct debits: what the bank was asked for, what came, what it took back."""

from collections.abc import Callable, Iterable, Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from billing.debits.states import BatchState, DebitState, MandateAct, MandateState
from billing.enums import Means, PaymentState
from billing.models import Debit, DebitBatch, DebitReject, Mandate, MandateEvent, Payment
from core.money import ZERO, format_euros


def _debits() -> Iterator[str]:
    """A debit is of the household and the till of its mandate, and its money is its own payment's, as it now stands."""
    foreign = Debit.objects.exclude(
        mandate__household=F("invoice__household"), mandate__regie=F("invoice__regie")
    )
    for debit in foreign.order_by("pk"):
        yield f"{debit} : le mandat n’est pas celui du dossier et de la régie de la facture."
    received = Q(state=DebitState.PAID, payment__state=PaymentState.PAID)
    taken_back = Q(state=DebitState.REJECTED, payment__state=PaymentState.REVERSED)
    told = Q(payment__amount=F("amount"), payment__reference=F("reference"), payment__means=Means.DEBIT)
    for debit in Debit.objects.filter(payment__isnull=False).exclude(told & (received | taken_back)):
        yield f"{debit} : {debit.get_state_display().lower()}, mais son paiement dit autre chose."
    for payment in Payment.objects.filter(means=Means.DEBIT, debit__isnull=True).order_by("pk"):
        yield f"Paiement {payment} : un prélèvement que personne n’a demandé."


def _rejects() -> Iterator[str]:
    rejected = DebitReject.objects.filter(debit=OuterRef("pk"))
    for debit in Debit.objects.filter(
        Q(Exists(rejected)) & ~Q(state=DebitState.REJECTED) | ~Exists(rejected) & Q(state=DebitState.REJECTED)
    ):
        yield f"{debit} : {debit.get_state_display().lower()}, mais le rejet dit autre chose."


def _batches() -> Iterator[str]:
    """The file asked for exactly its debits; nothing of a settled batch waits."""
    given = DebitBatch.objects.exclude(digest="").annotate(
        asked=Count("debits", filter=~Q(debits__sequence="")),
        sum=Coalesce(Sum("debits__amount", filter=~Q(debits__sequence="")), ZERO),
    )
    for batch in given.exclude(asked=F("count"), sum=F("total")):
        yield (
            f"{batch} : le fichier demande {format_euros(batch.total)} en {batch.count} prélèvements, "
            f"la remise {format_euros(batch.sum)} en {batch.asked}."
        )
    waiting = Debit.objects.filter(batch=OuterRef("pk"), state__in=[DebitState.SENT, DebitState.PLANNED])
    over = [BatchState.SETTLED, BatchState.CANCELLED]
    for left in DebitBatch.objects.filter(Exists(waiting), state__in=over):
        yield f"{left} : {left.get_state_display().lower()}, mais des prélèvements attendent encore."


def _mandates() -> Iterator[str]:
    """Nothing is asked with a mandate that nobody signed."""
    signed = MandateEvent.objects.filter(mandate=OuterRef("pk"), act=MandateAct.SIGNED)
    for mandate in Mandate.objects.exclude(state=MandateState.DRAFT).exclude(Exists(signed)):
        yield f"{mandate} : en vigueur ou terminé, sans trace de signature."
    for mandate in Mandate.objects.filter(state=MandateState.DRAFT, debits__isnull=False).distinct():
        yield f"{mandate} : prélevé sans être signé."


DEBIT_CHECKS: dict[str, Callable[[], Iterable[str]]] = {
    "prélèvements": _debits,
    "rejets": _rejects,
    "remises": _batches,
    "mandats": _mandates,
}
