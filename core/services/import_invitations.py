"""Giving the portal to the people whom a file brought: an account and its activation link for each address."""

from datetime import datetime

import structlog
from django.db.models import QuerySet

from core.errors import DomainError
from core.imports.states import ImportState
from core.models import FileImport, Guardian
from core.services.accounts import create_family_account

log = structlog.get_logger(__name__)


def uninvited(file: FileImport) -> QuerySet[Guardian]:
    """Guardians whom a finished import made, who have an address and no account yet."""
    if file.state != ImportState.DONE:
        return Guardian.objects.none()
    made = [
        key
        for trace in file.lines.exclude(trace=[]).values_list("trace", flat=True)
        for label, key, before, _ in trace
        if label == Guardian._meta.label_lower and before is None
    ]
    return Guardian.objects.filter(pk__in=made, user=None).exclude(email="").order_by("pk")


def invite_imported(*, import_id: int, now: datetime) -> int:
    """Open the accounts of an import, one transaction each: done twice, nobody is invited twice. Returns how many.

    An address that another account has is left to the office.
    """
    file = FileImport.objects.select_related("created_by").get(pk=import_id)
    opened = 0
    for guardian in uninvited(file):
        try:
            create_family_account(guardian=guardian, email=guardian.email, by=file.created_by, now=now)
        except DomainError as error:
            log.info("import_invitation_skipped", guardian=guardian.pk, reason=error.code)
        else:
            opened += 1
    return opened
