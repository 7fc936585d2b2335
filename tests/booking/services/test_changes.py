"""Cancelling a service or a class in one act: places, money, openings, history and mails; and taking it back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.models import Charge
from billing.services.invoices import issue_invoice
from booking.enums import BookingMode, LineState, PaymentMode, PlaceState, RefundRule, ReservationState
from booking.errors import ChangeRefusedError, RequestRefusedError
from booking.models import Opening, Place, Reservation, ReservationLine
from booking.queries.attendance import openings
from booking.queries.changes import Scope, preview, without_account
from booking.services.attendance import close_sheet
from booking.services.change_mails import tell_changes
from booking.services.changes import cancel_services, replace_meal, undo_change
from core.models import OutgoingMail, StaffTask
from tests.factories.booking import a_sibling, booked
from tests.factories.people import an_agent
from tests.factories.world import Family, a_canteen, a_family
from tests.harness.queries import count_queries


@pytest.fixture
def canteen(commune, now):
    return a_canteen(start=(now + timedelta(days=3)).date(), days=20, payment=PaymentMode.INVOICED)


@pytest.fixture
def agent():
    return an_agent()


def cancel(openings, agent, now, **scope):
    chosen = Scope(opening_ids=tuple(opening.pk for opening in openings), **scope)
    return cancel_services(scope=chosen, reason="Grève : cantine fermée", by=agent, now=now)


def test_a_day_of_strike_frees_voids_closes_and_tells(canteen, family, agent, now):
    reservation = booked(canteen, family, now=now, days=3)
    OutgoingMail.objects.all().delete()
    scope = Scope(opening_ids=(canteen.openings[0].pk,))
    shown = preview(scope, now=now)
    assert (shown.children, shown.families, shown.voided, shown.credited) == (1, 1, Decimal("3.30"), 0)
    change = cancel(canteen.openings[:1], agent, now)
    assert (change.children, change.families, change.voided) == (1, 1, Decimal("3.30"))
    assert change.title == "Ecole Henri Serment : REPAS ENFANT"
    opening = Opening.objects.get(pk=canteen.openings[0].pk)
    assert (opening.taken, opening.closed_reason) == (0, "Grève : cantine fermée")
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.PARTIAL
    line = reservation.lines.order_by("opening__date").first()
    assert (line.state, line.reason) == (
        LineState.CANCELLED,
        "Annulé par le service\u00a0: Grève : cantine fermée",
    )
    assert reservation.events.latest("pk").by == agent
    assert list(Charge.objects.order_by("service_date").values_list("void_reason", flat=True)) == [
        "Annulé par le service\u00a0: Grève : cantine fermée",
        "",
        "",
    ]
    assert (tell_changes(now=now), tell_changes(now=now)) == (1, 0)
    mail = OutgoingMail.objects.get()
    assert mail.to == family.user.email
    assert "Jade\n- lun. 01/03/2027\u00a0: REPAS ENFANT 3.30" in mail.text


def test_nobody_books_a_day_that_closed_while_it_was_on_the_screen(canteen, family, agent, now):
    cancel(canteen.openings[:1], agent, now)
    with pytest.raises(RequestRefusedError, match="Grève : cantine fermée"):
        booked(canteen, family, now=now, days=1)


def test_a_class_on_an_outing_leaves_the_service_to_the_others(canteen, family, agent, now):
    other = a_family(school=canteen.school, name="Lavandier", level="CP")
    for one in (family, other):
        booked(canteen, one, now=now, days=1)
    change = cancel(canteen.openings[:1], agent, now, level="CP")
    opening = Opening.objects.get(pk=canteen.openings[0].pk)
    assert (change.children, opening.taken, opening.closed_reason) == (1, 1, "")
    assert Place.objects.live(now).get().child == family.child


def test_one_mail_a_family_whatever_its_children_and_days(canteen, family, agent, now):
    sibling = Family(household=family.household, user=family.user, child=a_sibling(family))
    for one in (family, sibling):
        booked(canteen, one, now=now, days=2)
    OutgoingMail.objects.all().delete()
    cancel(canteen.openings[:2], agent, now)
    assert tell_changes(now=now) == 1
    text = OutgoingMail.objects.get().text
    assert text.count("lun. 01/03/2027") == text.count("mar. 02/03/2027") == 2


def test_a_family_without_account_is_named_to_the_office(canteen, family, agent, now):
    booked(canteen, family, now=now, days=1)
    family.household.guardians.update(user=None)
    change = cancel(canteen.openings[:1], agent, now)
    assert tell_changes(now=now) == 0
    assert list(without_account(change)) == [family.household]


@pytest.mark.parametrize(
    ("rule", "credited", "refunds", "tasks"),
    [
        (RefundRule.AGENT, 0, 0, 1),
        (RefundRule.CREDIT, 1, 0, 0),
        (RefundRule.LIST, 0, 1, 0),
        (RefundRule.NONE, 1, 0, 0),
    ],
)
def test_what_was_invoiced_is_given_back(canteen, family, agent, now, rule, credited, refunds, tasks):
    canteen.period.refund = rule
    canteen.period.save()
    booked(canteen, family, now=now, days=1)
    charge = Charge.objects.get()
    issue_invoice(regie=canteen.regie, household=family.household, charges=[charge], on=now.date(), now=now)
    change = cancel(canteen.openings[:1], agent, now)
    assert (change.voided, change.credited) == (0, Decimal("3.30"))
    assert Charge.objects.filter(amount=Decimal("-3.30")).count() == credited
    assert [charge.refund.amount for charge in Charge.objects.filter(refund__isnull=False)] == [
        Decimal("3.30")
    ] * refunds
    assert StaffTask.objects.count() == tasks
    with pytest.raises(ChangeRefusedError):
        undo_change(change=change, by=agent, now=now)


def test_what_waits_in_a_basket_is_taken_out_of_it(commune, agent, now):
    canteen = a_canteen(start=(now + timedelta(days=3)).date(), days=5)
    family = a_family(school=canteen.school)
    reservation = booked(canteen, family, now=now, days=2)
    cancel(canteen.openings[:1], agent, now)
    reservation.refresh_from_db()
    assert (reservation.state, reservation.total) == (ReservationState.AWAITING_PAYMENT, Decimal("3.30"))
    cancel(canteen.openings[1:2], agent, now)
    reservation.refresh_from_db()
    assert (reservation.state, reservation.total) == (ReservationState.CANCELLED, 0)


def test_nothing_to_cancel_is_said(canteen, agent, now):
    with pytest.raises(ChangeRefusedError):
        cancel(canteen.openings[:1], agent, now, level="CP")
    cancel(canteen.openings[:1], agent, now)
    with pytest.raises(ChangeRefusedError):
        cancel(canteen.openings[:1], agent, now)


def test_taking_it_back_restores_places_charges_and_openings(canteen, family, agent, now):
    reservation = booked(canteen, family, now=now, days=2)
    change = cancel(canteen.openings[:1], agent, now)
    undo_change(change=change, by=agent, now=now)
    opening = Opening.objects.get(pk=canteen.openings[0].pk)
    assert (opening.taken, opening.closed_reason) == (1, "")
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.ACCEPTED
    assert set(Place.objects.values_list("state", flat=True)) == {PlaceState.CONFIRMED}
    owed = Charge.objects.filter(voided_at=None).order_by("service_date")
    assert [charge.amount for charge in owed] == [Decimal("3.30")] * 2
    assert owed[0].corrects == Charge.objects.get(voided_at__isnull=False)  # owed again, by a new line
    assert "ont finalement lieu" in _last_mail(now)
    with pytest.raises(ChangeRefusedError):
        undo_change(change=change, by=agent, now=now)


def _last_mail(now) -> str:
    tell_changes(now=now)
    return OutgoingMail.objects.latest("pk").text


def test_a_corrected_price_is_voided_and_comes_back_as_it_was(canteen, family, agent, now):
    canteen.period.absences = {"no_show": {"type": "flat", "amount": "5.00"}}
    canteen.period.save()
    booked(canteen, family, now=now, days=1)
    noon = now + timedelta(days=3)
    close_sheet(opening=openings().get(pk=canteen.openings[0].pk), rest_is_absent=True, by=agent, now=noon)
    change = cancel_services(
        scope=Scope(opening_ids=(canteen.openings[0].pk,)), reason="Grève", by=agent, now=noon
    )
    assert change.voided == Decimal("5.00")
    assert not Charge.objects.filter(voided_at=None).exists()
    undo_change(change=change, by=agent, now=noon)
    assert sum(charge.amount for charge in Charge.objects.filter(voided_at=None)) == Decimal("5.00")


def test_a_demand_that_waited_waits_again(canteen, family, agent, now):
    canteen.period.mode = BookingMode.REQUEST
    canteen.period.save()
    booked(canteen, family, now=now, days=1)
    change = cancel(canteen.openings[:1], agent, now)
    undo_change(change=change, by=agent, now=now)
    assert ReservationLine.objects.get().state == LineState.PENDING
    assert Opening.objects.get(pk=canteen.openings[0].pk).taken == 0


def test_places_taken_since_are_not_taken_back(canteen, family, agent, now):
    booked(canteen, family, now=now, days=1)
    change = cancel(canteen.openings[:1], agent, now, level="CE2")
    booked(canteen, family, now=now, days=1)
    with pytest.raises(ChangeRefusedError, match="redemandé"):
        undo_change(change=change, by=agent, now=now)


def test_another_meal_changes_no_booking_and_tells(canteen, family, agent, now):
    booked(canteen, family, now=now, days=1)
    scope = Scope(opening_ids=(canteen.openings[0].pk,))
    change = replace_meal(scope=scope, reason="Grève : pique-nique", by=agent, now=now)
    assert Place.objects.live(now).count() == 1
    assert "pique-nique" in _last_mail(now)
    undo_change(change=change, by=agent, now=now)
    assert "finalement servi" in _last_mail(now)


def test_an_act_costs_the_same_for_any_number(canteen, agent, now):
    def cancel_with(families: int, index: int) -> tuple[int, int]:
        for _ in range(families):
            booked(canteen, a_family(school=canteen.school), now=now, days=1, first=index)
        shown = count_queries(lambda: preview(Scope(opening_ids=(canteen.openings[index].pk,)), now=now))
        return shown, count_queries(lambda: cancel(canteen.openings[index : index + 1], agent, now))

    assert cancel_with(1, 0) == cancel_with(5, 1)
    assert Reservation.objects.count() == 6


def test_telling_and_taking_back_cost_the_same_for_any_number(canteen, agent, now):
    def costs(families: int, index: int) -> tuple[int, int]:
        for _ in range(families):
            booked(canteen, a_family(school=canteen.school), now=now, days=1, first=index)
        change = cancel(canteen.openings[index : index + 1], agent, now)
        told = count_queries(lambda: tell_changes(now=now))
        undone = count_queries(lambda: undo_change(change=change, by=agent, now=now))
        tell_changes(now=now)
        return told, undone

    assert costs(1, 0) == costs(5, 1)
