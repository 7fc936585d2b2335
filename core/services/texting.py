"""Short messages of reminders: for the accounts that asked for them, where the town pays for them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from core.enums import MailState
from core.jobs import enqueue
from core.models import OutgoingSms, User
from core.queries.texting import sms_sender
from core.sms import LONGEST, Sms, SmsDownError, SmsRefusedError, send_sms
from tenants.context import current_commune

log = structlog.get_logger(__name__)

# A reminder that leaves a day late is of no more use.
WORTH_SENDING = timedelta(hours=24)


def write_sms(*, messages: Iterable[tuple[str, str, str]], now: datetime) -> int:
    """Put short messages in the outbox: international number, text, key; one a key. Returns how many were given.
    Nothing where the town sends none. Call it inside the transaction of the event."""
    rows = [
        OutgoingSms(to=to, text=_short(text), dedupe_key=key, created_at=now) for to, text, key in messages
    ]
    if not rows or not sms_sender():
        return 0
    OutgoingSms.objects.bulk_create(rows, ignore_conflicts=True)
    enqueue("core.tasks.send_texts")
    return len(rows)


def send_due_sms(*, now: datetime, limit: int = 200) -> int:
    """Send what waits in this town's outbox. Returns how many left. Several senders may run at once."""
    sender = sms_sender()
    if not sender:
        return 0
    waiting = OutgoingSms.objects.filter(state=MailState.PENDING).order_by("created_at", "pk")
    keys = list(waiting.values_list("pk", flat=True)[:limit])
    return sum(_send_one(pk, sender, now) for pk in keys)


def choose_sms(*, user: User, wanted: bool) -> None:
    user.sms_reminders = wanted
    user.save(update_fields=["sms_reminders"])


@transaction.atomic
def _send_one(pk: int, sender: str, now: datetime) -> bool:
    rows = OutgoingSms.objects.select_for_update(skip_locked=True).filter(pk=pk, state=MailState.PENDING)
    message = rows.first()
    if message is None:
        return False
    message.attempts += 1
    try:
        message.reference = _hand_over(message, sender, now)
    except SmsDownError as error:
        message.last_error = str(error)
    except SmsRefusedError as error:
        message.last_error, message.state = str(error), MailState.FAILED
        log.warning("sms_refused", sms=message.pk, error=str(error))
    else:
        message.state, message.sent_at, message.last_error = MailState.SENT, now, ""
    message.save()
    return message.state == MailState.SENT


def _hand_over(message: OutgoingSms, sender: str, now: datetime) -> str:
    if message.created_at < now - WORTH_SENDING:
        raise SmsRefusedError("trop tard : le rappel n’a plus d’objet")
    key = f"{current_commune().slug}-{message.pk}"
    return send_sms(Sms(to=message.to, sender=sender, text=message.text, key=key))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
