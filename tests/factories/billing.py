"""A till, its account at the simulated PayFiP, and something to pay that is not a reservation."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from billing.enums import Fulfilment
from billing.models import Charge, Invoice, Payment, ProviderAccount, Regie
from billing.providers.base import Mode
from billing.purposes import Content, WayBack, register
from billing.services.charges import post_charges
from billing.services.invoices import allocate, issue_invoice
from billing.services.payments import prepare_payment, start_payment
from core.services.outbox import write_mail
from tests.factories.world import Family, a_family, town_settings

PURPOSE = "tests.purchase"


@dataclass
class Purchases:
    """A purpose that invoices what was paid and sends the ticket; ``fails`` makes the delivery fail that many times."""

    fails: int = 0
    delivers: bool = True
    abandoned: list[int] = field(default_factory=list)
    way: WayBack | None = None

    def on_settled(self, payment: Payment, *, now: datetime) -> Fulfilment:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("la livraison échoue")
        if self.delivers:
            an_invoice(payment.regie, payment.household, amount=payment.amount, payment=payment, now=now)
        write_mail(
            to=payment.payer_email,
            template="payment_ticket",
            context={
                "payment": payment,
                "delivery": {"confirmed": [], "unplaced": []},
                "link": "http://lien",
            },
            now=now,
            dedupe_key=f"payment:{payment.pk}:ticket",
        )
        return Fulfilment.DONE if self.delivers else Fulfilment.UNPLACED

    def on_abandoned(self, payment: Payment, *, now: datetime) -> None:
        self.abandoned.append(payment.pk)

    def return_url(self, payment: Payment) -> str:
        return reverse("payment_result", args=[payment.token])

    def contents(self, payment: Payment) -> list[Content]:
        return [Content(label=f"Achat {payment.pk}", url="/mon-compte/")]

    def way_back(self, payment: Payment, *, now: datetime) -> WayBack | None:
        return self.way


def purchases() -> Purchases:
    """The purpose, answering from now on to ``PURPOSE``."""
    from billing import purposes

    purposes._purposes.pop(PURPOSE, None)
    made = Purchases()
    register(PURPOSE, made)
    return made


def a_regie(*, code: str = "cantine", prefix: str = "CANT", numcli: str = "090909") -> Regie:
    """A till with an open PayFiP account in test mode."""
    town_settings()
    regie = Regie.objects.create(
        code=code,
        name=f"Régie {code}",
        block_title=code.upper(),
        prefix=prefix,
        legal_mention="Régie de recettes",
    )
    ProviderAccount.objects.create(regie=regie, driver="payfip", mode=Mode.TEST, config={"numcli": numcli})
    return regie


def a_payment(
    regie: Regie, *, now: datetime, family: Family | None = None, amount: str = "26.40", started: bool = True
) -> Payment:
    """An attempt of a family, announced to the provider unless told otherwise."""
    family = family or a_family(school=None)
    payment = prepare_payment(
        regie=regie,
        household=family.household,
        payer=family.user,
        purpose=PURPOSE,
        amount=Decimal(amount),
        label="Réservation 00006",
        now=now,
    )
    return start_payment(payment=payment, now=now) if started else payment


def an_invoice(
    regie: Regie,
    household: object,
    *,
    now: datetime,
    amount: Decimal = Decimal("26.40"),
    payment: Payment | None = None,
    days: int = 1,
    reasons: tuple[str, ...] = (),
    group: str = "Ecole Henri Serment / RESTAURATION / Cantine 2026-2027",
) -> Invoice:
    """An invoice of ``days`` equal lines, paid by ``payment`` when there is one (the caller holds its lock)."""
    serial = Charge.objects.count()
    charges = post_charges(
        Charge(
            regie=regie,
            household=household,
            child=household.children.first(),
            source=f"test:{serial + number}",
            service_date=date(2026, 11, 23 + number),
            group_label=group,
            label="Repas Tarif Réduit" if "RESTAURATION" in group else "Accueil",
            unit_price=amount / days,
            amount=amount / days,
            reasons=list(reasons),
            created_at=now,
        )
        for number in range(days)
    )
    with transaction.atomic():
        invoice = issue_invoice(regie=regie, household=household, charges=charges, on=now.date(), now=now)
    if payment:
        allocate(payment=payment, invoice=invoice, amount=amount, now=now)
    return invoice


def a_systempay_regie(*, code: str = "sej", prefix: str = "SEJ") -> Regie:
    """A till with an open Systempay account in test mode, at a shop that the simulator knows."""
    town_settings()
    regie = Regie.objects.create(
        code=code, name="Régie Enfance Jeunesse", block_title="ENFANCE JEUNESSE", prefix=prefix
    )
    account = ProviderAccount(regie=regie, driver="systempay", mode=Mode.TEST, config={"site_id": "12345678"})
    account.secrets = {"key_test": "1122334455667788", "key_production": "8877665544332211"}
    account.save()
    return regie
