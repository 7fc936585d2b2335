"""Writing and sending mails. A mail is written in the transaction of what it tells; sending may be late, never lost."""

import smtplib
from datetime import datetime, timedelta

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string

from core.enums import MailState
from core.jobs import enqueue
from core.models import OutgoingMail
from core.queries.face import face

log = structlog.get_logger(__name__)

# How old a mail must be for its first, second… attempt.
RETRY_AFTER = (
    timedelta(0),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
    timedelta(hours=48),
)


def write_mail(
    *, to: str, template: str, context: dict, now: datetime, dedupe_key: str | None = None
) -> OutgoingMail | None:
    """Put a mail in the outbox, from ``mail/<template>.txt`` (first line: the subject) and ``mail/<template>.html``.

    Returns None when a mail with the same ``dedupe_key`` was written before. Call it inside the transaction of
    the event: it is sent once that is committed.
    """
    context = context | {"town": face().town}
    # Any line break ends the subject: a visitor's name that holds one must not write headers, nor stop the mail.
    subject, *lines = render_to_string(f"mail/{template}.txt", context).strip().splitlines()
    values = {
        "to": to,
        "subject": subject.strip(),
        "text": "\n".join(lines).strip() + "\n",
        "html": render_to_string(f"mail/{template}.html", context | {"subject": subject.strip()}),
        "created_at": now,
    }
    if dedupe_key is None:
        mail, created = OutgoingMail.objects.create(**values), True
    else:
        mail, created = OutgoingMail.objects.get_or_create(dedupe_key=dedupe_key, defaults=values)
    if not created:
        return None
    enqueue("core.tasks.send_mails")
    return mail


def send_due_mails(*, now: datetime, limit: int = 200) -> int:
    """Send what is due in this town's outbox. Returns how many went out.

    Several senders may run at once: each takes rows the others have not locked. A mail that is refused is tried
    again, later each time (RETRY_AFTER), then stays visible as FAILED, as one that cannot be written does at once.
    When the mail server does not answer at all, nothing is tried and everything waits.
    """
    due = list(_due(now).order_by("created_at").values_list("pk", flat=True)[:limit])
    if not due:
        return 0
    server = get_connection()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail_server_unavailable", error=str(error), waiting=len(due))
        return 0
    try:
        return sum(_send_one(pk, server, now) for pk in due)
    finally:
        server.close()


def _due(now: datetime) -> QuerySet[OutgoingMail]:
    waited_enough = Q()
    for attempts, wait in enumerate(RETRY_AFTER):
        waited_enough |= Q(attempts=attempts, created_at__lte=now - wait)
    return OutgoingMail.objects.filter(waited_enough, state=MailState.PENDING)


@transaction.atomic
def _send_one(pk: int, server: BaseEmailBackend, now: datetime) -> bool:
    mail = (
        OutgoingMail.objects.select_for_update(skip_locked=True)
        .filter(pk=pk, state=MailState.PENDING)
        .first()
    )
    if mail is None:
        return False
    message = EmailMultiAlternatives(subject=mail.subject, body=mail.text, to=[mail.to], connection=server)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    mail.attempts += 1
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        mail.last_error = str(error)
        mail.state = MailState.FAILED if mail.attempts == len(RETRY_AFTER) else MailState.PENDING
    except (
        ValueError
    ) as error:  # a header or an address that no mail can hold: the mails behind it must not wait
        mail.last_error = str(error)
        mail.state = MailState.FAILED
    else:
        mail.state = MailState.SENT
        mail.sent_at = now
    mail.save()
    return mail.state == MailState.SENT
