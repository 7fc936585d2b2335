"""Reminders: of a cut-off that a family usually does not miss, of days ticked and not confirmed, of a basket."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.enums import PaymentMode, PlaceState
from booking.models import BookingDraft, Opening, Place, Reservation
from booking.queries.reminders import reminder_moment
from booking.services.reminders import send_reminders
from booking.services.requests import submit_request
from core.clock import frozen
from core.enums import NotificationKind
from core.models import CommuneSettings, OutgoingMail
from core.services.notifications import stop_notification
from core.services.outbox import send_due_mails
from tests.factories.booking import a_sibling, some_care
from tests.factories.groups import little, two_groups
from tests.factories.world import Canteen, Family, a_canteen, a_family
from tests.harness.queries import count_queries

PARIS = ZoneInfo("Europe/Paris")
# The canteen runs since Monday 1 March; the meals of a week are booked until Sunday 23:55.
BEFORE = datetime(2027, 2, 26, 14, 0, tzinfo=PARIS)
SATURDAY = datetime(2027, 3, 27, 14, 0, tzinfo=PARIS)
SUNDAY = datetime(2027, 3, 28, 9, 0, tzinfo=PARIS)
WEEKS = 4


@pytest.fixture
def canteen(commune) -> Canteen:
    with frozen(BEFORE):
        return a_canteen(start=date(2027, 3, 1), days=28, payment=PaymentMode.INVOICED)


@pytest.fixture
def family(canteen) -> Family:
    return a_family(school=canteen.school)


def book(canteen: Canteen, family: Family, *numbers: int, child=None) -> None:
    submit_request(
        child=child or family.child,
        period=canteen.period,
        wishes={canteen.openings[number].pk: canteen.on_time.pk for number in numbers},
        cancellations=[],
        by=family.user,
        now=BEFORE,
    )


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(subject__startswith="À réserver").order_by("pk"))


def every(weekday: int, weeks: range) -> list[int]:
    """Numbers of the openings of one weekday (0 = Monday, 1 = Tuesday, 2 = Thursday, 3 = Friday)."""
    return [4 * week + weekday for week in weeks]


def test_a_family_that_usually_books_is_reminded_of_the_days_it_forgot(canteen, family):
    book(canteen, family, *every(0, range(4)), *every(3, range(2, 4)), *every(1, range(1)))
    assert send_reminders(now=SUNDAY) == 1
    (mail,) = mails()
    assert mail.to == family.user.email
    assert mail.subject == "À réserver avant le dim. 28 mars 23:55"
    assert "Jade, RESTAURATION ELEMENTAIRE\u00a0: mars\u00a0: Lu 29\u00a0; avril\u00a0: Ve 02" in mail.text
    assert "dimanche 28 mars 2027 à 23:55" in mail.text


def test_it_is_reminded_once_for_one_last_moment(canteen, family):
    book(canteen, family, *every(0, range(4)))
    assert send_reminders(now=SUNDAY) == 1
    assert send_reminders(now=SUNDAY + timedelta(hours=3)) == 0
    assert len(mails()) == 1


def test_what_is_booked_already_needs_no_reminder(canteen, family):
    book(canteen, family, *every(0, range(5)))
    assert send_reminders(now=SUNDAY) == 0


def test_once_in_four_weeks_is_no_habit(canteen, family):
    book(canteen, family, *every(0, range(1)))
    assert send_reminders(now=SUNDAY) == 0


def test_brothers_and_sisters_and_activities_share_one_mail(canteen, family):
    care = some_care(canteen)
    malo = a_sibling(family)
    book(canteen, family, *every(0, range(4)))
    book(canteen, family, *every(1, range(4)), child=malo)
    submit_request(
        child=malo,
        period=care.period,
        wishes={
            opening.pk: care.stages[0].pk
            for number, opening in enumerate(care.slots[0].openings.order_by("date"))
            if number in every(3, range(4))
        },
        cancellations=[],
        by=family.user,
        now=BEFORE,
    )
    assert send_reminders(now=SUNDAY) == 1
    text = mails()[0].text
    assert "Jade, RESTAURATION ELEMENTAIRE\u00a0: Lu 29" in text
    assert "Malo, RESTAURATION ELEMENTAIRE\u00a0: Ma 30" in text
    assert "Malo, PERISCOLAIRE\u00a0: Ve 02" in text


def test_the_town_chooses_how_long_before_and_may_have_none(canteen, family):
    book(canteen, family, *every(0, range(4)))
    assert send_reminders(now=SATURDAY) == 0
    CommuneSettings.objects.update(reminder_hours=48)
    assert send_reminders(now=SATURDAY) == 1
    OutgoingMail.objects.all().delete()
    CommuneSettings.objects.update(reminder_hours=0)
    assert send_reminders(now=SUNDAY) == 0


@pytest.mark.parametrize("hour", [5, 7, 20, 22])
def test_nobody_is_written_to_at_night(canteen, family, hour):
    book(canteen, family, *every(0, range(4)))
    assert send_reminders(now=SUNDAY.replace(hour=hour)) == 0


def test_a_moment_of_the_night_is_moved_to_the_evening_before():
    at_seven = datetime(2027, 3, 2, 7, 0, tzinfo=PARIS)
    assert reminder_moment(at_seven, hours=2, tz=PARIS) == datetime(2027, 3, 1, 19, 0, tzinfo=PARIS)
    late = datetime(2027, 3, 2, 23, 55, tzinfo=PARIS)
    assert reminder_moment(late, hours=1, tz=PARIS) == datetime(2027, 3, 2, 19, 0, tzinfo=PARIS)
    assert reminder_moment(late, hours=12, tz=PARIS) == datetime(2027, 3, 2, 11, 55, tzinfo=PARIS)


def test_a_full_or_closed_day_is_not_announced(canteen, family):
    book(canteen, family, *every(0, range(4)))
    monday = Opening.objects.filter(pk=canteen.openings[16].pk)
    monday.update(capacity=0)
    assert send_reminders(now=SUNDAY) == 0
    monday.update(capacity=None, closed_reason="Grève")
    assert send_reminders(now=SUNDAY) == 0


def test_a_day_whose_group_is_full_is_announced_to_the_other_group_only(canteen, family):
    sister = little(a_sibling(family))
    book(canteen, family, *every(0, range(4)))
    book(canteen, family, *every(0, range(4)), child=sister)
    two_groups(canteen, small=1, big=5, now=BEFORE)
    other = a_family(school=canteen.school)
    little(other.child)
    book(canteen, other, 16)
    assert send_reminders(now=SUNDAY) == 1
    assert "Jade, RESTAURATION" in mails()[0].text
    assert sister.first_name not in mails()[0].text


def test_a_child_that_may_not_book_any_more_is_not_reminded(canteen, family):
    book(canteen, family, *every(0, range(4)))
    type(family.child).objects.update(school=None)
    assert send_reminders(now=SUNDAY) == 0


def test_whoever_stopped_the_reminder_receives_none(canteen, family):
    book(canteen, family, *every(0, range(4)))
    stop_notification(user=family.user, kind=NotificationKind.CUTOFF, now=BEFORE)
    assert send_reminders(now=SUNDAY) == 0


def test_the_mail_carries_its_own_way_out(canteen, family, mailoutbox):
    book(canteen, family, *every(0, range(4)))
    send_reminders(now=SUNDAY)
    (mail,) = mails()
    assert "Ne plus recevoir ces courriels\u00a0: http://bellegarde.localhost/notifications/" in mail.text
    OutgoingMail.objects.exclude(pk=mail.pk).delete()
    send_due_mails(now=SUNDAY)
    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe"] == f"<{mail.unsubscribe_url}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_ticked_days_that_are_not_confirmed_are_told_once_and_not_as_a_habit(canteen, family):
    book(canteen, family, *every(0, range(4)))
    BookingDraft.objects.create(
        child=family.child,
        household=family.household,
        period=canteen.period,
        wishes={str(canteen.openings[16].pk): canteen.on_time.pk},
        updated_by=family.user,
        updated_at=SATURDAY,
    )
    assert send_reminders(now=SUNDAY) == 1
    mail = OutgoingMail.objects.latest("pk")
    assert mail.subject.startswith("Jours cochés mais pas confirmés")
    assert "Lu 29" in mail.text


def test_a_basket_with_a_long_delay_is_told_before_it_lapses(canteen, family):
    type(canteen.period).objects.update(payment=PaymentMode.PREPAID)
    canteen.period.refresh_from_db()
    book(canteen, family, 20)
    until = BEFORE + timedelta(days=3)
    Reservation.objects.update(pay_before=until)
    Place.objects.filter(state=PlaceState.HELD).update(held_until=until)
    OutgoingMail.objects.all().delete()
    assert send_reminders(now=until - timedelta(hours=20)) == 0
    assert send_reminders(now=until - timedelta(hours=4)) == 1
    assert "3,30\u00a0€" in OutgoingMail.objects.get().text
    assert send_reminders(now=until + timedelta(minutes=1)) == 0


def test_one_family_costs_as_many_queries_as_three(canteen, family):
    book(canteen, family, *every(0, range(4)))
    send_reminders(now=SUNDAY)
    one = count_queries(lambda: (OutgoingMail.objects.all().delete(), send_reminders(now=SUNDAY)))
    for _ in range(2):
        book(canteen, a_family(school=canteen.school), *every(0, range(4)))
    three = count_queries(lambda: (OutgoingMail.objects.all().delete(), send_reminders(now=SUNDAY)))
    assert len(mails()) == 3
    assert one == three
