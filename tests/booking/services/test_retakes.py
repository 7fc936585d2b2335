"""A late cancellation stays due unless another child takes the place."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from billing.models import Charge
from billing.services.invoices import issue_invoice
from booking.enums import AbsenceState, LineState
from booking.models import AbsenceReport, AbsentDay, Place, RetakeClaim
from booking.services.places import close_lines, lock_openings, release
from booking.services.requests import submit_request
from booking.services.retakes import settle_retakes
from tests.factories.waiting import fill
from tests.factories.world import Family, a_family

HOUR = timedelta(hours=1)


@pytest.fixture
def holders(canteen, now) -> list[Family]:
    """The three families of a full day."""
    return fill(canteen, now=now, places=3)


def cancel_too_late(canteen, family, now) -> RetakeClaim:
    """What reporting an absence leaves: the place is free, its price is still owed."""
    opening = canteen.openings[0]
    lock_openings([opening.pk], now=now)
    place = Place.objects.select_related("line").get(opening=opening, child=family.child)
    release([place], now=now)
    close_lines(line_ids=[place.line_id], to_state=LineState.CANCELLED, reason="Absence signalée")
    report = AbsenceReport.objects.create(
        child=family.child,
        period=canteen.period,
        first=opening.date,
        last=opening.date,
        told_at=now,
        told_by=family.user,
        state=AbsenceState.SETTLED,
    )
    price = place.line.price
    AbsentDay.objects.create(report=report, line=place.line, price=price, due=price, explanation="Trop tard")
    return RetakeClaim.objects.create(line=place.line, opening=opening, since=now)


def book(canteen, now) -> Family:
    family = a_family(school=canteen.school)
    submit_request(
        child=family.child,
        period=canteen.period,
        wishes=canteen.wishes(),
        cancellations=[],
        by=family.user,
        now=now,
    )
    return family


def owed(family: Family) -> Decimal:
    charges = Charge.objects.filter(household=family.household, voided_at=None)
    return charges.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def test_it_stays_due_while_the_place_is_free(canteen, holders, now):
    cancel_too_late(canteen, holders[0], now)
    assert settle_retakes(now=now) == 0
    assert owed(holders[0]) > 0


def test_it_is_given_back_once_the_place_is_taken_again(canteen, holders, now):
    claim = cancel_too_late(canteen, holders[0], now)
    book(canteen, now + HOUR)
    assert settle_retakes(now=now + HOUR) == 1
    assert settle_retakes(now=now + HOUR) == 0
    assert owed(holders[0]) == 0
    claim.refresh_from_db()
    assert claim.line.absent_day.explanation == "Place reprise par un autre enfant"
    assert claim.line.reservation.events.last().act.startswith("Place reprise par un autre enfant")


def test_with_two_cancellations_and_one_taker_the_first_who_cancelled_is_given_back(canteen, holders, now):
    cancel_too_late(canteen, holders[1], now)
    cancel_too_late(canteen, holders[0], now + HOUR)
    book(canteen, now + 2 * HOUR)
    assert settle_retakes(now=now + 2 * HOUR) == 1
    assert (owed(holders[1]), owed(holders[0]) > 0) == (0, True)
    book(canteen, now + 3 * HOUR)
    assert settle_retakes(now=now + 3 * HOUR) == 1
    assert owed(holders[0]) == 0


def test_on_a_day_that_was_not_full_nothing_was_taken_again(canteen, now):
    (*holders, _) = fill(canteen, now=now, places=3)
    type(canteen.openings[0]).objects.update(capacity=5)
    cancel_too_late(canteen, holders[0], now)
    book(canteen, now + HOUR)
    assert settle_retakes(now=now + HOUR) == 0


def test_what_was_invoiced_is_compensated_and_the_invoice_is_left_alone(canteen, holders, now):
    family = holders[0]
    invoice = issue_invoice(
        regie=canteen.regie,
        household=family.household,
        charges=Charge.objects.filter(household=family.household),
        on=now.date(),
        now=now,
    )
    cancel_too_late(canteen, family, now)
    book(canteen, now + HOUR)
    settle_retakes(now=now + HOUR)
    charges = list(Charge.objects.filter(household=family.household).order_by("pk"))
    assert [charge.amount for charge in charges] == [invoice.total, -invoice.total]
    assert owed(family) == 0
