"""What every payment provider offers to billing: values in, values out.

A driver is stateless. It never touches the database, never mails, never renders: it talks to one
provider's servers and says what they answered. Amounts are **cents** here (the provider's edge); the
rest of the project counts in ``Decimal`` euros. Times are aware datetimes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Mode(StrEnum):
    """The mode of a régie's account; an answer in another mode than the account's never settles a debt."""

    TEST = "test"
    ACTIVATION = "activation"
    PRODUCTION = "production"


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    min_cents: int
    max_cents: int
    needs_email: bool
    has_lookup: bool
    has_refund: bool
    signed_callback: bool
    tells_rejections: bool = True  # of a direct debit, once it was accepted
    modes: frozenset[Mode] = frozenset(Mode)


@dataclass(frozen=True, kw_only=True)
class ConfigField:
    """One field of a régie's account, as the settings screen and the town file show it."""

    name: str
    label: str
    help: str = ""
    pattern: str = ".+"
    secret: bool = False
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()  # value, words; empty: free text


@dataclass(frozen=True, kw_only=True)
class PaymentOrder:
    """What the payer is asked to pay.

    ``reference`` is ours: letters and digits, 6 to 30, unique in the town and not to be guessed. ``serial``
    numbers the attempts of the town.
    """

    reference: str
    serial: int
    amount_cents: int
    email: str
    label: str
    year: int
    return_url: str
    cancel_url: str  # where a payer comes back who says that it did not pay
    notification_url: str


@dataclass(frozen=True, kw_only=True)
class Redirect:
    url: str


@dataclass(frozen=True, kw_only=True)
class PostForm:
    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Started:
    """``provider_ref`` is the provider's name for the attempt; ``usable_until`` the last moment to open the page."""

    provider_ref: str
    next_step: Redirect | PostForm
    usable_until: datetime


class OutcomeState(StrEnum):
    WAITING = "waiting"  # not decided yet: ask again
    PAID = "paid"
    BANK_PENDING = "bank_pending"  # accepted, the bank has not confirmed yet
    REFUSED = "refused"
    CANCELLED = "cancelled"  # the payer gave up; may still be followed by PAID
    EXPIRED = "expired"  # nothing can come any more
    REVERSED = "reversed"  # accepted before, and undone: the money will not come
    REFUNDED = "refunded"  # money given back, in whole or in part, by a transaction of its own
    REFUND_FAILED = "refund_failed"  # money given back that did not arrive, and is with the régie again
    CONTESTED = "contested"  # the payer's bank asks for the money back; nothing is decided yet


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A provider's answer about one attempt. Fields it did not give are None.

    ``reference`` is ours: the attempt's, or for money given back the ``key`` it was asked with.
    """

    state: OutcomeState
    provider_ref: str
    reference: str | None = None
    amount_cents: int | None = None
    currency: str = "EUR"
    mode: Mode | None = None
    merchant: str | None = None
    method: str = ""
    transaction_id: str = ""
    at: datetime | None = None
    code: str = ""
    message: str = ""
    raw: Mapping[str, str] = field(default_factory=dict)  # for the event log; without secrets


@dataclass(frozen=True)
class Callback:
    """What comes from outside: a notification, or a browser that comes back. Header names are in lower case."""

    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Hint:
    """What a callback says: which attempt it is about, and whether its signature proves who sent it.

    An attempt is named by ``provider_ref``, or by the ``transaction_id`` of the money it brought.
    ``outcome`` is what it tells; only ever given when it is verified.
    """

    provider_ref: str = ""
    transaction_id: str = ""
    verified: bool = False
    outcome: Outcome | None = None


class ProviderError(Exception):
    """The provider could not be asked, or refused the request.

    ``permanent`` says whether asking again can help; ``code`` and ``message`` are the provider's own words,
    kept verbatim for the staff.
    """

    def __init__(self, message: str, *, code: str = "", permanent: bool) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.permanent = permanent


class Driver(Protocol):
    code: str
    label: str
    capabilities: Capabilities
    config_fields: tuple[ConfigField, ...]

    def check_config(self, config: Mapping[str, str], mode: Mode) -> tuple[str, ...]:
        """Ask the provider whether this configuration is right. Returns the labels it knows the régie by.

        A provider that cannot be asked leaves it at the shape of the fields.

        Raises ProviderError.
        """

    def start(self, config: Mapping[str, str], mode: Mode, order: PaymentOrder) -> Started:
        """Open an attempt at the provider. Raises ProviderError."""

    def read_callback(self, config: Mapping[str, str], mode: Mode, callback: Callback) -> Hint | None:
        """Read a notification or a browser return; None when it names no attempt."""

    def lookup(
        self, config: Mapping[str, str], mode: Mode, provider_ref: str, *, now: datetime, started_at: datetime
    ) -> Outcome:
        """Ask for the state of an attempt. Raises ProviderError when nothing could be known.

        Without ``has_lookup`` it only says what the provider's silence means at this age: WAITING or EXPIRED.
        """

    def merchant(self, config: Mapping[str, str]) -> str:
        """The account's name at the provider, compared with ``Outcome.merchant``."""


@runtime_checkable
class Closing(Driver, Protocol):
    """A provider whose page can be closed, so that nobody pays on it any more."""

    def close(self, config: Mapping[str, str], mode: Mode, provider_ref: str) -> None:
        """Close the page of an attempt; one that is decided stays as it is. Raises ProviderError."""


@runtime_checkable
class Refunding(Driver, Protocol):
    """A provider that gives money back when it is asked to."""

    def can_refund(self, config: Mapping[str, str], mode: Mode) -> bool:
        """Whether this configuration is enough for it."""

    def refund(
        self,
        config: Mapping[str, str],
        mode: Mode,
        *,
        reference: str,
        transaction_id: str,
        amount_cents: int,
        key: str,
        known: frozenset[str],
    ) -> str:
        """Give back a part of a payment, ours by ``reference``, or all of it. Returns the provider's name for the refund.

        The same ``key`` never gives back twice; ``known``: the names of this payment's earlier refunds.
        Raises ProviderError.
        """
