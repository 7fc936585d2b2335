"""Asking the family's fund for its quotient: only with its consent, kept in the words it read, and only for this."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.api_particulier import FundError, FundOutcome, FundQuotient, Identity, fetch_quotient
from billing.errors import FundUnansweredError
from billing.models import FundConsent, Quotient
from billing.quotients import QuotientSource
from billing.services.quotients import Proof, quotient_settings, set_quotient
from core.enums import TaskKind
from core.models import Household, User
from core.retold import gettext_noop
from core.services.office import open_task
from core.services.throttle import allow
from core.words import counted
from tenants.context import town_timezone

log = structlog.get_logger(__name__)

CONSENT = gettext_noop(
    "J’autorise la commune à demander à la CAF ou à la MSA, par l’API Particulier, le quotient familial de mon foyer, "
    "pour calculer mes tarifs. Seuls le quotient, son mois, la caisse et le nombre d’enfants sont gardés."
)
OTHER_WAY = _("Vous pouvez joindre votre attestation ci-dessous : le service l’enregistrera.")
_WORDS = {
    FundOutcome.UNKNOWN: _(
        "La CAF et la MSA ne trouvent pas de dossier à cette identité. Vérifiez le nom de naissance, les "
        "prénoms et la date ; le dossier est peut-être au nom de l’autre parent."
    ),
    FundOutcome.OTHERS: _(
        "Le dossier trouvé n’a aucun enfant de votre foyer : son quotient n’est pas repris."
    ),
    FundOutcome.INVALID: _(
        "La caisse n’accepte pas ces renseignements. Vérifiez le lieu de naissance et le département."
    ),
    FundOutcome.DOWN: _("La caisse ne répond pas pour l’instant. Rien n’a changé : réessayez plus tard."),
    FundOutcome.REFUSED: _("La demande n’a pas pu partir. Le service en est averti."),
}


def ask_fund(*, household: Household, identity: Identity, by: User, now: datetime) -> Quotient:
    """Ask the fund and record its answer. The identity is sent and never kept. Raises FundUnansweredError.

    The call is made outside any transaction; the consent is written before it.
    """
    if not allow(act="fund", who=str(household.pk), limit=5, per=timedelta(hours=1)):
        raise FundUnansweredError(
            gettext("Cinq demandes ont déjà été faites dans l’heure. %(other_way)s")
            % {"other_way": OTHER_WAY}
        )
    consent = FundConsent.objects.create(household=household, by=by, at=now, text=CONSENT)
    town = quotient_settings()
    try:
        answer = fetch_quotient(
            identity, url=settings.API_PARTICULIER_URL, token=town.token, siret=town.siret
        )
        _require_own(answer, household)
    except FundError as error:
        _close(consent, error.outcome)
        log.warning("fund_unanswered", outcome=error.outcome.value, detail=str(error))
        if error.outcome is FundOutcome.REFUSED:
            _tell_office(now)
        raise FundUnansweredError(f"{_words(error)} {OTHER_WAY}") from error
    quotient = set_quotient(household=household, proof=_proof(answer, now), by=by, now=now)
    _close(consent, FundOutcome.FOUND, quotient)
    return quotient


def _require_own(answer: FundQuotient, household: Household) -> None:
    """An identity is no secret: a file is this family's when one of its children is."""
    if not household.children.filter(birth_date__in=answer.children_born).exists():
        raise FundError(FundOutcome.OTHERS)


def _proof(answer: FundQuotient, now: datetime) -> Proof:
    return Proof(
        value=answer.value,
        received_on=now.astimezone(town_timezone()).date(),
        source=QuotientSource.API,
        fund=answer.fund,
        children=len(answer.children_born),
        reference="API Particulier",
        as_of=answer.as_of,
    )


def _words(error: FundError) -> str:
    if error.outcome is FundOutcome.BUSY:
        minutes = max(1, -(-(error.retry_after or 0) // 60))
        return gettext("La caisse reçoit trop de demandes : réessayez dans %(time)s.") % {
            "time": counted(minutes, "minute", "minutes")
        }
    return str(_WORDS[error.outcome])


def _close(consent: FundConsent, outcome: FundOutcome, quotient: Quotient | None = None) -> None:
    FundConsent.objects.filter(pk=consent.pk).update(outcome=outcome.value, quotient=quotient)


def _tell_office(now: datetime) -> None:
    """Once a day, however many families meet it."""
    open_task(
        kind=TaskKind.QUOTIENT,
        source=f"billing.api-particulier:{now.date()}",
        title="API Particulier refuse le jeton de la commune",
        body="Vérifiez le jeton et le SIRET dans les réglages des quotients, et l’habilitation sur particulier.api.gouv.fr.",
        now=now,
    )
