"""From the form signed with a provider to the first real payment: what is done, what is next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from billing.enums import SETTLED_PAYMENTS, PaymentState, Trigger
from billing.models import Payment, PaymentEvent, ProviderAccount
from billing.providers.base import Driver, Mode
from core.queries.calendar import town_calendar
from core.words import NBSP
from tenants.context import town_timezone

CARD, DEBIT = "carte bancaire", "prélèvement"


@dataclass(frozen=True, kw_only=True)
class Step:
    """``done``: by what the portal saw itself. ``note``: what was seen, or what to do."""

    label: str
    done: bool
    note: str


def activation_steps(account: ProviderAccount, driver: Driver, *, now: datetime) -> list[Step]:
    """The steps of one account, in order. Payments by its earlier settings at the same provider count."""
    payments = Payment.objects.filter(
        regie=account.regie_id, account__driver=account.driver, state__in=SETTLED_PAYMENTS
    )
    steps = [_known(account), _tested(payments), _announced(account)]
    if Mode.ACTIVATION in driver.capabilities.modes:
        steps += _activated(payments, now)
    return [*steps, _in_production(account, payments)]


def _known(account: ProviderAccount) -> Step:
    done = bool(account.checked_at and not account.check_error)
    note = " – ".join(account.labels) if done else account.check_error or "Testez la connexion."
    return Step(label="Compte reconnu par le prestataire", done=done, note=note)


def _tested(payments: QuerySet[Payment]) -> Step:
    payment = payments.filter(mode=Mode.TEST).first()
    note = f"Paiement {payment}" if payment else "En mode test, payez un panier avec une famille d’essai."
    return Step(label="Un paiement de test est allé au bout", done=payment is not None, note=note)


def _announced(account: ProviderAccount) -> Step:
    events = PaymentEvent.objects.filter(
        payment__regie=account.regie_id,
        payment__account__driver=account.driver,
        trigger=Trigger.NOTIFICATION,
    ).exclude(outcome="unverified")
    done = events.exists()
    note = (
        ""
        if done
        else "Déclarez l’adresse de notification chez le prestataire ; sans elle, le portail relève."
    )
    return Step(label="Une notification est arrivée", done=done, note=note)


def _activated(payments: QuerySet[Payment], now: datetime) -> Iterator[Step]:
    """PayFiP opens each means of payment the working day after a first real payment by it."""
    real = payments.filter(mode=Mode.ACTIVATION)
    lasts: list[date] = []
    for means, name in ((CARD, "carte"), (DEBIT, "prélèvement")):
        payment = real.filter(method__startswith=means).order_by("paid_at").first()
        note = f"Paiement {payment}" if payment else f"En mode activation, payez une fois par {name}."
        if payment and payment.paid_at:
            lasts.append(payment.paid_at.astimezone(town_timezone()).date())
        yield Step(label=f"Paiement d’activation par {name}", done=payment is not None, note=note)
    opens = _next_working_day(max(lasts)) if lasts else None
    done = opens is not None and opens <= now.astimezone(town_timezone()).date()
    note = f"À partir du {opens:%d/%m/%Y}" if opens else "Le jour ouvré qui suit le paiement d’activation."
    yield Step(label="Moyens de paiement ouverts par la DGFiP", done=done, note=note)


def _in_production(account: ProviderAccount, payments: QuerySet[Payment]) -> Step:
    real = payments.filter(mode=Mode.PRODUCTION, state=PaymentState.PAID).first()
    done = account.mode == Mode.PRODUCTION
    if not done:
        note = "Passez le compte en mode production."
    else:
        note = f"Premier paiement{NBSP}: {real}" if real else "Aucun paiement réel pour l’instant."
    return Step(label="En production", done=done, note=note)


def _next_working_day(day: date) -> date:
    """Where the DGFiP works: neither at weekends nor on the public holidays of the town's region."""
    calendar = town_calendar(day, day + timedelta(days=15))
    day += timedelta(days=1)
    while day.weekday() >= 5 or calendar.is_public_holiday(day):
        day += timedelta(days=1)
    return day
