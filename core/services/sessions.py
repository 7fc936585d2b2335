"""Where an account is signed in: a session is listed when it opens, and can be ended from elsewhere."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from core.audit_acts import AuditAct
from core.models import OpenSession, User
from core.services.audit import record

# A page opened more often than that does not write again.
SEEN_EVERY = timedelta(minutes=10)


def open_session(*, user: User, key: str, address: str, device: str, now: datetime) -> None:
    with transaction.atomic():
        OpenSession.objects.update_or_create(
            key=key,
            defaults={
                "user": user,
                "opened_at": now,
                "seen_at": now,
                "address": address,
                "device": device[:300],
            },
        )
        record(act=AuditAct.SIGNED_IN, by=user, now=now, on=user)


def see_session(*, key: str, address: str, now: datetime) -> None:
    OpenSession.objects.filter(key=key).update(seen_at=now, address=address)


def rename_session(*, old: str, new: str) -> None:
    """The framework gives a session another key when the password changes."""
    OpenSession.objects.filter(key=old).update(key=new)


def close_session(*, user: User, key: str, now: datetime) -> None:
    """The person leaves by the door."""
    with transaction.atomic():
        OpenSession.objects.filter(key=key).delete()
        record(act=AuditAct.SIGNED_OUT, by=user, now=now, on=user)


def end_sessions(
    *, user: User, by: User | None, now: datetime, only: int | None = None, but: str = ""
) -> int:
    """End the sessions of an account, or ``only`` one of them (its pk), never the one whose key is ``but``.

    Returns how many ended; a device is out at its next request.
    """
    with transaction.atomic():
        ended = OpenSession.objects.filter(user=user).exclude(key=but)
        if only is not None:
            ended = ended.filter(pk=only)
        count = forget_sessions(ended)
        if count:
            record(act=AuditAct.SESSIONS_ENDED, by=by, now=now, on=user, note=f"{count} session(s)")
    return count


def forget_sessions(rows: QuerySet[OpenSession]) -> int:
    """End these sessions without a line of their own in the journal: the act that closes an account says it."""
    keys = list(rows.values_list("key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)
