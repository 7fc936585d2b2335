"""What a provider's statement and the portal do not agree on."""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from enum import StrEnum

from django.db.models import Sum

from billing.enums import SETTLED_PAYMENTS, Means
from billing.models import Payment, ProviderStatement, SettledDifference
from core.money import ZERO
from tenants.context import town_timezone


class Gap(StrEnum):
    MISSING_HERE = "Versé par le prestataire, inconnu ou non payé ici"
    MISSING_THERE = "Payé ici, absent du relevé"
    AMOUNT = "Montants différents"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """``ours``: what the portal recorded; ``theirs``: what the statement says. Euros; None: nothing."""

    gap: Gap
    reference: str
    ours: Decimal | None
    theirs: Decimal | None
    payment: Payment | None
    settled: SettledDifference | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """``agreed``: how many references agree; totals in euros."""

    differences: list[Difference]
    agreed: int
    total_ours: Decimal
    total_theirs: Decimal

    @property
    def gap(self) -> Decimal:
        """What the provider says more than the portal; negative when it says less."""
        return self.total_theirs - self.total_ours

    @property
    def open_count(self) -> int:
        return sum(one.settled is None for one in self.differences)


def compare(statement: ProviderStatement) -> Comparison:
    """Each reference of the statement, and each online payment of its days, once. Four queries.

    A payment of another day that the statement names is compared too: banks and towns do not share midnight.
    """
    theirs = dict(
        statement.lines.order_by()
        .values("reference")
        .annotate(sum=Sum("amount"))
        .values_list("reference", "sum")
    )
    payments = {one.reference: one for one in _payments(statement, list(theirs))}
    settled = {one.reference: one for one in statement.settled.select_related("by")}
    differences: list[Difference] = []
    for reference in sorted({*theirs, *payments}):
        payment = payments.get(reference)
        ours = payment.amount if payment and payment.state in SETTLED_PAYMENTS else None
        if (gap := _gap(ours, theirs.get(reference))) is not None:
            differences.append(
                Difference(
                    gap=gap,
                    reference=reference,
                    ours=ours,
                    theirs=theirs.get(reference),
                    payment=payment,
                    settled=settled.get(reference),
                )
            )
    counted = [one.amount for one in payments.values() if one.state in SETTLED_PAYMENTS]
    return Comparison(
        differences=differences,
        agreed=len({*theirs, *payments}) - len(differences),
        total_ours=sum(counted, ZERO),
        total_theirs=sum(theirs.values(), ZERO),
    )


def _gap(ours: Decimal | None, theirs: Decimal | None) -> Gap | None:
    if ours == theirs:
        return None
    if ours is None:
        return Gap.MISSING_HERE
    return Gap.MISSING_THERE if theirs is None else Gap.AMOUNT


def _payments(statement: ProviderStatement, references: list[str]) -> list[Payment]:
    tz = town_timezone()
    span = (
        datetime.combine(statement.first_day, time.min, tz),
        datetime.combine(statement.last_day, time.max, tz),
    )
    online = Payment.objects.filter(regie=statement.regie, means=Means.ONLINE).select_related("household")
    named = online.filter(reference__in=references)
    counted = online.filter(state__in=sorted(SETTLED_PAYMENTS), paid_at__range=span)
    return list((named | counted).order_by("pk"))
