"""A basket and its money, once for each provider: paid after it died, and started again."""

from datetime import timedelta

import pytest

from billing.enums import Fulfilment, PaymentState
from billing.providers.base import Closing, Mode, OutcomeState
from billing.providers.registry import DRIVERS
from billing.queries.check import check_ledger
from billing.services.accounts import set_account
from billing.services.callbacks import hear_notification
from booking.models import Opening
from booking.services.cart_payments import open_cart_payment
from booking.services.carts import expire_unpaid
from core.enums import TaskKind
from core.models import OutgoingMail, StaffTask
from tests.factories.booking import booked
from tests.factories.providers import BENCHES, Bench
from tests.factories.world import a_family

HOUR = timedelta(hours=1)


@pytest.fixture(params=sorted(DRIVERS))
def bench(request, settings, canteen, now) -> Bench:
    with BENCHES[request.param](now=lambda: now) as bench:
        bench.point(settings)
        set_account(
            regie=canteen.regie,
            driver=bench.code,
            mode=Mode.TEST,
            config=bench.fields,
            secrets=bench.secrets,
            by=None,
            now=now,
        )
        yield bench


def pay(bench, payment, at):
    bench.end(payment, OutcomeState.PAID)
    return hear_notification(driver=bench.code, callback=bench.notification(payment.provider_ref), now=at)


def start(canteen, family, now, *, restart: bool = False):
    return open_cart_payment(
        household=family.household, regie=canteen.regie, payer=family.user, restart=restart, now=now
    )


def test_paid_after_the_basket_died(bench, canteen, family, now):
    Opening.objects.update(capacity=1)
    booked(canteen, family, now=now, days=2)
    payment = start(canteen, family, now)
    later = now + 4 * HOUR
    expire_unpaid(now=later)
    booked(canteen, a_family(school=canteen.school), now=later, days=1)

    late = pay(bench, payment, later)

    assert (late.state, late.fulfilment) == (PaymentState.PAID, Fulfilment.UNPLACED)
    task = StaffTask.objects.get()
    assert task.kind == TaskKind.UNPLACED_PAYMENT
    assert OutgoingMail.objects.filter(to=family.user.email).exists()
    assert check_ledger() == []


def test_started_again_by_a_family_that_did_not_pay(bench, canteen, family, now):
    booked(canteen, family, now=now, days=2)
    first, second = start(canteen, family, now), start(canteen, family, now, restart=True)

    assert pay(bench, second, now + HOUR).fulfilment == Fulfilment.DONE
    first.refresh_from_db()
    closed = isinstance(bench.driver, Closing)
    assert first.state == (PaymentState.EXPIRED if closed else PaymentState.STARTED)
    if not closed:
        assert pay(bench, first, now + HOUR).fulfilment == Fulfilment.UNPLACED
        assert StaffTask.objects.get().kind == TaskKind.DOUBLE_PAYMENT
    assert check_ledger() == []
