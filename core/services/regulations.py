"""What a family answers to a règlement or an autorisation."""

from datetime import datetime

from core.errors import DomainError
from core.locks import lock_rows, locking_transaction
from core.models import Agreement, Child, Household, RegulationVersion, User
from core.queries.documents import versions_on
from tenants.context import town_timezone


class AgreementError(DomainError):
    code = "agreement"


def answer_regulation(
    *,
    version: RegulationVersion,
    household: Household,
    child: Child | None,
    agrees: bool,
    by: User,
    now: datetime,
) -> Agreement:
    """Write who answered what, and when. The same answer given twice is one.

    Raises AgreementError: another version holds since, a règlement cannot be refused, the wrong person.
    """
    regulation = version.regulation
    if regulation.is_about_child != (child is not None) or (child and child.household_id != household.pk):
        raise AgreementError("Cet accord n’est pas demandé pour cette personne.")
    if not agrees and not regulation.may_be_refused:
        raise AgreementError("Un règlement s’accepte ; pour une question, appelez le service.")
    if versions_on(now.astimezone(town_timezone()).date(), [regulation]) != [version]:
        raise AgreementError("Une nouvelle version vient d’être publiée : relisez-la avant de répondre.")
    with locking_transaction():
        lock_rows(Household.objects.filter(pk=household.pk))  # two answers at once would both be the first
        last = Agreement.objects.filter(version=version, household=household, child=child).first()
        if last is not None and last.agrees == agrees:
            return last
        return Agreement.objects.create(
            version=version, household=household, child=child, agrees=agrees, at=now, by=by
        )
