"""What an agent’s decision does to places, lines, money, history and mail; and what taking it back undoes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.enums import Fulfilment
from billing.models import Charge, Invoice
from billing.services.invoices import issue_invoice
from booking.enums import BookingMode, LineState, PaymentMode, PlaceState, ReservationState
from booking.errors import NoRoomError, PaymentInProgressError, UndecidableError
from booking.models import Opening, Place, Reservation, ReservationLine
from booking.queries.carts import awaiting_payment
from booking.services.carts import expire_unpaid
from booking.services.decisions import UNDO_WITHIN, decide_lines, undo_decision
from booking.services.requests import submit_request
from core.models import OutgoingMail
from tests.booking.services.test_cart_payments import deliver
from tests.factories.booking import a_payment_of, some_care
from tests.factories.people import an_agent
from tests.factories.world import Canteen, Family, a_canteen, a_family

MINUTE = timedelta(minutes=1)
WHY = "Aucune place disponible."


@pytest.fixture
def agent(commune):
    return an_agent()


@pytest.fixture
def meals(commune, now) -> Canteen:
    """A canteen whose days are asked for, then invoiced at 3,30 €."""
    canteen = a_canteen(start=date(2027, 3, 1), payment=PaymentMode.INVOICED)
    canteen.period.mode = BookingMode.REQUEST
    canteen.period.save()
    return canteen


@pytest.fixture
def eater(meals) -> Family:
    return a_family(school=meals.school)


def prepaid(canteen: Canteen) -> Canteen:
    canteen.period.mode, canteen.period.payment = BookingMode.REQUEST, PaymentMode.PREPAID
    canteen.period.save()
    return canteen


def ask(canteen: Canteen, family: Family, *, now, days: int = 3, first: int = 0) -> Reservation:
    return submit_request(
        child=family.child,
        period=canteen.period,
        wishes=canteen.wishes(first=first, days=days),
        cancellations=[],
        by=family.user,
        now=now,
    )


def lines_of(reservation: Reservation) -> list[int]:
    return list(reservation.lines.order_by("opening__date").values_list("pk", flat=True))


def states(reservation: Reservation) -> list[str]:
    return list(reservation.lines.order_by("opening__date").values_list("state", flat=True))


@pytest.fixture
def decide(agent, now):
    def act(line_ids, *, accept=True, reason="", at=now):
        return decide_lines(line_ids=line_ids, accept=accept, reason=reason, by=agent, now=at)

    return act


@pytest.fixture
def undo(agent, now):
    def act(line_ids, *, at=now + MINUTE, decided_at=now, by=agent):
        return undo_decision(line_ids=line_ids, decided_at=decided_at, by=by, now=at)

    return act


def test_accepting_a_whole_demand_takes_the_places_and_posts_what_is_owed(meals, eater, decide, now, agent):
    reservation = ask(meals, eater, now=now)
    OutgoingMail.objects.all().delete()
    decided = decide(lines_of(reservation), at=now + MINUTE)
    assert (len(decided.line_ids), decided.reservation_ids, decided.skipped) == (3, (reservation.pk,), 0)
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.ACCEPTED
    assert set(Place.objects.values_list("state", flat=True)) == {PlaceState.CONFIRMED}
    assert list(Opening.objects.filter(taken=1)) == meals.openings[:3]
    assert [charge.amount for charge in Charge.objects.all()] == [Decimal("3.30")] * 3
    event = reservation.events.last()
    assert (event.by, event.at, event.to_state) == (agent, now + MINUTE, ReservationState.ACCEPTED)
    assert event.act == "Acceptée\u00a0: Lu 01, Ma 02, Je 04"
    mail = OutgoingMail.objects.get()
    assert mail.to == eater.user.email
    assert mail.subject == f"Réservation n° {reservation.display_number} pour Jade\u00a0: 3 jours acceptés"
    assert "lun. 01/03/2027\u00a0: REPAS ENFANT 3.30" in mail.text


def test_a_day_refused_and_the_others_accepted_make_a_partial_demand(meals, eater, decide, now):
    reservation = ask(meals, eater, now=now)
    OutgoingMail.objects.all().delete()
    first, *others = lines_of(reservation)
    decide([first], accept=False, reason=f" {WHY} ")
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.PENDING
    assert reservation.total == Decimal("6.60")
    assert ReservationLine.objects.get(pk=first).reason == WHY
    decide(others)
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.PARTIAL
    assert states(reservation) == [LineState.REFUSED, LineState.ACCEPTED, LineState.ACCEPTED]
    refusal, acceptance = OutgoingMail.objects.order_by("pk")
    assert f"Motif\u00a0: {WHY}" in refusal.text
    assert "2 jours en attente de traitement" in refusal.text
    assert "2 jours acceptés" in acceptance.subject
    assert Charge.objects.count() == 2


def test_refusing_needs_a_reason(meals, eater, decide, now):
    reservation = ask(meals, eater, now=now)
    with pytest.raises(UndecidableError, match="motif"):
        decide(lines_of(reservation), accept=False, reason="  ")
    assert set(states(reservation)) == {LineState.PENDING}


def test_one_day_is_decided_for_several_families_in_one_act(meals, decide, now):
    families = [a_family(school=meals.school) for _ in range(3)]
    demands = [ask(meals, family, now=now, days=2) for family in families]
    OutgoingMail.objects.all().delete()
    decided = decide([lines_of(demand)[0] for demand in demands])
    assert decided.reservation_ids == tuple(demand.pk for demand in demands)
    assert Opening.objects.get(pk=meals.openings[0].pk).taken == 3
    assert sorted(OutgoingMail.objects.values_list("to", flat=True)) == sorted(
        family.user.email for family in families
    )


def test_no_more_is_accepted_than_there_is_room(meals, decide, now):
    Opening.objects.update(capacity=1)
    demands = [ask(meals, a_family(school=meals.school), now=now, days=2) for _ in range(2)]
    both = [line for demand in demands for line in lines_of(demand)]
    with pytest.raises(NoRoomError) as refusal:
        decide(both)
    assert "lun. 01/03/2027, REPAS ENFANT\u00a0: 1 place libre pour 2 demandes." in refusal.value.message
    assert not Opening.objects.filter(taken__gt=0).exists()
    decide(lines_of(demands[0]))
    Opening.objects.update(capacity=2)
    assert len(decide(lines_of(demands[1])).line_ids) == 2


def test_deciding_twice_decides_once(meals, eater, decide, now):
    reservation = ask(meals, eater, now=now)
    lines = lines_of(reservation)
    decide(lines)
    before = (reservation.events.count(), OutgoingMail.objects.count())
    again = decide(lines)
    assert (again.line_ids, again.skipped) == ((), 3)
    assert decide(lines, accept=False, reason=WHY).line_ids == ()
    assert (reservation.events.count(), OutgoingMail.objects.count()) == before
    assert set(states(reservation)) == {LineState.ACCEPTED}


def test_a_day_the_family_cancelled_meanwhile_is_left_alone(meals, eater, decide, now):
    reservation = ask(meals, eater, now=now)
    submit_request(
        child=eater.child,
        period=meals.period,
        wishes={},
        cancellations=[meals.openings[0].pk],
        by=eater.user,
        now=now,
    )
    decided = decide(lines_of(reservation))
    assert (len(decided.line_ids), decided.skipped) == (2, 1)
    assert states(reservation) == [LineState.CANCELLED, LineState.ACCEPTED, LineState.ACCEPTED]
    assert Opening.objects.get(pk=meals.openings[0].pk).taken == 0


def test_accepted_days_of_a_prepaid_period_wait_in_the_basket(canteen, family, decide, now):
    reservation = ask(prepaid(canteen), family, now=now)
    assert (reservation.state, reservation.cart) == (ReservationState.PENDING, None)
    assert "qu’après l’accord du service" in OutgoingMail.objects.get().text
    first, *others = lines_of(reservation)
    decide([first], accept=False, reason=WHY)
    decide(others, at=now + MINUTE)
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.AWAITING_PAYMENT
    assert (reservation.total, reservation.pay_before) == (
        Decimal("6.60"),
        now + MINUTE + timedelta(hours=72),
    )
    assert list(awaiting_payment(family.household, now=now + MINUTE)) == [reservation]
    assert states(reservation) == [LineState.REFUSED] + [LineState.AWAITING_PAYMENT] * 2
    assert Place.objects.filter(state=PlaceState.HELD, held_until=reservation.pay_before).count() == 2
    assert not Charge.objects.exists()
    mail = OutgoingMail.objects.latest("pk")
    assert "À régler\u00a0: 6,60\u00a0€, avant le lundi 1er mars 2027 à 14:01" in mail.text
    assert "/panier/" in mail.text


def test_the_basket_pays_the_accepted_days_only(canteen, family, decide, now):
    reservation = ask(prepaid(canteen), family, now=now)
    first, *others = lines_of(reservation)
    decide([first], accept=False, reason=WHY)
    decide(others)
    reservation.refresh_from_db()
    payment = a_payment_of([reservation], family=family, now=now)
    payment.items.update(line_ids=others)
    assert deliver(payment, now) == Fulfilment.DONE
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.PARTIAL
    assert states(reservation)[0] == LineState.REFUSED
    assert Opening.objects.get(pk=canteen.openings[0].pk).taken == 0
    assert Invoice.objects.get().total == Decimal("6.60")


def test_a_prepaid_demand_goes_to_the_basket_as_a_whole(canteen, family, decide, now):
    reservation = ask(prepaid(canteen), family, now=now)
    with pytest.raises(UndecidableError, match="se paie en une fois"):
        decide(lines_of(reservation)[:1])
    assert set(states(reservation)) == {LineState.PENDING}


def test_an_accepted_demand_that_is_not_paid_lapses(canteen, family, decide, now):
    reservation = ask(prepaid(canteen), family, now=now)
    decide(lines_of(reservation))
    assert expire_unpaid(now=now + timedelta(hours=73)) == 1
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.CANCELLED


@pytest.mark.parametrize("accept", [True, False])
def test_a_decision_is_taken_back(meals, eater, decide, undo, now, accept):
    reservation = ask(meals, eater, now=now)
    lines = lines_of(reservation)
    decide(lines, accept=accept, reason=WHY)
    assert undo(lines) == 3
    reservation.refresh_from_db()
    assert (reservation.state, reservation.total) == (ReservationState.PENDING, Decimal("9.90"))
    assert set(Place.objects.values_list("state", "released_at")) == {(PlaceState.REQUESTED, None)}
    assert not Opening.objects.filter(taken__gt=0).exists()
    assert not Charge.objects.filter(voided_at=None).exists()
    assert set(reservation.lines.values_list("state", "reason")) == {(LineState.PENDING, "")}
    assert "de nouveau en attente" in OutgoingMail.objects.latest("pk").subject
    decide(lines, at=now + 2 * MINUTE)
    assert Charge.objects.filter(voided_at=None).count() == 3


def test_a_decision_taken_back_empties_the_basket(canteen, family, decide, undo, now):
    reservation = ask(prepaid(canteen), family, now=now)
    decide(lines_of(reservation))
    undo(lines_of(reservation))
    reservation.refresh_from_db()
    assert (reservation.cart, reservation.pay_before) == (None, None)
    assert not awaiting_payment(family.household, now=now).exists()
    assert not Opening.objects.filter(taken__gt=0).exists()


def test_a_decision_being_paid_is_not_taken_back(canteen, family, decide, undo, now):
    reservation = ask(prepaid(canteen), family, now=now)
    decide(lines_of(reservation))
    reservation.refresh_from_db()
    a_payment_of([reservation], family=family, now=now)
    with pytest.raises(PaymentInProgressError):
        undo(lines_of(reservation))


def test_what_happened_since_forbids_taking_back(meals, eater, decide, undo, now):
    reservation = ask(meals, eater, now=now)
    first, second, third = lines_of(reservation)
    decide([first])
    with pytest.raises(UndecidableError, match="quart d’heure"):
        undo([first], at=now + UNDO_WITHIN + MINUTE)
    with pytest.raises(UndecidableError, match="a changé depuis"):
        undo([first], by=an_agent())
    decide([second], at=now + MINUTE)
    with pytest.raises(UndecidableError, match="a changé depuis"):
        undo([first])
    with pytest.raises(UndecidableError, match="plus dans l’état"):
        undo([third], decided_at=now + MINUTE)
    with pytest.raises(UndecidableError, match="a changé depuis"):
        undo([])
    assert states(reservation) == [LineState.ACCEPTED, LineState.ACCEPTED, LineState.PENDING]


def test_a_refusal_is_not_taken_back_once_the_family_asked_again(meals, eater, decide, undo, now):
    lines = lines_of(ask(meals, eater, now=now, days=1))
    decide(lines, accept=False, reason=WHY)
    ask(meals, eater, now=now, days=1)
    with pytest.raises(UndecidableError, match="a redemandé"):
        undo(lines)


def test_an_invoiced_decision_is_not_taken_back(meals, eater, decide, undo, now):
    reservation = ask(meals, eater, now=now, days=1)
    decide(lines_of(reservation))
    issue_invoice(
        regie=meals.regie, household=eater.household, charges=Charge.objects.all(), on=now.date(), now=now
    )
    with pytest.raises(UndecidableError, match="facture"):
        undo(lines_of(reservation))


def test_a_family_without_an_account_is_not_written_to(canteen, family, decide, now, agent):
    care = some_care(canteen, mode=BookingMode.REQUEST)
    reservation = submit_request(
        child=family.child,
        period=care.period,
        wishes=care.wishes(days=1),
        cancellations=[],
        by=agent,
        now=now,
    )
    OutgoingMail.objects.all().delete()
    family.household.guardians.update(user=None)
    decide(lines_of(reservation))
    assert not OutgoingMail.objects.exists()
