"""What a town must not keep for ever: sessions that are over, who signed in from where, files of no more use."""

from datetime import datetime, timedelta

from axes.models import AccessLog
from django.contrib.sessions.models import Session

from core.services.documents import forget_old_files
from core.services.imports import forget_imports
from core.services.registrations import forget_registrations

# Six months, as the CNIL recommends for the traces of accesses.
ACCESSES_KEPT = timedelta(days=180)


def tidy_up(*, now: datetime) -> None:
    """Delete, in the active town, what is past its time. Nothing depends on it having run."""
    Session.objects.filter(expire_date__lt=now).delete()
    AccessLog.objects.filter(attempt_time__lt=now - ACCESSES_KEPT).delete()
    forget_old_files(now=now)
    forget_registrations(now=now)
    forget_imports(now=now)
