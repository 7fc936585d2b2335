"""What a family may pay at the counter besides its invoices: what other applications sell, in the same quittance."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from billing.models import Invoice, Payment
from core.models import Household, User


class CounterSale(Protocol):
    """Something whole, that is paid at once or not at all. Amounts in euros; ``until`` is the family's last moment."""

    @property
    def purpose(self) -> str:
        """Key of billing.purposes for the payments that pay it."""

    @property
    def regie_id(self) -> int: ...

    @property
    def total(self) -> Decimal: ...

    @property
    def until(self) -> datetime: ...

    @property
    def lines(self) -> Sequence[str]:
        """What is sold, in the family's words."""

    @property
    def is_being_paid(self) -> bool:
        """Whether an attempt to pay it online has not ended yet."""

    def catch_up(self, *, now: datetime) -> None:
        """Ask what became of that attempt. Talks to the network: no transaction. Raises DomainError when it brought
        money."""

    def lock(self, *, now: datetime) -> None:
        """Take what comes before invoices in the lock order. Raises CounterError when it is not what was shown."""

    def deliver(self, payments: Sequence[Payment], *, by: User, now: datetime) -> Invoice:
        """Give what was sold, under ``lock``; returns the invoice that the payments still have to pay."""


Finder = Callable[[Household, datetime], Sequence[CounterSale]]

_finders: dict[str, Finder] = {}


def register(key: str, finder: Finder) -> None:
    _finders[key] = finder


def sales_to(household: Household, *, now: datetime) -> list[CounterSale]:
    """What this household may pay at this moment, at most one at each régie."""
    return [sale for finder in _finders.values() for sale in finder(household, now)]
