"""More of an offer than the canteen of ``world``: before- and after-school care, a second child, a started payment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from billing.enums import PaymentState
from billing.models import Payment
from booking.enums import BookingMode, PaymentMode, PlanningView
from booking.models import Activity, Opening, PaymentItem, Period, Reservation, Slot, Stage
from booking.services.cart_payments import CART_PURPOSE
from booking.services.requests import submit_request
from core.models import Child
from tests.factories.world import SUNDAY_BEFORE, Canteen, Family

CARE_SLOTS = (
    ("PERISCOLAIRE MATIN", time(7, 30), time(8, 30)),
    ("ETUDE", time(16, 30), time(17, 30)),
    ("PERISCOLAIRE SOIR", time(17, 30), time(18, 30)),
)


@dataclass(kw_only=True)
class Care:
    period: Period
    slots: list[Slot]
    stages: list[Stage]

    def wishes(self, *, days: int = 1, column: int = 0) -> dict[int, int]:
        openings = self.slots[column].openings.order_by("date")[:days]
        return {opening.pk: self.stages[column].pk for opening in openings}


def some_care(
    canteen: Canteen, *, mode: BookingMode = BookingMode.INSTANT, view: PlanningView = PlanningView.MONTH
) -> Care:
    """The guide's three garderies on the canteen's days: nothing to pay, cancelled with the delay of booking."""
    activity = Activity.objects.create(code="periscolaire", establishment=canteen.school, name="PERISCOLAIRE")
    dates = [opening.date for opening in canteen.openings]
    period = Period.objects.create(
        code="garderies",
        activity=activity,
        name="Garderies",
        start=dates[0],
        end=dates[-1],
        weekdays=[1, 2, 4, 5],
        payment=PaymentMode.INVOICED,
        mode=mode,
        view=view,
        cancel_rule=SUNDAY_BEFORE,
    )
    slots, stages = [], []
    for position, (label, starts, ends) in enumerate(CARE_SLOTS):
        slot = Slot.objects.create(
            period=period,
            code=f"accueil-{position}",
            label=label,
            starts=starts,
            ends=ends,
            position=position,
        )
        slots.append(slot)
        stages.append(Stage.objects.create(slot=slot, code="a-l-heure", label=label, cutoff=SUNDAY_BEFORE))
        Opening.objects.bulk_create(Opening(slot=slot, date=day) for day in dates)
    return Care(period=period, slots=slots, stages=stages)


def a_sibling(family: Family, *, first_name: str = "Malo", level: str = "CP") -> Child:
    return Child.objects.create(
        household=family.household,
        first_name=first_name,
        last_name=family.child.last_name,
        birth_date=date(2020, 2, 1),
        school=family.child.school,
        level=level,
    )


def booked(canteen: Canteen, family: Family, *, now: datetime, days: int = 4, first: int = 0) -> Reservation:
    return submit_request(
        child=family.child,
        period=canteen.period,
        wishes=canteen.wishes(first=first, days=days),
        cancellations=[],
        by=family.user,
        now=now,
    )


def a_payment_of(
    reservations: Sequence[Reservation], *, family: Family, now: datetime, reference: str = "CANT0000001"
) -> Payment:
    """An attempt the provider knows, as open_cart_payment leaves it, without any network."""
    first = reservations[0]
    payment = Payment.objects.create(
        regie=first.cart.regie,
        account=first.cart.regie.accounts.get(),
        mode="test",
        household=family.household,
        payer=family.user,
        payer_email=family.user.email,
        purpose=CART_PURPOSE,
        label="Reservation",
        reference=reference,
        amount=sum(reservation.total for reservation in reservations),
        state=PaymentState.STARTED,
        provider_ref=f"idop-{reference}",
        created_at=now,
    )
    for reservation in reservations:
        PaymentItem.objects.create(
            payment=payment,
            reservation=reservation,
            amount=reservation.total,
            line_ids=list(reservation.lines.values_list("pk", flat=True)),
        )
    return payment
