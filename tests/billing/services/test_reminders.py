"""Reminders of unpaid invoices: in steps, each once."""

from datetime import timedelta

import pytest

from billing.models import Reminder
from billing.services.reminders import send_reminders
from core.models import OutgoingMail
from tests.factories.campaigns import a_campaign, a_charge, issue
from tests.factories.world import Family, a_family
from tests.harness.queries import count_queries

TERM = timedelta(days=30)
DAY = timedelta(days=1)


@pytest.fixture
def family(regie) -> Family:
    regie.reminder_days = [7, 21]
    regie.save()
    return a_family(school=None)


def invoiced(regie, *families: Family, now) -> None:
    for family in families:
        a_charge(regie, family.household, now=now, amount="20.00")
    issue(a_campaign(regie, now=now), now=now)


def test_each_step_is_written_once(regie, family, now):
    invoiced(regie, family, now=now)

    sent = [send_reminders(now=now + TERM + days * DAY) for days in (0, 6, 7, 8, 21, 22, 60)]

    assert sent == [0, 0, 1, 0, 1, 0, 0]
    assert list(Reminder.objects.values_list("step", flat=True)) == [1, 2]
    second, first = OutgoingMail.objects.all()
    assert first.subject == "Rappel\u00a0: 20,00\xa0€ à régler – Régie cantine"
    assert second.subject.startswith("Dernier rappel")


def test_two_invoices_make_one_mail(regie, family, now):
    invoiced(regie, family, now=now)
    invoiced(regie, family, now=now)

    assert send_reminders(now=now + TERM + 10 * DAY) == 2
    assert "40,00" in OutgoingMail.objects.get().subject


def test_steps_that_were_missed_are_skipped(regie, family, now):
    invoiced(regie, family, now=now)

    assert send_reminders(now=now + TERM + 90 * DAY) == 1
    assert Reminder.objects.get().step == 2


def test_what_is_paid_is_not_recalled(regie, family, now):
    a_charge(regie, family.household, now=now, amount="-20.00")
    issue(a_campaign(regie, now=now), now=now)
    invoiced(regie, family, now=now)

    assert send_reminders(now=now + TERM + 10 * DAY) == 0


def test_the_cost_does_not_grow(regie, family, now):
    invoiced(regie, family, now=now)
    one = count_queries(lambda: send_reminders(now=now + TERM + 7 * DAY))
    invoiced(regie, *[a_family(school=None) for _ in range(3)], now=now)

    assert count_queries(lambda: send_reminders(now=now + TERM + 7 * DAY)) <= one
