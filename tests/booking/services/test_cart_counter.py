"""A basket paid at the counter: the same places, the same invoice, one quittance."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from billing.counter_sales import CounterSale, sales_to
from billing.enums import Means, PaymentState
from billing.errors import CounterError
from billing.models import Allocation, Invoice, Payment, Quittance
from billing.queries.check import check_ledger
from billing.services.counter import Handed, take_money
from billing.services.counter_reversals import cancel_quittance
from booking.enums import PlaceState, ReservationState
from booking.models import PaymentItem, Place
from core.models import OutgoingMail
from core.money import ZERO
from tests.factories.billing import an_invoice
from tests.factories.booking import booked
from tests.factories.counter import a_cheque, cash
from tests.factories.people import an_agent
from tests.factories.world import Family


def basket_of(family: Family, now) -> CounterSale:
    (sale,) = sales_to(family.household, now=now)
    return sale


def pay(sale: CounterSale, *handed: Handed, now, invoices: tuple[Invoice, ...] = (), token=None) -> Quittance:
    return take_money(
        regie=sale.cart.regie,
        household=sale.cart.household,
        handed=handed,
        invoice_ids=[invoice.pk for invoice in invoices],
        payer_name="Camille Rivière",
        by=an_agent(),
        token=token or uuid4(),
        sale=sale,
        now=now,
    )


def test_a_basket_is_confirmed_and_its_invoice_paid_before_the_others(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    older = an_invoice(reservation.cart.regie, family.household, now=now - timedelta(days=40))

    quittance = pay(basket_of(family, now), a_cheque("20.00"), cash("10.00"), now=now, invoices=(older,))

    reservation.refresh_from_db()
    assert reservation.state == ReservationState.ACCEPTED
    assert set(Place.objects.values_list("state", flat=True)) == {PlaceState.CONFIRMED}
    sold = Invoice.objects.exclude(pk=older.pk).get()
    assert (sold.total, sold.lines.count()) == (Decimal("13.20"), 4)
    used = Allocation.objects.order_by("pk").values_list("payment__means", "invoice", "amount")
    assert list(used) == [
        (Means.CHEQUE, sold.pk, Decimal("13.20")),
        (Means.CHEQUE, older.pk, Decimal("6.80")),
        (Means.CASH, older.pk, Decimal("10.00")),
    ]
    assert {one.purpose for one in quittance.payments.all()} == {"booking.cart"}
    assert list(PaymentItem.objects.values_list("payment__means", "amount")) == [("cheque", Decimal("13.20"))]
    assert reservation.events.latest("pk").act == "Payé au guichet : Quittance n° 2027-00001"
    assert str(reservation) in OutgoingMail.objects.latest("pk").text
    assert sales_to(family.household, now=now) == []
    assert check_ledger() == []


def test_a_basket_is_paid_whole_or_not_at_all(canteen, family, now):
    booked(canteen, family, now=now)
    with pytest.raises(CounterError, match="13,20"):
        pay(basket_of(family, now), cash("10.00"), now=now)
    assert not Quittance.objects.exists()


def test_a_basket_that_changed_or_lapsed_takes_no_money(canteen, family, now):
    booked(canteen, family, now=now, days=2)
    shown = basket_of(family, now)
    later = now + timedelta(hours=4)
    with pytest.raises(CounterError, match="a changé"):
        pay(shown, cash("6.60"), now=later)
    booked(canteen, family, now=now, first=2, days=1)
    with pytest.raises(CounterError, match="a changé"):
        pay(shown, cash("9.90"), now=now)
    assert not Payment.objects.exists()
    assert not Invoice.objects.exists()


def test_undoing_the_quittance_leaves_the_places_and_the_debt(canteen, family, now):
    booked(canteen, family, now=now)
    quittance = pay(basket_of(family, now), cash("13.20"), now=now)
    cancel_quittance(quittance=quittance, reason="Erreur de caisse", by=quittance.by, now=now)
    assert set(Place.objects.values_list("state", flat=True)) == {PlaceState.CONFIRMED}
    invoice = Invoice.objects.get()
    assert sum((row.amount for row in invoice.allocations.all()), ZERO) == 0
    assert Payment.objects.get().state == PaymentState.REVERSED
    assert check_ledger() == []


def test_the_desk_shows_the_basket_and_takes_its_money_once(canteen, family, now, commune, client_for):
    reservation = booked(canteen, family, now=now)
    desk = client_for(commune, an_agent())
    entry = desk.get(f"/agent/familles/{family.household.pk}/encaisser/", follow=True)
    page = entry.content.decode()
    assert "Tout le panier" in page
    assert str(reservation) in page
    sent = {"jeton": str(uuid4()), "panier": "13.20", "especes": "13,20", "payeur": "Camille Rivière"}
    url = entry.redirect_chain[-1][0]
    first, second = (desk.post(url, sent) for _ in range(2))
    assert first.url == second.url
    assert Quittance.objects.get().total == Decimal("13.20")
    late = desk.post(url, sent | {"jeton": str(uuid4())}).content.decode()
    assert "Le panier a changé" in late
