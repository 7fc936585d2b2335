"""Money handed over at the counter."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from billing.enums import Means
from billing.models import Invoice, Quittance, Regie
from billing.services.counter import Handed, take_money
from core.models import Household, User
from tests.factories.people import an_agent


def cash(amount: str) -> Handed:
    return Handed(means=Means.CASH, amount=Decimal(amount))


def a_cheque(amount: str, *, number: str = "0001234") -> Handed:
    return Handed(
        means=Means.CHEQUE,
        amount=Decimal(amount),
        bank="Banque des Garrigues",
        number=number,
        drawer="Camille Rivière",
    )


def titles(amount: str, *, means: Means = Means.ANCV) -> Handed:
    return Handed(means=means, amount=Decimal(amount), titles=4)


def a_quittance(
    regie: Regie,
    household: Household,
    *handed: Handed,
    now: datetime,
    invoices: tuple[Invoice, ...] = (),
    by: User | None = None,
    token: UUID | None = None,
) -> Quittance:
    return take_money(
        regie=regie,
        household=household,
        handed=handed,
        invoice_ids=[invoice.pk for invoice in invoices],
        payer_name="Camille Rivière",
        by=by or an_agent(),
        token=token or uuid4(),
        now=now,
    )
