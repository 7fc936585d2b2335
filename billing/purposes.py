"""What a payment is for. The one place where control flows upwards: money is settled here, its meaning lives above.

One handler a key; an unknown key is an error. ``grep booking.cart`` finds both ends.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from billing.enums import Fulfilment
from billing.models import Payment


class UnknownPurposeError(LookupError):
    pass


@dataclass(frozen=True, kw_only=True)
class Content:
    """One thing that a payment is for, as the family knows it, and the page that shows it."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class WayBack:
    """What an attempt without money leaves to be paid: where, and until when (aware; None: no limit)."""

    url: str
    until: datetime | None = None


class Purpose(Protocol):
    def on_settled(self, payment: Payment, *, now: datetime) -> Fulfilment:
        """Deliver what was paid: DONE, or UNPLACED when some of it is gone (the rest stays as credit).

        Runs in its own transaction, with the payment locked, after the money is recorded. May run again after
        a failure, so it must be idempotent. Must not talk to the network.
        """

    def on_abandoned(self, payment: Payment, *, now: datetime) -> None:
        """The attempt ended without money. Runs in the transaction that ends it, with the payment locked."""

    def return_url(self, payment: Payment) -> str:
        """Where the family goes after the provider, as a path on the town's host."""

    def contents(self, payment: Payment) -> list[Content]:
        """What the payment is for."""

    def way_back(self, payment: Payment, *, now: datetime) -> WayBack | None:
        """Where to pay again what this attempt did not; None when nothing is left to pay."""


_purposes: dict[str, Purpose] = {}


def register(key: str, purpose: Purpose) -> None:
    if key in _purposes and type(_purposes[key]) is not type(purpose):
        raise ValueError(f"l’objet de paiement {key} a déjà un responsable")
    _purposes[key] = purpose


def purpose_of(payment: Payment) -> Purpose:
    """Raises UnknownPurposeError."""
    try:
        return _purposes[payment.purpose]
    except KeyError:
        raise UnknownPurposeError(payment.purpose) from None
