"""A quotient that ends is announced in time, once, to those who pay."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from billing.models import QuotientSettings
from billing.quotients import QuotientSource
from billing.services.quotient_reminders import remind_expiring
from billing.services.quotients import Proof, set_quotient
from core.models import Guardian, OutgoingMail
from tests.factories.world import Family, a_family, town_settings
from tests.harness.queries import assert_constant_queries

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def ending(last: date, *, name: str = "Rivière") -> Family:
    family = a_family(school=None, name=name)
    proof = Proof(value=Decimal(642), received_on=NOW.date(), source=QuotientSource.AGENT)
    set_quotient(
        household=family.household,
        proof=proof,
        by=None,
        now=NOW,
        valid_from=date(2026, 9, 1),
        valid_until=last,
    )
    return family


def test_payers_are_told_once_a_month_before(commune):
    town_settings()
    family = ending(date(2026, 12, 18))
    ending(date(2026, 12, 25), name="Trop tôt")
    Guardian.objects.create(
        household=family.household, first_name="Sacha", last_name="R", email="s@exemple.fr", is_payer=False
    )
    assert remind_expiring(now=NOW) == 1
    assert remind_expiring(now=NOW + timedelta(hours=20)) == 0
    sent = OutgoingMail.objects.get()
    assert (sent.to, sent.subject) == (family.user.email, "Votre quotient familial finit le 18/12/2026")
    assert "/mon-compte/quotient/" in sent.text


def test_a_mail_is_in_the_language_of_its_reader(commune):
    town_settings()
    chosen = {"en": "Your family quotient ends on 18/12/2026", "ar": "ينتهي معاملكم العائلي يوم 18/12/2026"}
    for language in chosen:
        user = ending(date(2026, 12, 18)).user
        user.language = language
        user.save()
    ending(date(2026, 12, 18))
    remind_expiring(now=NOW)
    subjects = OutgoingMail.objects.values_list("subject", flat=True)
    assert set(subjects) == {*chosen.values(), "Votre quotient familial finit le 18/12/2026"}


def test_nobody_is_told_when_the_next_quotient_is_there(commune):
    town_settings()
    family = ending(date(2026, 12, 1))
    proof = Proof(value=Decimal(700), received_on=NOW.date(), source=QuotientSource.AGENT)
    set_quotient(household=family.household, proof=proof, by=None, now=NOW, valid_from=date(2026, 12, 2))
    assert remind_expiring(now=NOW) == 0


def test_a_town_may_want_no_reminder(commune):
    town_settings()
    QuotientSettings.objects.create(reminder_days=0)
    ending(date(2026, 12, 1))
    assert remind_expiring(now=NOW) == 0


def test_a_hundred_households_cost_the_queries_of_one(commune):
    town_settings()
    assert_constant_queries(
        act=lambda: (OutgoingMail.objects.all().delete(), remind_expiring(now=NOW)),
        add_row=lambda: ending(date(2026, 12, 1)),
    )
