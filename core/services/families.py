from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from core.models import Child, Guardian, Household, User
from core.services.accounts import create_family_account

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class NewGuardian:
    guardian: Guardian
    opens_account: bool


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

    ``by``: nobody when the town opens files by itself. Takes validated, unsaved rows. Raises EmailTakenError.
    """
    household.save()
    for new in guardians:
        new.guardian.household = household
        new.guardian.save()
        if new.opens_account:
            create_family_account(guardian=new.guardian, email=new.guardian.email, by=by, now=now)
    for child in children:
        child.household = household
        child.save()
    log.info("family_registered", household=household.pk, by=by and by.pk)
    return household
