"""Group messages: written, previewed, sent now or later, each address followed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from core.audit_acts import AuditAct
from core.enums import MailingNature, MailingState, MailState, NotificationKind
from core.errors import DomainError
from core.locks import lock_rows, locking_transaction
from core.models import Mailing, MailingRecipient, OutgoingMail, User
from core.notification_links import stop_path
from core.queries.mailings import readership
from core.services.audit import record
from core.services.outbox import Letter, write_mails
from core.words import plural, short_moment
from tenants.context import town_timezone, town_url

# How far ahead a message may be set to go: beyond, it is more likely a wrong year.
LATEST = timedelta(days=366)


class MailingError(DomainError):
    code = "mailing"


def save_mailing(*, mailing: Mailing, by: User, now: datetime) -> None:
    """Keep what a valid form made. What has gone is not written again."""
    if mailing.state == MailingState.SENT:
        raise MailingError("Ce message est déjà parti : écrivez-en un autre.")
    mailing.written_by, mailing.written_at = by, now
    mailing.save()


def schedule_mailing(*, mailing: Mailing, send_at: datetime, now: datetime) -> None:
    if not now < send_at <= now + LATEST:
        raise MailingError("Choisissez un moment à venir, dans l’année.")
    with locking_transaction():
        held = _unsent(mailing)
        held.state, held.send_at = MailingState.SCHEDULED, send_at
        held.save(update_fields=["state", "send_at"])


def hold_mailing(*, mailing: Mailing) -> None:
    """Make a scheduled message a draft again."""
    with locking_transaction():
        held = _unsent(mailing)
        held.state, held.send_at = MailingState.DRAFT, None
        held.save(update_fields=["state", "send_at"])


def remove_mailing(*, mailing: Mailing, by: User, now: datetime) -> None:
    """Written down: of a scheduled message, families would otherwise wait without anybody knowing why."""
    with locking_transaction():
        held = _unsent(mailing)
        was = (
            f"Prévu le {short_moment(held.send_at.astimezone(town_timezone()))}"
            if held.send_at
            else "Brouillon"
        )
        record(act=AuditAct.MAILING_REMOVED, by=by, now=now, on=held, note=was)
        held.delete()


def send_mailing(*, mailing: Mailing, now: datetime) -> int:
    """Write a mail for each address of its families, as they are now. Returns how many. Twice is once (MailingError)."""
    with locking_transaction():
        held = _unsent(mailing)
        count = _send(held, now=now)
        if not count:
            raise MailingError("Personne ne recevrait ce message : choisissez d’autres destinataires.")
    return count


def send_scheduled(*, now: datetime) -> None:
    """Send what is due. A message that has nobody left to go to is closed all the same: nobody waits for it."""
    due = Mailing.objects.filter(state=MailingState.SCHEDULED, send_at__lte=now)
    for pk in list(due.values_list("pk", flat=True)):
        with locking_transaction():
            for held in lock_rows(due.filter(pk=pk)):
                _send(held, now=now)


@transaction.atomic
def retry_failures(*, mailing: Mailing, now: datetime) -> int:
    """Try again the mails that failed for good, as if they were just written. Returns how many."""
    failed = OutgoingMail.objects.filter(pk__in=mailing.recipients.values("mail"), state=MailState.FAILED)
    return failed.update(state=MailState.PENDING, attempts=0, created_at=now)


def _unsent(mailing: Mailing) -> Mailing:
    held = lock_rows(Mailing.objects.filter(pk=mailing.pk))
    if not held or held[0].state == MailingState.SENT:
        raise MailingError("Ce message est déjà parti.")
    return held[0]


def _send(mailing: Mailing, *, now: datetime) -> int:
    today = now.astimezone(town_timezone()).date()
    found = readership(mailing.audiences, MailingNature(mailing.nature), on=today)
    recipients = MailingRecipient.objects.bulk_create(
        MailingRecipient(
            mailing=mailing, household_id=reader.household_id, name=reader.name, email=reader.email
        )
        for reader in found.readers
    )
    host = town_url("")
    letters = [
        Letter(
            to=reader.email,
            template="group_message",
            context={"mailing": mailing, "link": host + reverse("home")},
            dedupe_key=_key(recipient),
            sms_to=reader.sms_to,
            unsubscribe_url=host + stop_path(reader.user, NotificationKind.NEWS)
            if reader.user and mailing.nature == MailingNature.NEWS
            else "",
        )
        for reader, recipient in zip(found.readers, recipients, strict=True)
    ]
    write_mails(letters=letters, now=now)
    written = OutgoingMail.objects.filter(dedupe_key__in=[letter.dedupe_key for letter in letters])
    keys = dict(written.values_list("dedupe_key", "pk"))
    for recipient in recipients:
        recipient.mail_id = keys[_key(recipient)]
    MailingRecipient.objects.bulk_update(recipients, ["mail"])
    mailing.state, mailing.sent_at = MailingState.SENT, now
    mailing.save(update_fields=["state", "sent_at"])
    record(
        act=AuditAct.MAILING_SENT,
        by=mailing.written_by,
        now=now,
        on=mailing,
        note=plural(len(recipients), "adresse"),
    )
    return len(recipients)


def _key(recipient: MailingRecipient) -> str:
    return f"mailing:{recipient.pk}"
