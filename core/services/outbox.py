"""Writing and sending mails. A mail is written in the transaction of what it tells; sending may be late, never lost."""

import smtplib
from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

from core.enums import MailState
from core.models import OutgoingMail
from core.queries.face import face

MAX_ATTEMPTS = 8


def write_mail(*, to: str, template: str, context: dict, now: datetime, dedupe_key: str | None = None) -> OutgoingMail | None:
    """Put a mail in the outbox, from ``mail/<template>.txt`` (first line: the subject) and ``mail/<template>.html``.

    Returns None when a mail with the same ``dedupe_key`` was written before. Call it inside the transaction of
    the event; the sweeper or core.tasks sends it.
    """
    context = context | {"town": face().town}
    subject, _, text = render_to_string(f"mail/{template}.txt", context).strip().partition("\n")
    values = {
        "to": to,
        "subject": subject.strip(),
        "text": text.strip() + "\n",
        "html": render_to_string(f"mail/{template}.html", context | {"subject": subject.strip()}),
        "created_at": now,
    }
    if dedupe_key is None:
        return OutgoingMail.objects.create(**values)
    mail, created = OutgoingMail.objects.get_or_create(dedupe_key=dedupe_key, defaults=values)
    return mail if created else None


def send_due_mails(*, now: datetime, limit: int = 200) -> int:
    """Send what waits in this town's outbox. Returns how many went out.

    Several senders may run at once: each takes rows the others have not locked. A refused mail is tried again,
    MAX_ATTEMPTS times in all, then stays visible as FAILED.
    """
    sent = 0
    due = list(OutgoingMail.objects.filter(state=MailState.PENDING).order_by("created_at").values_list("pk", flat=True)[:limit])
    for pk in due:
        sent += _send_one(pk, now)
    return sent


@transaction.atomic
def _send_one(pk: int, now: datetime) -> bool:
    mail = OutgoingMail.objects.select_for_update(skip_locked=True).filter(pk=pk, state=MailState.PENDING).first()
    if mail is None:
        return False
    message = EmailMultiAlternatives(subject=mail.subject, body=mail.text, to=[mail.to])
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    mail.attempts += 1
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        mail.last_error = str(error)
        mail.state = MailState.FAILED if mail.attempts >= MAX_ATTEMPTS else MailState.PENDING
    else:
        mail.state = MailState.SENT
        mail.sent_at = now
    mail.save()
    return mail.state == MailState.SENT
