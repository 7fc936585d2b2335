"""Régies that collect by direct debit, signed mandates, announced debits, batches."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from billing.models import Debit, DebitAccount, DebitBatch, Invoice, Mandate, Regie
from billing.services.debit_batches import first_collection_date, open_batch, send_batch
from billing.services.debit_plan import plan_debits
from billing.services.debit_settlement import settle_batch
from billing.services.mandates import prepare_mandate, sign_mandate, text_to_sign
from core.models import User
from tests.factories.billing import an_invoice
from tests.factories.world import Family

IBAN = "FR7630006000011234567890189"
OTHER_IBAN = "FR7630001007941234567890185"
ICS = "FR72ZZZ123456"


def a_debit_account(regie: Regie, **changes: object) -> DebitAccount:
    values: dict[str, object] = {
        "creditor_name": "Régie Cantine Bellegarde",
        "ics": ICS,
        "iban": OTHER_IBAN,
        "bic": "TRPUFRP1XXX",
    }
    return DebitAccount.objects.create(regie=regie, **(values | changes))


def a_mandate(regie: Regie, family: Family, *, now: datetime, iban: str = IBAN) -> Mandate:
    """Signed, in force."""
    draft = prepare_mandate(
        regie=regie,
        household=family.household,
        holder=family.user.name,
        iban=iban,
        bic="",
        by=family.user,
        now=now,
    )
    return sign_mandate(mandate=draft, text=text_to_sign(draft), by=family.user, now=now)


def an_announced_debit(
    regie: Regie, family: Family, *, now: datetime, amount: str = "26.40"
) -> tuple[Invoice, Debit]:
    """An invoice of a family that has a mandate, and the debit that was announced for it."""
    invoice = an_invoice(regie, family.household, now=now, amount=Decimal(amount))
    debits = plan_debits(due={invoice: invoice.total}, now=now)
    return invoice, debits[invoice.pk]


def a_batch(regie: Regie, agent: User, *, now: datetime, collect_on: date | None = None) -> DebitBatch:
    """A draft of all that is announced."""
    last = max(Debit.objects.filter(state="planned").values_list("debit_on", flat=True))
    return open_batch(regie=regie, collect_on=collect_on or last, by=agent, now=now)


def a_sent_batch(regie: Regie, agent: User, *, now: datetime) -> DebitBatch:
    return send_batch(batch=a_batch(regie, agent, now=now), by=agent, now=now)


def a_settled_batch(regie: Regie, agent: User, *, now: datetime) -> DebitBatch:
    """Settled on the evening of its day."""
    batch = a_sent_batch(regie, agent, now=now)
    later = now + timedelta(days=(batch.collect_on - now.date()).days)
    return settle_batch(batch=batch, by=agent, now=later)


def soonest(regie: Regie, *, now: datetime) -> date:
    return first_collection_date(regie.debit_account, now=now)
