"""A child of two households: each books, sees and pays its own days or its own part, and nothing of the other."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.models import Charge, Quotient, TariffVersion
from billing.queries.check import check_ledger
from billing.services.corrections import Owed, set_owed
from booking.enums import PaymentMode, PlaceState
from booking.errors import RequestRefusedError
from booking.models import BookingDraft, Place
from booking.queries.demand import check_demand
from booking.queries.planning import OTHER_HOME, load_planning
from booking.services.drafts import Ticks, save_draft
from booking.services.requests import submit_request
from booking.sources import charge_source
from core.custody import CustodyMode
from core.queries.custody import children_of
from core.services.custody import record_custody
from tests.factories.campaigns import a_campaign, issue
from tests.factories.world import Canteen, Family, a_canteen, a_family

WEEK_9, WEEK_10 = date(2027, 3, 1), date(2027, 3, 8)


@pytest.fixture
def canteen(commune, now) -> Canteen:
    return a_canteen(start=WEEK_9, days=20, payment=PaymentMode.INVOICED)


@pytest.fixture
def second(canteen) -> Family:
    """The other parent, with another child of its own."""
    return a_family(school=canteen.school, name="Olivier")


def share(family, second, now, **changes):
    values = {"mode": CustodyMode.WEEKS, "even_weeks": True, "valid_from": date(2026, 9, 1)}
    return record_custody(child=family.child, second=second.household, by=None, now=now, **(values | changes))


def seen_by(second, family, now):
    return next(
        child for child in children_of(second.household, on=now.date()) if child.pk == family.child.pk
    )


def book(child, by, canteen, *, first, days=1, now, cancellations=()):
    return submit_request(
        child=child,
        period=canteen.period,
        wishes=canteen.wishes(first=first, days=days),
        cancellations=cancellations,
        by=by.user,
        now=now,
    )


def owed() -> list[tuple[int, Decimal]]:
    standing = Charge.objects.filter(voided_at=None).order_by("service_date", "pk")
    return [(charge.household_id, charge.amount) for charge in standing]


def test_each_parent_books_and_pays_its_own_weeks(canteen, family, second, now):
    share(family, second, now)
    book(family.child, family, canteen, first=0, days=1, now=now)
    mine = book(seen_by(second, family, now), second, canteen, first=4, days=1, now=now)
    assert mine.household == second.household
    assert owed() == [(family.household.pk, Decimal("3.30")), (second.household.pk, Decimal("3.30"))]
    family.child.refresh_from_db()
    assert family.child.household == family.household


def test_the_other_parent_s_days_are_closed_and_say_why(canteen, family, second, now):
    share(family, second, now)
    with pytest.raises(RequestRefusedError, match=str(OTHER_HOME)):
        book(family.child, family, canteen, first=4, now=now)
    book(seen_by(second, family, now), second, canteen, first=4, now=now)
    planning = load_planning(child=family.child, period=canteen.period, now=now)
    cell = planning.booked_cell(canteen.openings[4].pk)
    assert (cell.can_cancel, cell.reason) == (False, OTHER_HOME)
    with pytest.raises(RequestRefusedError):
        submit_request(
            child=family.child, period=canteen.period, wishes={},
            cancellations=[canteen.openings[4].pk], by=family.user, now=now,
        )  # fmt: skip


def test_a_percentage_makes_two_charges_to_the_cent(canteen, family, second, now):
    share(family, second, now, mode=CustodyMode.SHARE, percent=Decimal("33.33"))
    book(family.child, family, canteen, first=0, now=now)
    assert owed() == [(family.household.pk, Decimal("2.20")), (second.household.pk, Decimal("1.10"))]
    assert Charge.objects.get(household=second.household).reasons[-1] == (
        "Votre part\u00a0: 33,33\u00a0% de 3,30\u00a0€, soit 1,10\u00a0€"
    )


def test_cancelling_gives_both_their_parts_back(canteen, family, second, now):
    share(family, second, now, mode=CustodyMode.SHARE, percent=Decimal(50))
    book(family.child, family, canteen, first=0, now=now)
    book(family.child, family, canteen, first=1, now=now, cancellations=[canteen.openings[0].pk])
    assert owed() == [(family.household.pk, Decimal("1.65")), (second.household.pk, Decimal("1.65"))]
    assert {charge.service_date for charge in Charge.objects.filter(voided_at=None)} == {date(2027, 3, 2)}


def test_a_correction_is_shared_as_the_price_was(canteen, family, second, now):
    share(family, second, now, mode=CustodyMode.SHARE, percent=Decimal(40))
    reservation = book(family.child, family, canteen, first=0, now=now)
    charge = Charge.objects.get(source=charge_source(reservation.lines.get().pk))
    set_owed([Owed(charge=charge, amount=Decimal("1.01"), reason="Malade")], now=now)
    assert owed() == [(family.household.pk, Decimal("0.61")), (second.household.pk, Decimal("0.40"))]
    campaign = a_campaign(canteen.regie, now=now, first_date=WEEK_9, last_date=date(2027, 3, 31))
    issue(campaign, now=now)
    set_owed([Owed(charge=charge, amount=Decimal(0), reason="Fermé")], now=now)
    assert owed()[2:] == [(family.household.pk, Decimal("-0.61")), (second.household.pk, Decimal("-0.40"))]
    assert check_ledger() == []


def test_each_parent_s_own_quotient_makes_its_price(canteen, family, second, now):
    share(family, second, now)
    rule = {"type": "brackets", "brackets": [{"up_to": 700, "amount": 1}, {"amount": 4}]}
    TariffVersion.objects.filter(tariff=canteen.on_time.tariff).update(rule=rule)
    Quotient.objects.create(
        household=second.household, value=500, valid_from=date(2026, 9, 1), valid_until=date(2027, 8, 31),
        source="agent", received_on=date(2026, 9, 1), recorded_at=now,
    )  # fmt: skip
    book(family.child, family, canteen, first=0, now=now)
    book(seen_by(second, family, now), second, canteen, first=4, now=now)
    assert owed() == [(family.household.pk, Decimal(4)), (second.household.pk, Decimal(1))]
    assert Charge.objects.get(household=second.household).facts["quotient"] == "500.00"


def test_neither_parent_learns_anything_of_the_other(canteen, family, second, now, browser_of):
    for one, street in ((family, "12 rue des Lilas"), (second, "7 quai du Port")):
        one.household.address = street
        one.household.save()
    share(family, second, now)
    theirs = book(family.child, family, canteen, first=0, now=now)
    ours = book(seen_by(second, family, now), second, canteen, first=4, now=now)
    issue(a_campaign(canteen.regie, now=now, first_date=WEEK_9, last_date=date(2027, 3, 31)), now=now)
    invoices = {one.user.pk: one.household.invoices.get() for one in (family, second)}
    child = family.child.pk
    for me, other, mine, foreign in ((second, family, ours, theirs), (family, second, theirs, ours)):
        browser = browser_of(me)
        pages = [
            "/mon-compte/",
            "/mon-compte/informations/",
            f"/reservation/{child}/",
            f"/reservation/{child}/cantine/planning/",
            f"/mes-reservations/{mine.pk}/",
            f"/mon-compte/factures/{invoices[me.user.pk].pk}/lignes/",
        ]
        for page in pages:
            answer = browser.get(page)
            assert answer.status_code == 200, page
            text = answer.content.decode()
            assert other.household.number not in text, page
            assert other.household.address not in text, page
            assert other.user.email not in text, page
            assert other.user.name not in text, page
        assert browser.get(f"/mes-reservations/{foreign.pk}/").status_code == 404
        assert browser.get(f"/mon-compte/factures/{invoices[other.user.pk].pk}/lignes/").status_code == 404
    assert browser_of(second).get(f"/mon-compte/enfants/{child}/dossier/").status_code == 404
    stranger = a_family(school=canteen.school, name="Perrin")
    assert browser_of(stranger).get(f"/reservation/{child}/").status_code == 404
    assert Place.objects.filter(state=PlaceState.CONFIRMED).count() == 2


def test_each_parent_has_its_own_ticks_and_is_reminded_of_its_own(canteen, family, second, now, browser_of):
    share(family, second, now, mode=CustodyMode.SHARE, percent=Decimal(40))
    first_day, later = canteen.openings[0], canteen.openings[4]
    ticks = Ticks(first=WEEK_9, last=WEEK_10, ticked={first_day.pk: canteen.on_time.pk})
    save_draft(child=family.child, period=canteen.period, ticks=ticks, by=family.user, now=now)
    theirs = replace(ticks, ticked={later.pk: canteen.on_time.pk})
    seen = seen_by(second, family, now)
    save_draft(child=seen, period=canteen.period, ticks=theirs, by=second.user, now=now)
    assert {draft.household_id: set(draft.wishes) for draft in BookingDraft.objects.all()} == {
        family.household.pk: {str(first_day.pk)},
        second.household.pk: {str(later.pk)},
    }
    recap = f"/reservation/{family.child.pk}/cantine/recapitulatif/"
    mine, other = (
        " ".join(browser_of(one).get(recap).content.decode().replace("\xa0", " ").split())
        for one in (family, second)
    )
    assert 'Votre part est de <strong class="amount">1,98 €</strong>' in mine
    assert 'Votre part est de <strong class="amount">1,32 €</strong>' in other
    assert "08/03/2027" not in mine
    assert "01/03/2027" not in other

    book(family.child, family, canteen, first=1, now=now)
    assert [draft.household_id for draft in BookingDraft.objects.all()] == [second.household.pk]


def test_what_is_paid_when_booking_is_paid_whole_by_who_books(commune, now):
    canteen = a_canteen(start=WEEK_9, days=4)
    family, other = a_family(school=canteen.school), a_family(school=canteen.school, name="Olivier")
    share(family, other, now, mode=CustodyMode.SHARE, percent=Decimal(40))
    demand = check_demand(
        child=seen_by(other, family, now), period=canteen.period, wishes=canteen.wishes(days=2),
        cancellations=[], now=now,
    )  # fmt: skip
    assert (demand.total, demand.own_part, demand.is_shared) == (Decimal("6.60"), None, True)
    mine = book(seen_by(other, family, now), other, canteen, first=0, days=2, now=now)
    assert (mine.household, mine.total) == (other.household, Decimal("6.60"))
