from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction

from core.audit_acts import AuditAct
from core.errors import DomainError
from core.models import Child, Guardian, Household, User
from core.services.accounts import create_family_account
from core.services.audit import record

log = structlog.get_logger(__name__)


class NumberTakenError(DomainError):
    code = "number_taken"
    message = "Un autre dossier porte déjà ce numéro : choisissez-en un autre."


@dataclass(frozen=True, kw_only=True)
class NewGuardian:
    guardian: Guardian
    opens_account: bool
    language: str = ""


@transaction.atomic
def register_family(
    *,
    household: Household,
    guardians: Sequence[NewGuardian],
    children: Sequence[Child],
    by: User | None,
    now: datetime,
) -> Household:
    """Save a new file with its people, and open the accounts asked for. All of it or nothing.

    ``by``: nobody when the town opens files by itself. Takes validated, unsaved rows. Raises EmailTakenError or
    NumberTakenError.
    """
    _open(household)
    by_itself = "" if by else f"{guardians[0].guardian} (inscription en ligne)"
    record(act=AuditAct.FAMILY_OPENED, by=by, now=now, on=household, actor_name=by_itself)
    for new in guardians:
        new.guardian.household = household
        new.guardian.save()
        if new.opens_account:
            create_family_account(
                guardian=new.guardian, email=new.guardian.email, language=new.language, by=by, now=now
            )
    for child in children:
        child.household = household
        child.save()
    log.info("family_registered", household=household.pk, by=by and by.pk)
    return household


def _open(household: Household) -> None:
    """Two colleagues may write the same number at once: the database tells the second one."""
    try:
        with transaction.atomic():
            household.save()
    except IntegrityError as error:
        if "(number)" in str(error):
            raise NumberTakenError from error
        raise
