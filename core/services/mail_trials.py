"""A mail as families would read it, before its words are kept: seen on the page, or sent to oneself."""

from datetime import datetime

from django.db import transaction

from core.jobs import enqueue
from core.languages import speaking
from core.mail_samples import sample_of
from core.mail_texts import OwnText
from core.models import OutgoingMail, User
from core.services.outbox import Letter, drawn
from tenants.context import town_timezone


def trial_of(*, template: str, own: OwnText, to: User, now: datetime, language: str = "") -> OutgoingMail:
    """The mail with invented values and these words, written nowhere; in French without ``language``."""
    context = sample_of(template, now=now.astimezone(town_timezone()), email=to.email)
    letter = Letter(to=to.email, template=template, context=context, dedupe_key="")
    with speaking(language):
        return drawn(letter, own=own, now=now)


@transaction.atomic
def send_trial(*, template: str, own: OwnText, to: User, now: datetime, language: str = "") -> None:
    mail = trial_of(template=template, own=own, to=to, now=now, language=language)
    mail.subject = f"[Essai] {mail.subject}"
    mail.save()
    enqueue("core.tasks.send_mails")
