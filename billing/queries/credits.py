"""Credit: money received, or given back by an avoir, that no invoice has used and that was not refunded."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, OuterRef, QuerySet

from billing.enums import DocumentKind, Fulfilment, Means, PaymentState
from billing.models import Invoice, Payment, Refund, Regie
from billing.queries.ledger import sum_of, with_allocated
from core.models import Household
from core.money import ZERO
from tenants.context import town_timezone


@dataclass(frozen=True, kw_only=True)
class Credit:
    """What is left of a payment or of an avoir."""

    origin: Payment | Invoice
    on: date
    left: Decimal

    @property
    def is_cesu(self) -> bool:
        return isinstance(self.origin, Payment) and self.origin.means == Means.CESU

    @property
    def key(self) -> str:
        """Names it in a form: « paiement-12 », « avoir-3 »."""
        return f"{'paiement' if isinstance(self.origin, Payment) else 'avoir'}-{self.origin.pk}"


def with_refunded(documents: QuerySet, link: str) -> QuerySet:
    """Adds ``refunded`` (euros) to payments or avoirs; ``link`` is their name on a refund."""
    return documents.annotate(refunded=sum_of(Refund.objects.live().filter(**{link: OuterRef("pk")}), link))


def paid_credits(regie: Regie) -> QuerySet[Payment]:
    """Payments whose money is here, delivered as far as it could be, and not all used. Each has ``left``."""
    received = Payment.objects.filter(regie=regie, state=PaymentState.PAID).exclude(
        fulfilment=Fulfilment.PENDING
    )
    counted = with_refunded(with_allocated(received, "payment"), "payment")
    return counted.annotate(left=F("amount") - F("allocated") - F("refunded")).filter(left__gt=0)


def credit_notes(regie: Regie) -> QuerySet[Invoice]:
    """Avoirs that are not all used. Each has ``left``."""
    notes = Invoice.objects.filter(regie=regie, kind=DocumentKind.CREDIT)
    counted = with_refunded(with_allocated(notes, "credit_note"), "credit_note")
    return counted.annotate(left=-F("total") - F("allocated") - F("refunded")).filter(left__gt=0)


def credits_of(household: Household, regie: Regie) -> list[Credit]:
    """Oldest first, in two queries."""
    tz = town_timezone()
    found = [
        Credit(origin=payment, on=payment.paid_at.astimezone(tz).date(), left=payment.left)  # type: ignore[union-attr, attr-defined]
        for payment in paid_credits(regie).filter(household=household)
    ]
    found += [
        Credit(origin=note, on=note.issued_on, left=note.left)  # type: ignore[attr-defined]  # annotated
        for note in credit_notes(regie).filter(household=household)
    ]
    return sorted(found, key=lambda credit: (credit.on, credit.key))


def households_with_credit(regie: Regie, households: Collection[int] | QuerySet) -> set[int]:
    """Of these households, those that have some, in two queries."""
    return {
        household
        for rows in (paid_credits(regie), credit_notes(regie))
        for household in rows.filter(household__in=households).values_list("household", flat=True)
    }


def credit_totals(regie: Regie) -> list[tuple[Household, Decimal]]:
    """The households that have credit at a régie, by name, in two queries."""
    totals: dict[Household, Decimal] = {}
    for rows in (paid_credits(regie), credit_notes(regie)):
        for row in rows.select_related("household"):
            totals[row.household] = totals.get(row.household, ZERO) + row.left  # type: ignore[union-attr]  # annotated
    return sorted(totals.items(), key=lambda row: (row[0].name, row[0].number))
