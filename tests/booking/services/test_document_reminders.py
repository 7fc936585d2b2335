"""A paper that goes out of date is told once, in time, to whom needs it and wants to know."""

from datetime import timedelta

import pytest

from booking.services.document_reminders import remind_documents
from core.enums import FileSubject, NotificationKind
from core.models import OutgoingMail
from core.services.notifications import stop_notification
from tests.factories.papers import a_kind, accepted, asks, sent
from tests.factories.world import a_family
from tests.harness.queries import assert_constant_queries


@pytest.fixture
def kind(canteen):
    asks(canteen.period, documents=["assurance"])
    return a_kind(reminder_days=30)


def ending(kind, family, now, days):
    return accepted(kind, family, now=now, valid_until=now.date() + timedelta(days=days))


def test_a_family_is_told_once_and_can_stop_it(kind, family, now):
    ending(kind, family, now, 31)
    assert remind_documents(now=now) == 0
    assert remind_documents(now=now + timedelta(days=1)) == 1
    assert remind_documents(now=now + timedelta(days=2)) == 0
    mail = OutgoingMail.objects.get()
    assert mail.to == family.user.email
    assert mail.subject == "À renouveler avant le 29/03/2027\u00a0: Assurance scolaire – Jade"
    assert "/mes-documents/" in mail.text
    assert "/notifications/" in mail.unsubscribe_url


def test_not_to_whom_wants_no_reminder(kind, family, now):
    ending(kind, family, now, 10)
    stop_notification(user=family.user, kind=NotificationKind.DOCUMENT, now=now)
    assert remind_documents(now=now) == 0


@pytest.mark.parametrize("beside", ["to read", "longer", "for ever", "another child's"])
def test_not_when_the_next_one_is_there(kind, family, now, beside):
    ending(kind, family, now, 10)
    if beside == "to read":
        sent(kind, family, now=now)
    elif beside == "longer":
        ending(kind, family, now, 300)
    elif beside == "for ever":
        accepted(kind, family, now=now)
    else:
        ending(kind, a_family(school=family.child.school), now, 300)
    assert remind_documents(now=now) == (1 if beside == "another child's" else 0)


def test_not_for_what_nothing_asks(kind, canteen, family, now):
    ending(kind, family, now, 10)
    asks(canteen.period)
    assert remind_documents(now=now) == 0
    asks(canteen.period, documents=["assurance"])
    ending(kind, a_family(school=None), now, 10)  # the canteen is for the pupils of its school
    assert remind_documents(now=now) == 1


def test_a_familys_own_paper_and_a_kind_never_reminded(canteen, family, now):
    home = a_kind(code="domicile", name="Domicile", subject=FileSubject.HOUSEHOLD)
    never = a_kind(code="carnet", name="Carnet", reminder_days=0)
    asks(canteen.period, documents=["domicile", "carnet"])
    ending(home, family, now, 10)
    ending(never, family, now, 10)
    assert remind_documents(now=now) == 1
    assert "Domicile" in OutgoingMail.objects.get().subject


def test_it_costs_the_same_for_any_number_of_families(kind, canteen, now):
    def add() -> None:
        ending(kind, a_family(school=canteen.school), now, 10)

    def act() -> None:
        OutgoingMail.objects.update(dedupe_key=None)  # as if nobody had been told
        assert remind_documents(now=now)

    assert_constant_queries(act=act, add_row=add)
