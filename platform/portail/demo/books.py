"""What Balaruc's régisseur did since yesterday: three families paid at the counter, the cheques went to the bank, a day
is closed; a refund and a line of the provider's statement wait."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import transaction

from billing.enums import Means
from billing.models import Charge, Invoice, Quittance, Regie
from billing.queries.books import in_till, to_deposit
from billing.services.charges import post_charges
from billing.services.closings import close_day
from billing.services.counter import Handed, take_money
from billing.services.credit_use import refund_credit
from billing.services.deposits import make_slip
from billing.services.invoices import issue_invoice
from billing.services.reconciliation import read_statement
from core.clock import now
from core.models import Guardian, Household, User
from tenants.context import town_timezone

DAY = timedelta(days=1)
# file number, name, first name, what they owed and paid: means, euros
VISITORS = (
    ("F00011", "Salicorne", "Maël", "54.00", ((Means.CASH, "20.00"), (Means.CHEQUE, "34.00"))),
    ("F00012", "Tamaris", "Inès", "36.00", ((Means.CHEQUE, "40.00"),)),
    ("F00013", "Pinède", "Soan", "24.00", ((Means.CASH, "12.00"),)),
)


@transaction.atomic
def write_books(regie: Regie, agent: User) -> None:
    """Nothing when something was received at the counter before."""
    if Quittance.objects.exists():
        return
    today = now()
    yesterday = today - DAY
    *first, last = VISITORS
    for number, name, first_name, owed, paid in first:
        _visit(regie, agent, _owing(regie, number, name, first_name, owed), paid, yesterday)
    cheques = to_deposit(regie, Means.CHEQUE).values_list("pk", flat=True)
    make_slip(regie=regie, means=Means.CHEQUE, payment_ids=list(cheques), cash={}, by=agent, now=yesterday)
    day = yesterday.astimezone(town_timezone()).date()
    close_day(
        regie=regie,
        last_day=day,
        cash_counted=in_till(regie, on=day)[Means.CASH],
        explanation="",
        by=agent,
        now=today,
    )
    number, name, first_name, owed, paid = last
    _visit(regie, agent, _owing(regie, number, name, first_name, owed), paid, today)
    _leave_to_do(regie, agent, day)


def _leave_to_do(regie: Regie, agent: User, day: date) -> None:
    """A surplus that a family wants back, and a line of the provider's statement that nobody has explained yet."""
    paid_more = Household.objects.get(number=VISITORS[1][0])
    refund_credit(household=paid_more, regie=regie, amount=Decimal("4.00"), reason="Trop versé", now=now())
    read_statement(
        regie=regie,
        first_day=day,
        last_day=day,
        filename="releve-prestataire.csv",
        content=f"date;reference;montant\n{day:%d/%m/%Y};SEJAUTRE0001;18,50\n".encode(),
        by=agent,
        now=now(),
    )


def _owing(regie: Regie, number: str, name: str, first_name: str, amount: str) -> Invoice:
    """A household of one adult without an account, and its invoice of last month."""
    household = Household.objects.create(number=number, name=name, address="Avenue des Thermes")
    Guardian.objects.create(household=household, first_name=first_name, last_name=name)
    at = now() - 25 * DAY
    charges = post_charges(
        [
            Charge(
                regie=regie,
                household=household,
                source=f"demo:{number}",
                service_date=at.date(),
                group_label="ALE PRIMAIRE / MERCREDIS / VACANCES",
                label="Journées avec repas",
                unit_price=Decimal(amount),
                amount=Decimal(amount),
                created_at=at,
            )
        ]
    )
    due_on = at.date() + regie.payment_days * DAY
    return issue_invoice(
        regie=regie, household=household, charges=charges, on=at.date(), due_on=due_on, now=at
    )


def _visit(
    regie: Regie, agent: User, invoice: Invoice, paid: Sequence[tuple[Means, str]], at: datetime
) -> None:
    handed = [
        Handed(
            means=means,
            amount=Decimal(amount),
            **({"bank": "Banque du Littoral", "number": "1000427"} if means == Means.CHEQUE else {}),
        )
        for means, amount in paid
    ]
    take_money(
        regie=regie,
        household=invoice.household,
        handed=handed,
        invoice_ids=[invoice.pk],
        payer_name=str(invoice.household.guardians.get()),
        by=agent,
        token=uuid4(),
        now=at,
    )
