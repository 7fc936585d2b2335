"""What the demo's first family did in the last weeks: booked, cancelled, paid, and once forgot to pay.

It goes through the same services as the real thing, at earlier moments, and pays at the simulated PayFiP.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.test.utils import override_settings

from billing.enums import Trigger
from billing.services.settlement import settle
from booking.enums import PaymentMode
from booking.models import Period, Reservation
from booking.queries.planning import Planning, load_planning
from booking.services.cart_payments import open_cart_payment
from booking.services.carts import expire_unpaid
from booking.services.requests import submit_request
from core.clock import now
from core.models import Child, User
from infra.sandbox.payfip.server import SandboxServer
from infra.sandbox.payfip.simulator import Behaviour
from portail.demo.absences import report_missed_meal
from tenants.context import town_timezone

PAID_DAYS, FORGOTTEN_DAYS, CARE_DAYS = 4, 2, 5


def write_history(child: Child) -> None:
    """Three weeks of it, when the school year has begun that long ago; nothing when it has been written before."""
    if Reservation.objects.filter(child=child).exists():
        return
    family = child.household.guardians.get(user__isnull=False).user
    begun = now().astimezone(town_timezone()).replace(hour=20, minute=15) - timedelta(days=21)
    canteen, care = _period(child, PaymentMode.PREPAID), _period(child, PaymentMode.INVOICED)
    if care:
        _book_and_cancel(child, care, family, begun)
    if canteen:
        _book_and_pay(child, canteen, family, begun + timedelta(hours=1))
        _forget_to_pay(child, canteen, family, begun + timedelta(days=1))
        report_missed_meal(child, canteen)


def write_weeks(child: Child, at: datetime, *, prepaid: bool) -> None:
    """Two weeks of care, and of paid meals if ``prepaid``, asked for at ``at``."""
    family = child.household.guardians.get(user__isnull=False).user
    if care := _period(child, PaymentMode.INVOICED):
        book_days(child, care, family, at, days=2 * CARE_DAYS)
    if prepaid and (canteen := _period(child, PaymentMode.PREPAID)):
        _book_and_pay(child, canteen, family, at + timedelta(minutes=5))


def _period(child: Child, payment: PaymentMode) -> Period | None:
    today = now().date()
    return (
        Period.objects.select_related("activity__establishment", "activity__regie")
        .filter(activity__establishment=child.school, payment=payment, start__lte=today, end__gte=today)
        .first()
    )


def _wishes(planning: Planning, days: int) -> dict[int, int]:
    """The next days that are open, one stage a slot."""
    wishes: dict[int, int] = {}
    for cell in planning.cells():
        if cell.is_open and len(wishes) < days:
            wishes.setdefault(cell.opening_id, cell.stage_id)
    return wishes


def book_days(child: Child, period: Period, by: User, at: datetime, *, days: int) -> Reservation | None:
    planning = load_planning(child=child, period=period, now=at)
    wishes = {} if planning.obstacles else _wishes(planning, days)
    if not wishes:
        return None
    return submit_request(child=child, period=period, wishes=wishes, cancellations=[], by=by, now=at)


def _book_and_cancel(child: Child, period: Period, by: User, at: datetime) -> None:
    if not (reservation := book_days(child, period, by, at, days=CARE_DAYS)):
        return
    last = reservation.lines.order_by("-opening__date").first()
    submit_request(
        child=child,
        period=period,
        wishes={},
        cancellations=[last.opening_id],
        by=by,
        now=at + timedelta(minutes=20),
    )


def _book_and_pay(child: Child, period: Period, by: User, at: datetime) -> None:
    if not book_days(child, period, by, at, days=PAID_DAYS):
        return
    with _payfip(at) as payfip:
        payment = open_cart_payment(household=child.household, regie=period.activity.regie, payer=by, now=at)
        payfip.simulator.decide(payment.provider_ref, "P")
        settle(payment_id=payment.pk, trigger=Trigger.POLL, now=at + timedelta(minutes=3))


def _forget_to_pay(child: Child, period: Period, by: User, at: datetime) -> None:
    if book_days(child, period, by, at, days=FORGOTTEN_DAYS):
        expire_unpaid(now=at + timedelta(hours=2))


@contextmanager
def _payfip(at: datetime) -> Iterator[SandboxServer]:
    """The simulator at a past moment, on the state file of the demo's own, which will then know this payment."""
    state = Path(settings.DATA_DIR) / "payfip.state"
    with SandboxServer(state=state, now=lambda: at) as payfip:
        payfip.simulator.behaviour = Behaviour(drop_notifications=True)
        with override_settings(PAYFIP_SERVICE_URL=payfip.service_url, PAYFIP_PAGE_URL=payfip.page_url):
            yield payfip
