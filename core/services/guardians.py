"""The adults of a family's file: one more, with an account or not, and what each may do."""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.audit_acts import AuditAct
from core.errors import DomainError
from core.guardian_roles import GuardianRole, stronger
from core.languages import in_french
from core.locks import lock_rows, locking_transaction
from core.models import Guardian, Household, User
from core.queries.plain_text import plain
from core.services.accounts import EmailTakenError, create_family_account
from core.services.audit import record

log = structlog.get_logger(__name__)

MOST = 6  # adults of one file


class GuardianError(DomainError):
    code = "guardian"


def invite_guardian(*, guardian: Guardian, household: Household, by: User, now: datetime) -> bool:
    """Add an adult to a file and send the activation link, unless the person only comes for the children. Takes a
    validated, unsaved row; an adult of this name who has no account is completed instead of written twice. Returns
    whether a link was sent: none to an address that has an account already, which a family must not learn. Raises
    GuardianError.
    """
    with locking_transaction():
        lock_rows(Household.objects.filter(pk=household.pk))  # two invitations at once would both be the last
        guardian = _written_once(guardian, household)
        known = guardian.pk is not None
        guardian.save()
        said = f"Complété dans le dossier {household}" if known else f"Ajouté au dossier {household}"
        with in_french():  # a family does it too, in its language; the journal keeps French
            after = _rights_of(guardian)
        record(act=AuditAct.FAMILY_CORRECTED, by=by, now=now, on=guardian, note=said, after=after)
        if guardian.role == GuardianRole.PICKUP or not guardian.email:
            return False
        try:
            create_family_account(guardian=guardian, email=guardian.email, by=by, now=now)
        except EmailTakenError:
            guardian.user = None
            log.info("invited_address_taken", guardian=guardian.pk, by=by.pk)
            return False
    return True


def _written_once(guardian: Guardian, household: Household) -> Guardian:
    """The row to save: the file's own adult of this name, with what is said now, or the new one."""
    adults = list(household.guardians.all())
    for known in adults:
        if plain(str(known)) == plain(str(guardian)):
            if known.user_id:
                raise GuardianError(
                    _("%(person)s est déjà dans ce dossier, avec un compte.") % {"person": known}
                )
            known.role = stronger(GuardianRole(known.role), GuardianRole(guardian.role))
            known.email, known.phone = guardian.email or known.email, guardian.phone or known.phone
            return known
    if len(adults) >= MOST:
        raise GuardianError(_("Ce dossier a déjà six adultes : demandez au service d’en retirer un."))
    guardian.household, guardian.is_payer = household, False
    return guardian


@transaction.atomic
def change_role(*, guardian: Guardian, role: GuardianRole, is_payer: bool, by: User, now: datetime) -> None:
    """Give an adult another role. Raises GuardianError: a file keeps somebody who manages it."""
    others = lock_rows(Guardian.objects.filter(household=guardian.household_id))
    locked = next(one for one in others if one.pk == guardian.pk)
    if role != GuardianRole.MANAGER and not any(one.is_manager for one in others if one.pk != locked.pk):
        raise GuardianError(_("C’est le seul responsable du dossier : nommez-en d’abord un autre."))
    if role == GuardianRole.PICKUP and locked.user_id:
        raise GuardianError(
            f"{locked} a un compte : choisissez « Contact » pour qu’il ne puisse que regarder."
        )
    before = _rights_of(locked)
    locked.role, locked.is_payer = role, is_payer and role == GuardianRole.MANAGER
    locked.save(update_fields=["role", "is_payer"])
    record(act=AuditAct.GUARDIAN_ROLE, by=by, now=now, on=locked, before=before, after=_rights_of(locked))
    log.info("guardian_role", guardian=locked.pk, role=role, by=by.pk)


def _rights_of(guardian: Guardian) -> dict[str, object]:
    return {"Rôle": guardian.get_role_display(), "Paie": "oui" if guardian.is_payer else "non"}
