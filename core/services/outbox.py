"""Writing and sending mails. A mail is written in the transaction of what it tells; sending may be late, never lost."""

import smtplib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string

from core.enums import MailState
from core.errors import DomainError
from core.jobs import enqueue
from core.languages import is_french, speaking
from core.mail_texts import OwnText, subject_of
from core.models import OutgoingMail
from core.queries.face import face
from core.queries.languages import languages_of
from core.queries.mail_texts import voice
from core.services.texting import write_sms

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


class MailError(DomainError):
    code = "mail"
    message = "Ce courriel est déjà en attente d’envoi : il part dès que possible."


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail to write, from ``mail/<template>.txt`` (first line: the subject) and ``mail/<template>.html``.

    It is written in the language that the family of this address chose, else in French; ``language`` decides for an
    address that has no account yet. What ``context`` holds is already made: words that depend on the language are
    made by the templates.

    ``sms_to``: an international number that gets its subject and its ``link`` as well.
    ``unsubscribe_url``: the page where its reader stops this kind of mail, for those a family may do without.
    """

    to: str
    template: str
    context: dict
    dedupe_key: str
    unsubscribe_url: str = ""
    sms_to: str = ""
    language: str = ""


def write_mail(
    *,
    to: str,
    template: str,
    context: dict,
    now: datetime,
    dedupe_key: str | None = None,
    language: str = "",
) -> None:
    """Put a mail in the outbox, from ``mail/<template>.txt`` (first line: the subject) and ``mail/<template>.html``.

    Nothing is written when a mail with the same ``dedupe_key`` was before. Call it inside the transaction of the
    event: it is sent once that is committed. For its language see Letter.
    """
    letter = Letter(to=to, template=template, context=context, dedupe_key="", language=language)
    mail = _rendered([letter], now=now)[0]
    mail.dedupe_key = dedupe_key
    OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
    enqueue("core.tasks.send_mails")


def write_mails(*, letters: Collection[Letter], now: datetime) -> int:
    """Put many mails in the outbox, in as many queries for one as for a thousand. Returns how many are new.

    A letter whose ``dedupe_key`` was written before is left out.
    """
    keys = [letter.dedupe_key for letter in letters]
    written = set(OutgoingMail.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    new = {letter.dedupe_key: letter for letter in letters if letter.dedupe_key not in written}
    if not new:
        return 0
    mails = _rendered(new.values(), now=now)
    for mail, key in zip(mails, new, strict=True):
        mail.dedupe_key = key
    OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True)
    name = face().town.name
    write_sms(
        messages=[
            (letter.sms_to, f"{name} : {mail.subject} {letter.context['link']}", letter.dedupe_key)
            for letter, mail in zip(new.values(), mails, strict=True)
            if letter.sms_to
        ],
        now=now,
    )
    enqueue("core.tasks.send_mails")
    return len(mails)


def _rendered(letters: Collection[Letter], *, now: datetime) -> list[OutgoingMail]:
    """The mails, each in its reader's language."""
    chosen = languages_of([letter.to for letter in letters if not letter.language])
    mails = []
    for letter in letters:
        with speaking(letter.language or chosen.get(letter.to.lower(), "")):
            mails.append(drawn(letter, now=now))
    return mails


def drawn(letter: Letter, *, now: datetime, own: OwnText | None = None) -> OutgoingMail:
    """A mail in the language in hand, written nowhere yet. ``own``: other words than those that the town keeps for it."""
    shown = face()
    town = shown.town
    own = own or voice().texts.get(letter.template, OwnText())
    if (
        not is_french()
    ):  # what the town adds stays as it wrote it; a subject of its own would hide what the mail is
        own = replace(own, subject="")
    context = letter.context | {
        "town": town,
        "branding": shown,
        "unsubscribe_url": letter.unsubscribe_url,
        "introduction": own.introduction,
    }
    # Any line break ends the subject: a visitor's name that holds one must not write headers, nor stop the mail.
    subject, *lines = render_to_string(f"mail/{letter.template}.txt", context).strip().splitlines()
    subject = subject_of(own, usual=subject.strip(), commune=town.name, service=town.service_name)
    paragraphs = [part for part in (own.introduction, "\n".join(lines).strip()) if part]
    return OutgoingMail(
        to=letter.to,
        subject=subject,
        text="\n\n".join(paragraphs) + "\n",
        html=render_to_string(f"mail/{letter.template}.html", context | {"subject": subject}),
        unsubscribe_url=letter.unsubscribe_url,
        created_at=now,
    )


def send_again(*, mail: OutgoingMail, now: datetime) -> None:
    """Put a mail that failed, or that its reader lost, in the outbox once more, as it was written, to the same address.

    Raises MailError for one that is still on its way.
    """
    with transaction.atomic():
        locked = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
        if locked.state == MailState.PENDING:
            raise MailError
        if locked.state == MailState.SENT:  # that one left: it stays as it is
            locked.pk, locked.dedupe_key, locked.sent_at = None, None, None
        locked.state, locked.attempts, locked.created_at, locked.last_error = MailState.PENDING, 0, now, ""
        locked.save()
        enqueue("core.tasks.send_mails")


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
    own = voice()
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=_sender(own.sender),
        to=[mail.to],
        reply_to=[own.reply_to] if own.reply_to else [],
        headers=_headers(mail),
        connection=server,
    )
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


def _sender(name: str) -> str:
    """The portal's address, under the name that the town gives it."""
    usual, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or usual, address))


def _headers(mail: OutgoingMail) -> dict[str, str]:
    """RFC 8058: mail programs then show their own « Se désabonner »."""
    if not mail.unsubscribe_url:
        return {}
    return {
        "List-Unsubscribe": f"<{mail.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
