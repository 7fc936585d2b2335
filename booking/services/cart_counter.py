"""Paying a basket at the counter: cash, cheques or titles instead of the provider's page, and the same places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from billing.errors import CounterError
from billing.models import Invoice, Payment
from booking.errors import PaymentInProgressError
from booking.models import Cart, PaymentItem, Reservation
from booking.queries.carts import awaiting_payment, open_payment_of
from booking.queries.planning import full_name
from booking.services.cart_delivery import confirm_paid, invoice_paid, lines_to_pay, lock_held
from booking.services.cart_payments import CART_PURPOSE, catch_up
from booking.services.history import record
from core.locks import lock_rows
from core.models import Household, User
from core.money import ZERO

CHANGED = "Le panier de la famille a changé, ou son délai est passé : relisez-le avant d’encaisser."


@dataclass(frozen=True, kw_only=True)
class CartSale:
    """billing.counter_sales: what a household's basket holds at one régie, paid whole."""

    cart: Cart
    reservations: Sequence[Reservation]

    @property
    def purpose(self) -> str:
        return CART_PURPOSE

    @property
    def regie_id(self) -> int:
        return self.cart.regie_id

    @property
    def total(self) -> Decimal:
        return sum((reservation.total for reservation in self.reservations), ZERO)

    @property
    def until(self) -> datetime:
        return min(one.pay_before for one in self.reservations if one.pay_before)  # each waits to be paid

    @property
    def lines(self) -> list[str]:
        return [
            f"{one} – {one.child.first_name} – {full_name(one.period)}"  # as the family reads it elsewhere
            for one in self.reservations
        ]

    @property
    def is_being_paid(self) -> bool:
        return open_payment_of(self.cart) is not None

    def catch_up(self, *, now: datetime) -> None:
        try:
            catch_up(self.cart.household, self.cart.regie, now, close=True)
        except PaymentInProgressError as error:
            raise CounterError(
                "La famille vient de payer ce panier en ligne : n’encaissez rien pour lui."
            ) from error

    def lock(self, *, now: datetime) -> None:
        lock_rows(Cart.objects.filter(pk=self.cart.pk))
        basket = awaiting_payment(self.cart.household, now=now).filter(cart=self.cart)
        lock_held(basket, now)
        locked = lock_rows(Reservation.objects.filter(pk__in=basket.values("pk")))
        if {one.pk: one.total for one in locked} != {one.pk: one.total for one in self.reservations}:
            raise CounterError(CHANGED)

    def deliver(self, payments: Sequence[Payment], *, by: User, now: datetime) -> Invoice:
        lines = {one.pk: lines_to_pay(one) for one in self.reservations}
        PaymentItem.objects.bulk_create(self._items(payments, lines))
        delivery = confirm_paid(
            line_ids=[line for ids in lines.values() for line in ids],
            reservations=self.reservations,
            now=now,
        )
        if delivery.unplaced:
            raise CounterError(CHANGED)
        record(reservation_ids=list(lines), act=f"Payé au guichet : {payments[0].label}", by=by, now=now)
        priced = [line for line in delivery.confirmed if line.price]
        return invoice_paid(lines=priced, regie=self.cart.regie, household=self.cart.household, now=now)

    def _items(self, payments: Sequence[Payment], lines: dict[int, list[int]]) -> Iterator[PaymentItem]:
        """Which means paid which reservation, in their order; what is left of the last one is kept as credit."""
        money = {payment: payment.amount for payment in payments}
        for reservation in self.reservations:
            left = reservation.total
            for payment in payments:
                part = min(left, money[payment])
                if part > 0:
                    left -= part
                    money[payment] -= part
                    yield PaymentItem(
                        payment=payment, reservation=reservation, amount=part, line_ids=lines[reservation.pk]
                    )


def carts_to_pay(household: Household, now: datetime) -> list[CartSale]:
    """The baskets of a household that hold something now, régie by régie. One query."""
    reservations = awaiting_payment(household, now=now).select_related(
        "cart__household", "cart__regie", "child", "period__activity__establishment"
    )
    return [
        CartSale(cart=cart, reservations=list(group))
        for cart, group in groupby(reservations, key=lambda one: one.cart)
    ]
