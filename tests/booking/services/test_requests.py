"""Recording a request: places, prices, refusals, cost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.models import Charge
from billing.services.invoices import issue_invoice
from booking.enums import BookingMode, LineState, PaymentMode, PlaceState, ReservationState
from booking.errors import FullError, NotAllowedError, NothingAskedError, RequestRefusedError
from booking.models import BookingDraft, Opening, Place, Reservation
from booking.queries.offer import periods
from booking.services.requests import check_demand, submit_request
from core.enums import TaskKind
from core.models import OutgoingMail, StaffTask
from tests.factories.booking import booked, some_care
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import count_queries


def submit(offer, family, *, now, wishes=None, cancellations=(), period=None):
    return submit_request(
        child=family.child,
        period=period or offer.period,
        wishes=wishes if wishes is not None else offer.wishes(days=4),
        cancellations=cancellations,
        by=family.user,
        now=now,
    )


def test_a_prepaid_request_holds_places_and_freezes_prices(canteen, family, now):
    reservation = submit(canteen, family, now=now)
    assert reservation.state == ReservationState.AWAITING_PAYMENT
    assert reservation.total == Decimal("13.20")
    assert reservation.pay_before == now + timedelta(minutes=60)
    assert (reservation.first_date, reservation.last_date) == (date(2027, 3, 1), date(2027, 3, 5))
    assert reservation.cart.regie == canteen.regie
    places = Place.objects.filter(line__reservation=reservation)
    assert {place.state for place in places} == {PlaceState.HELD}
    assert {place.held_until for place in places} == {reservation.pay_before}
    line = reservation.lines.first()
    assert (line.price, line.tariff_label) == (Decimal("3.30"), "Repas Tarif Réduit")
    assert line.price_reasons == ["Tarif unique\u00a0: 3,30\u00a0€"]
    assert list(Opening.objects.filter(taken=1)) == canteen.openings[:4]
    assert not Charge.objects.exists()  # nothing is owed before it is paid
    assert not OutgoingMail.objects.exists()  # the ticket comes with the payment


def test_a_reservation_number_is_never_used_twice(canteen, family, now):
    first = booked(canteen, family, now=now, days=1)
    second = booked(canteen, family, now=now, days=1, first=1)
    assert second.pk == first.pk + 1
    assert first.display_number == f"{first.pk:05d}"


def test_nothing_to_pay_is_confirmed_at_once_and_told_by_mail(canteen, family, now):
    care = some_care(canteen)
    reservation = submit(care, family, now=now, wishes=care.wishes(days=2))
    assert reservation.state == ReservationState.ACCEPTED
    assert reservation.cart is None
    assert set(Place.objects.values_list("state", flat=True)) == {PlaceState.CONFIRMED}
    mail = OutgoingMail.objects.get()
    assert mail.to == family.user.email
    assert mail.subject.startswith(f"Réservation n° {reservation.display_number} pour Jade")
    assert "lun. 01/03/2027\u00a0: PERISCOLAIRE MATIN" in mail.text
    assert "lun. 01/03/2027" in mail.html


def test_meals_invoiced_later_are_owed_once(commune, now):
    canteen = a_canteen(start=date(2027, 3, 1), payment=PaymentMode.INVOICED)
    family = a_family(school=canteen.school)
    reservation = submit(canteen, family, now=now)
    assert reservation.state == ReservationState.ACCEPTED
    assert [charge.amount for charge in Charge.objects.all()] == [Decimal("3.30")] * 4


def test_a_request_to_the_office_takes_no_place_yet(canteen, family, now):
    care = some_care(canteen, mode=BookingMode.REQUEST)
    reservation = submit(care, family, now=now, wishes=care.wishes(days=2))
    assert reservation.state == ReservationState.PENDING
    assert set(Place.objects.values_list("state", flat=True)) == {PlaceState.REQUESTED}
    assert not Opening.objects.filter(taken__gt=0).exists()


def test_a_cancellation_is_a_new_reservation_and_frees_the_place(canteen, family, now):
    care = some_care(canteen)
    wishes = care.wishes(days=2)
    first = submit(care, family, now=now, wishes=wishes)
    given_back = min(wishes)
    second = submit(care, family, now=now, wishes={}, cancellations=[given_back])
    assert second.pk != first.pk
    assert second.state == ReservationState.CANCELLED
    first.refresh_from_db()
    assert first.state == ReservationState.PARTIAL
    assert Place.objects.get(opening=given_back).state == PlaceState.RELEASED
    assert Opening.objects.get(pk=given_back).taken == 0
    assert [event.act for event in first.events.all()] == ["Demande enregistrée", "Jours annulés"]


def test_cancelling_in_time_voids_what_was_owed(commune, now):
    canteen = a_canteen(start=date(2027, 3, 1), payment=PaymentMode.INVOICED)
    family = a_family(school=canteen.school)
    submit(canteen, family, now=now, wishes=canteen.wishes(days=2))
    submit(canteen, family, now=now, wishes={}, cancellations=[canteen.openings[0].pk])
    assert [bool(charge.voided_at) for charge in Charge.objects.order_by("service_date")] == [True, False]


def test_cancelling_what_was_invoiced_asks_the_office_what_becomes_of_the_money(commune, now):
    canteen = a_canteen(start=date(2027, 3, 1), payment=PaymentMode.INVOICED)
    family = a_family(school=canteen.school)
    submit(canteen, family, now=now, wishes=canteen.wishes(days=2))
    charges = list(Charge.objects.order_by("service_date"))
    issue_invoice(regie=canteen.regie, household=family.household, charges=charges, on=now.date(), now=now)
    second = submit(canteen, family, now=now, wishes={}, cancellations=[canteen.openings[0].pk])
    task = StaffTask.objects.get()
    assert task.kind == TaskKind.CANCELLED_PAID
    assert task.title == f"3,30\u00a0€ à rendre ou à garder en avoir : réservation n° {second.display_number}"
    assert task.body == "Repas Tarif Réduit, 01/03/2027"
    assert Charge.objects.filter(voided_at=None).count() == 2


def test_a_prepaid_place_is_not_cancelled_online(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    Place.objects.update(state=PlaceState.CONFIRMED, held_until=None)
    with pytest.raises(RequestRefusedError) as refusal:
        submit(canteen, family, now=now, wishes={}, cancellations=[canteen.openings[0].pk])
    assert "lun. 01/03/2027, REPAS ENFANT 3.30" in refusal.value.message
    assert Reservation.objects.get() == reservation


def test_after_the_deadline_only_the_dearer_stage_is_open(canteen, family, now):
    late = now + timedelta(days=4)  # Tuesday 2 March, 14:00
    with pytest.raises(RequestRefusedError) as refusal:
        submit(canteen, family, now=late, wishes=canteen.wishes(first=2))
    assert "le délai est passé" in refusal.value.message
    reservation = submit(canteen, family, now=late, wishes=canteen.wishes(first=2, stage=canteen.late))
    assert reservation.total == Decimal("4.20")


def test_the_dearer_stage_is_for_elementary_pupils_only(canteen, now):
    family = a_family(school=canteen.school, level="GS")
    late = now + timedelta(days=4)
    with pytest.raises(RequestRefusedError) as refusal:
        submit(canteen, family, now=late, wishes=canteen.wishes(first=2, stage=canteen.late))
    assert "Réservé aux élèves de l’école élémentaire" in refusal.value.message


def test_the_last_minute_of_the_deadline_is_included(canteen, family, now):
    sunday = now.replace(month=2, day=28, hour=23, minute=55, second=59)
    check_demand(
        child=family.child, period=canteen.period, wishes=canteen.wishes(), cancellations=[], now=sunday
    )
    with pytest.raises(RequestRefusedError):
        check_demand(
            child=family.child,
            period=canteen.period,
            wishes=canteen.wishes(),
            cancellations=[],
            now=sunday + timedelta(seconds=1),
        )


def test_a_child_of_another_school_may_not_book(canteen, now):
    stranger = a_family(school=None)
    with pytest.raises(NotAllowedError) as refusal:
        submit(canteen, stranger, now=now)
    assert refusal.value.message.startswith("Jade : Réservé aux enfants de Ecole Henri Serment")


def test_an_empty_request_says_what_to_do(canteen, family, now):
    with pytest.raises(NothingAskedError):
        submit(canteen, family, now=now, wishes={})


def test_a_full_day_names_the_day_and_records_nothing(commune, now):
    canteen = a_canteen(start=date(2027, 3, 1), capacity=1)
    first, second = a_family(school=canteen.school), a_family(school=canteen.school)
    booked(canteen, first, now=now, days=1)
    with pytest.raises(FullError) as refusal:
        booked(canteen, second, now=now, days=2)
    assert refusal.value.days == [date(2027, 3, 1)]
    assert "lun. 01/03/2027" in refusal.value.message
    assert Reservation.objects.count() == 1
    assert booked(canteen, second, now=now, days=1, first=1).total == Decimal("3.30")


def test_a_lapsed_hold_gives_its_place_to_the_next_family_without_any_job(commune, now):
    canteen = a_canteen(start=date(2027, 3, 1), capacity=1)
    first, second = a_family(school=canteen.school), a_family(school=canteen.school)
    unpaid = booked(canteen, first, now=now, days=1)
    taken = booked(canteen, second, now=now + timedelta(minutes=61), days=1)
    assert taken.state == ReservationState.AWAITING_PAYMENT
    assert Opening.objects.get(pk=canteen.openings[0].pk).taken == 1
    assert unpaid.lines.get().state == LineState.CANCELLED


def test_a_day_is_booked_once_for_a_child(canteen, family, now):
    booked(canteen, family, now=now, days=2)
    with pytest.raises(RequestRefusedError):
        booked(canteen, family, now=now, days=2)
    assert Reservation.objects.count() == 1


def test_recording_forgets_the_draft(canteen, family, now):
    BookingDraft.objects.create(
        child=family.child,
        household=family.household,
        period=canteen.period,
        updated_by=family.user,
        updated_at=now,
    )
    booked(canteen, family, now=now)
    assert not BookingDraft.objects.exists()


def test_the_cost_of_a_request_does_not_grow_with_the_days(canteen, now):
    one, many = a_family(school=canteen.school), a_family(school=canteen.school)
    canteen.period = periods().get(pk=canteen.period.pk)  # as the pages read it
    few = count_queries(lambda: booked(canteen, one, now=now, days=1))
    month = count_queries(lambda: booked(canteen, many, now=now, days=20))
    assert month == few <= 33
