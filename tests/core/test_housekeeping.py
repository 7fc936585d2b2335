"""What a town does not keep for ever."""

from datetime import timedelta

from axes.models import AccessLog
from django.contrib.sessions.models import Session

from core.clock import now
from core.services.housekeeping import ACCESSES_KEPT
from core.tasks import tidy_up

DAY = timedelta(days=1)


def test_sessions_that_are_over_and_old_accesses_go(commune):
    for key, expires in (("finie", now() - DAY), ("en-cours", now() + DAY)):
        Session.objects.create(session_key=key, session_data="", expire_date=expires)
    for name, at in (("ancienne", now() - ACCESSES_KEPT - DAY), ("recente", now() - ACCESSES_KEPT + DAY)):
        AccessLog.objects.create(username=name)
        AccessLog.objects.filter(username=name).update(attempt_time=at)  # the model writes the present itself

    tidy_up()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["en-cours"]
    assert list(AccessLog.objects.values_list("username", flat=True)) == ["recente"]
