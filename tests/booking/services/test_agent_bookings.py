"""An agent books and cancels whatever the delays say, never beyond the places."""

from datetime import UTC, timedelta
from decimal import Decimal

import pytest

from billing.models import Charge
from booking.enums import LineState, OfficePayment, OfficePrice, PaymentMode, PlaceState, ReservationState
from booking.errors import NothingAskedError, RequestRefusedError
from booking.models import Opening, Period, Place, Reservation
from booking.queries.offer import periods
from booking.services.agent_bookings import OfficeTerms, act_for_family
from booking.services.carts import expire_unpaid
from core.models import CommuneSettings, OutgoingMail
from tests.factories.booking import booked
from tests.factories.people import an_agent
from tests.harness.queries import count_queries

REASON = "Oubli de la famille."


@pytest.fixture
def agent(commune):
    return an_agent()


@pytest.fixture
def act(canteen, family, agent, now):
    """After the cut-off of every day of the canteen."""

    def do(*, days=(), back=(), at=None, **terms) -> Reservation:
        return act_for_family(
            child=family.child,
            period=periods().get(pk=canteen.period.pk),
            wishes=[canteen.openings[day].pk for day in days],
            cancellations=[canteen.openings[day].pk for day in back],
            terms=OfficeTerms(reason=REASON, **terms),
            by=agent,
            now=at or now + timedelta(days=4),
        )

    return do


def invoiced(canteen) -> None:
    Period.objects.filter(pk=canteen.period.pk).update(payment=PaymentMode.INVOICED)


@pytest.mark.parametrize(
    ("price", "amount", "label"),
    [
        (OfficePrice.NORMAL, "3.30", "Repas Tarif Réduit"),
        (OfficePrice.LATE, "4.20", "Repas Tarif Plein"),
        (OfficePrice.FREE, "0.00", "Repas Tarif Réduit"),
    ],
)
def test_a_day_past_its_delay_is_booked_at_the_price_the_agent_chose(
    act, canteen, agent, price, amount, label
):
    invoiced(canteen)
    reservation = act(days=[3], price=price)
    line = reservation.lines.get()
    assert (line.price, line.tariff_label, line.reason) == (Decimal(amount), label, REASON)
    assert (reservation.state, reservation.total) == (ReservationState.ACCEPTED, Decimal(amount))
    assert Place.objects.get().state == PlaceState.CONFIRMED
    assert list(Charge.objects.values_list("amount", flat=True)) == (
        [Decimal(amount)] if amount != "0.00" else []
    )
    event = reservation.events.get()
    assert (event.by, REASON in event.act, price.label.lower() in event.act) == (agent, True, True)


def test_the_family_reads_what_was_done_and_why(act, canteen, family):
    invoiced(canteen)
    act(days=[3, 4])
    mail = OutgoingMail.objects.get()
    assert mail.to == family.user.email
    said = f"{mail.subject} {mail.text}".replace("\u00a0", " ")
    for words in (
        "enregistrée par le service",
        "ven. 05/03/2027",
        REASON,
        "6,60 €, sur votre prochaine facture",
    ):
        assert words in said


def test_a_full_day_stays_full(act, canteen):
    Opening.objects.filter(pk=canteen.openings[3].pk).update(capacity=0)
    with pytest.raises(RequestRefusedError, match="Aucune place"):
        act(days=[3])
    assert not Reservation.objects.exists()


def test_a_closed_day_stays_closed_and_nothing_is_refused_by_name(act, canteen):
    Opening.objects.filter(pk=canteen.openings[3].pk).update(closed_reason="Grève")
    with pytest.raises(RequestRefusedError, match="Grève"):
        act(days=[3])
    with pytest.raises(NothingAskedError, match="rien changé"):
        act()


def test_what_a_prepaid_family_must_pay_waits_in_its_basket_for_days(act, canteen, family, now):
    at = now + timedelta(days=4)
    CommuneSettings.objects.update(office_hold_hours=72)
    far = act(days=[10], payment=OfficePayment.BASKET)
    near = act(days=[3], payment=OfficePayment.BASKET)
    assert far.state == ReservationState.AWAITING_PAYMENT
    assert far.pay_before == at + timedelta(hours=72)
    assert (
        near.pay_before.astimezone(UTC).isoformat() == "2027-03-05T10:30:00+00:00"
    )  # the meal begins at 11:30
    assert set(Place.objects.values_list("state", flat=True)) == {PlaceState.HELD}
    assert not Charge.objects.exists()
    OutgoingMail.objects.all().delete()
    expire_unpaid(now=at + timedelta(days=20))
    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {family.user.email}


def test_a_prepaid_day_may_be_invoiced_instead(act):
    reservation = act(days=[3], payment=OfficePayment.INVOICE)
    assert reservation.state == ReservationState.ACCEPTED
    assert Charge.objects.get().amount == Decimal("3.30")


@pytest.mark.parametrize("kept", [True, False])
def test_a_cancelled_day_frees_the_place_and_its_price_is_kept_or_not(act, canteen, family, now, kept):
    invoiced(canteen)
    canteen.period.payment = PaymentMode.INVOICED
    earlier = booked(canteen, family, now=now, days=1, first=3)
    reservation = act(back=[3], keeps_charges=kept)
    earlier.refresh_from_db()
    assert (earlier.state, reservation.state) == (ReservationState.CANCELLED, ReservationState.CANCELLED)
    assert earlier.lines.get().state == LineState.CANCELLED
    assert Place.objects.get().state == PlaceState.RELEASED
    assert Opening.objects.get(pk=canteen.openings[3].pk).taken == 0
    assert Charge.objects.filter(voided_at=None).count() == int(kept)
    assert ("restent dus" in OutgoingMail.objects.latest("pk").text) is kept
    assert REASON in earlier.events.latest("pk").act


def test_what_is_in_the_familys_basket_is_left_to_it(act, canteen, family, now):
    booked(canteen, family, now=now, days=1, first=8)
    with pytest.raises(RequestRefusedError, match="panier"):
        act(back=[8], at=now + timedelta(minutes=5))


def test_a_day_is_booked_once(act, canteen):
    invoiced(canteen)
    act(days=[3])
    with pytest.raises(RequestRefusedError, match="déjà réservé"):
        act(days=[3])
    assert Place.objects.count() == 1


def test_a_month_costs_as_many_queries_as_a_day(act, canteen):
    invoiced(canteen)
    act(days=[3])  # fills the caches that are allowed to be cold
    day = count_queries(lambda: act(days=[4]))
    assert count_queries(lambda: act(days=range(5, 20))) == day
    gone = count_queries(lambda: act(back=[4]))
    assert count_queries(lambda: act(back=range(5, 20))) == gone
