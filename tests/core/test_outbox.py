"""The outbox: written once, sent once, late perhaps, never lost."""

import smtplib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outside
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from core.enums import MailState
from core.models import OutgoingMail
from core.services.outbox import RETRY_AFTER, send_due_mails, write_mail
from tests.factories.world import a_family, town_settings

NOW = datetime(2026, 11, 18, 23, 40, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def town(commune):
    return town_settings()


def write(*, key: str | None = None) -> OutgoingMail:
    user = a_family(school=None).user
    context = {"user": user, "link": "https://exemple.fr/a?b=1&c=2"}
    write_mail(to=user.email, template="activation", context=context, now=NOW, dedupe_key=key)
    return OutgoingMail.objects.latest("pk")


def break_server(monkeypatch, *, of: str, error: Exception) -> None:
    def fail(*_args):
        raise error

    monkeypatch.setattr(EmailBackend, of, fail)


def test_the_first_line_is_the_subject_and_the_text_is_plain(town):
    mail = write()

    assert mail.subject.startswith("Votre compte est ouvert")
    assert mail.text.startswith("Bonjour")
    assert "a?b=1&c=2" in mail.text
    assert "Guichet Unique" in mail.html


def test_one_event_is_told_once(town):
    write(key="compte:1")
    write(key="compte:1")

    assert OutgoingMail.objects.count() == 1


def test_what_is_written_goes_out_once_in_both_forms(town):
    write()

    assert send_due_mails(now=NOW) == 1
    assert send_due_mails(now=NOW) == 0

    (sent,) = outside.outbox
    assert sent.alternatives[0].mimetype == "text/html"
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.sent_at) == (MailState.SENT, NOW)


def test_a_mail_that_is_not_committed_never_existed(town):
    with pytest.raises(RuntimeError), transaction.atomic():
        write()
        raise RuntimeError
    assert not OutgoingMail.objects.exists()


def test_a_refused_mail_is_tried_later_each_time_then_stays_visible(town, monkeypatch):
    write()
    break_server(monkeypatch, of="send_messages", error=smtplib.SMTPRecipientsRefused({}))

    assert send_due_mails(now=NOW) == 0
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.attempts) == (MailState.PENDING, 1)
    send_due_mails(now=NOW + timedelta(seconds=59))
    mail.refresh_from_db()
    assert mail.attempts == 1

    for wait in RETRY_AFTER[1:]:
        send_due_mails(now=NOW + wait)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.FAILED, len(RETRY_AFTER))
    assert send_due_mails(now=NOW + timedelta(days=9)) == 0


def test_a_refused_mail_does_not_stop_the_others(town, monkeypatch):
    first, _ = write(), write()
    deliver = EmailBackend.send_messages

    def refuse_first(backend, messages):
        if messages[0].to == [first.to]:
            raise smtplib.SMTPRecipientsRefused({})
        return deliver(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse_first)

    assert send_due_mails(now=NOW) == 1


def test_a_mail_server_that_is_down_costs_no_attempt(town, monkeypatch):
    write()
    break_server(monkeypatch, of="open", error=ConnectionRefusedError())

    assert send_due_mails(now=NOW) == 0

    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.attempts) == (MailState.PENDING, 0)


def test_a_line_break_in_a_name_writes_no_header(town):
    asked = {"who": "Camille\rBcc: tous@exemple.fr", "title": "Cantine", "visitor_email": ""}
    context = {"conversation": asked, "message": "Bonjour", "link": "https://exemple.fr"}
    write_mail(to="guichet@bellegarde.example", template="contact", context=context, now=NOW)

    assert OutgoingMail.objects.get().subject == "Message de Camille"
    assert send_due_mails(now=NOW) == 1
    assert outside.outbox[0].subject == "Message de Camille"


def test_a_mail_that_cannot_be_written_does_not_stop_those_behind_it(town):
    impossible = write()
    OutgoingMail.objects.filter(pk=impossible.pk).update(subject="Objet\rBcc: tous@exemple.fr")
    write()

    assert send_due_mails(now=NOW) == 1

    impossible.refresh_from_db()
    assert impossible.state == MailState.FAILED
    assert "newlines" in impossible.last_error
    assert len(outside.outbox) == 1
