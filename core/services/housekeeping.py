"""What a town must not keep for ever: sessions that are over, who signed in from where, files of no more use."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from core.audit_acts import AuditAct
from core.enums import MailState
from core.models import AuditEntry, OpenSession, OutgoingSms, TrustedDevice
from core.services.document_pages import forget_abandoned_pages
from core.services.documents import forget_old_files
from core.services.imports import forget_imports
from core.services.message_files import forget_unsent_files
from core.services.pickup_photos import forget_abandoned
from core.services.registrations import forget_registrations

# Six months, as the CNIL recommends for the traces of accesses.
ACCESSES_KEPT = timedelta(days=180)
ACCESSES = (AuditAct.SIGNED_IN, AuditAct.SIGN_IN_FAILED, AuditAct.CODE_FAILED, AuditAct.SIGNED_OUT)
ACTS_KEPT = timedelta(days=3 * 365)
SMS_KEPT = timedelta(days=90)


def tidy_up(*, now: datetime) -> None:
    """Delete, in the active town, what is past its time. Nothing depends on it having run."""
    Session.objects.filter(expire_date__lt=now).delete()
    for table in (AccessLog, AccessAttempt):
        table.objects.filter(attempt_time__lt=now - ACCESSES_KEPT).delete()
    _forget_texts(now=now)
    _forget_acts(now=now)
    OpenSession.objects.exclude(Exists(Session.objects.filter(session_key=OuterRef("key")))).delete()
    TrustedDevice.objects.filter(until__lt=now).delete()
    forget_old_files(now=now)
    forget_abandoned(now=now)
    forget_abandoned_pages(now=now)
    forget_unsent_files(now=now)
    forget_registrations(now=now)
    forget_imports(now=now)


def _forget_acts(*, now: datetime) -> None:
    """The journal forgets who came in when as AccessLog does, and the other acts once nobody can contest them."""
    AuditEntry.objects.filter(at__lt=now - ACTS_KEPT).delete()
    AuditEntry.objects.filter(at__lt=now - ACCESSES_KEPT, act__in=ACCESSES).delete()


def _forget_texts(*, now: datetime) -> None:
    """A short message loses its number and its words; its key stays, so that it is never written again."""
    old = OutgoingSms.objects.filter(created_at__lt=now - SMS_KEPT).exclude(state=MailState.PENDING)
    old.exclude(to="").update(to="", text="")
