"""What Bellegarde knows of its families' means: one proof that ends soon, one declared change, one to ask the fund for."""

from datetime import date, timedelta
from decimal import Decimal

from billing.models import QuotientDeclaration, QuotientSettings
from billing.quotients import Effect, Fund, QuotientSource
from billing.services.declarations import declare_change
from billing.services.quotients import Proof, set_quotient
from core.clock import now
from core.models import Household, User
from infra.sandbox.api_particulier.simulator import TOKENS
from tenants.context import town_timezone

INVENTED_SIRET = "00000000000000"


def write_quotients(*, agent: User) -> None:
    """Once: nothing when the town has chosen its settings."""
    if QuotientSettings.objects.exists():
        return
    settings = QuotientSettings(effect=Effect.MONTH, siret=INVENTED_SIRET)
    settings.token = TOKENS[0]
    settings.save()
    household = Household.objects.get(number="F00002")
    if household.quotients.exists():
        return
    at = now()
    today = at.astimezone(town_timezone()).date()
    give_quotient(household, "734", agent=agent, valid_until=today + timedelta(days=25))
    guardian = household.guardians.get(user__isnull=False)
    if not QuotientDeclaration.objects.exists():
        declare_change(
            household=household,
            value=Decimal(688),
            message="Notre quotient a changé ce mois-ci, j’apporte l’attestation au guichet.",
            proof=None,
            by=guardian.user,
            now=at,
        )


def give_quotient(household: Household, value: str, *, agent: User, valid_until: date | None = None) -> None:
    """A proof received forty days ago; nothing when the town has one already."""
    if household.quotients.exists():
        return
    at = now()
    set_quotient(
        household=household,
        proof=Proof(
            value=Decimal(value),
            received_on=at.astimezone(town_timezone()).date() - timedelta(days=40),
            source=QuotientSource.DOCUMENT,
            fund=Fund.CAF,
            reference="Attestation de paiement CAF",
        ),
        by=agent,
        now=at,
        valid_until=valid_until,
    )
