"""Writing the journal. A service says what it did; from where is known of the request (core.origin)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import models

from core.audit_acts import AuditAct
from core.models import AuditEntry, User
from core.origin import current_origin

VENDOR = "L’éditeur du portail"


def record(
    *,
    act: AuditAct,
    by: User | None,
    now: datetime,
    on: models.Model | None = None,
    note: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    actor_name: str = "",
) -> AuditEntry:
    """Write down an act, in the transaction of the act itself.

    ``by``: None for the vendor, or for somebody who is only what was typed (``actor_name``). ``before`` and ``after``:
    French labels and values that JSON can hold, for what was changed. Never a secret, never health.
    """
    return AuditEntry.objects.create(
        at=now,
        act=act,
        actor_id=by.pk if by else None,
        actor_name=(actor_name or (f"{by.name} ({by.email})" if by else VENDOR))[:200],
        subject_kind=str(on._meta.verbose_name) if on else "",
        subject_id=on.pk if on else None,
        subject_name=str(on)[:200] if on else "",
        note=note[:400],
        before=before,
        after=after,
        address=current_origin(),
    )
