"""What a town does not keep for ever."""

from datetime import timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session

from core.clock import now
from core.models import OutgoingSms
from core.services.housekeeping import ACCESSES_KEPT
from core.tasks import tidy_up

DAY = timedelta(days=1)


def test_sessions_that_are_over_and_old_accesses_go(commune):
    for key, expires in (("finie", now() - DAY), ("en-cours", now() + DAY)):
        Session.objects.create(session_key=key, session_data="", expire_date=expires)
    for name, at in (("ancienne", now() - ACCESSES_KEPT - DAY), ("recente", now() - ACCESSES_KEPT + DAY)):
        for table, more in ((AccessLog, {}), (AccessAttempt, {"failures_since_start": 1})):
            table.objects.create(username=name, **more)
            table.objects.filter(username=name).update(attempt_time=at)  # the model writes the present itself

    tidy_up()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["en-cours"]
    for table in (AccessLog, AccessAttempt):
        assert list(table.objects.values_list("username", flat=True)) == ["recente"]


def test_a_short_message_forgets_to_whom_it_said_what(commune):
    for key, state, days in (("parti", "sent", 91), ("en-attente", "pending", 91), ("recent", "sent", 89)):
        at = now() - days * DAY
        OutgoingSms.objects.create(
            to="+33612345678", text="Jade", state=state, created_at=at, sent_at=at, dedupe_key=key
        )
    tidy_up()
    assert OutgoingSms.objects.get(to="", text="").dedupe_key == "parti"
