"""What the platform does with a payment: from the form to the batch, and the messages it sends on the way."""

import hashlib
import secrets
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from infra.sandbox import loopback
from infra.sandbox.systempay.wire import RefusedFormError, check_form, signature

NOTIFICATION_SECONDS = 5.0

# status → vads_result
STATUSES = {
    "AUTHORISED": "00",
    "CAPTURED": "00",
    "AUTHORISED_TO_VALIDATE": "00",
    "UNDER_VERIFICATION": "00",
    "REFUSED": "05",
    "ABANDONED": "17",
    "CANCELLED": "00",
    "EXPIRED": "00",
    "CAPTURE_FAILED": "00",
}
WITHOUT_TRANSACTION = ("", "ABANDONED")


@dataclass(frozen=True, kw_only=True)
class Shop:
    """``ipn_url`` is the « URL de notification à la fin du paiement » of the back office."""

    name: str
    key_test: str
    key_production: str = ""
    ipn_url: str = ""
    rest_test: str = ""
    rest_production: str = ""

    def key(self, ctx_mode: str) -> str:
        return self.key_production if ctx_mode == "PRODUCTION" else self.key_test


SHOPS = {
    "12345678": Shop(
        name="BALARUC LE VIEUX",
        key_test="1122334455667788",
        key_production="8877665544332211",
        rest_test="testpassword_balaruc0000",
        rest_production="prodpassword_balaruc0000",
    ),
    "12345679": Shop(name="BELLEGARDE", key_test="1234567890abcdef", key_production="fedcba0987654321"),
}


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    down: bool = False
    drop_notifications: bool = False
    retries: int = 4
    retry_seconds: float = 2.0  # minutes at the real one


@dataclass
class Transaction:
    """One payment. ``status`` is empty until decided; ``fields`` are the form's."""

    fields: dict[str, str]
    session: str
    created_at: datetime
    status: str = ""
    decided_at: datetime | None = None
    uuid: str = ""
    authorisation: str = ""
    brand: str = "CB"
    three_ds: bool = False
    refunds: list[tuple[str, int]] = field(default_factory=list)  # uuid, cents
    notifications: list[str] = field(default_factory=list)

    @property
    def order(self) -> str:
        return self.fields.get("vads_order_id") or self.fields["vads_trans_id"]

    @property
    def cents(self) -> int:
        return int(self.fields["vads_amount"])


class Simulator:
    """Times of the platform are UTC. Everything is kept in memory: a restart forgets it, as no query can tell."""

    def __init__(
        self,
        *,
        shops: dict[str, Shop] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.shops = SHOPS | (shops or {})
        self.behaviour = Behaviour()
        self.now = now
        self._lock = threading.RLock()
        self._transactions: list[Transaction] = []
        self._numbers: set[tuple[str, str, str]] = set()
        self._closed = threading.Event()
        self._retrying: list[threading.Thread] = []

    def close(self) -> None:
        self._closed.set()
        for thread in self._retrying:
            thread.join()

    def shop(self, fields: dict[str, str]) -> Shop:
        """Raises RefusedFormError for an unknown shop."""
        shop = self.shops.get(fields.get("vads_site_id", ""))
        if shop is None:
            raise RefusedFormError("vads_site_id")
        return shop

    # The payer's visit

    def open(self, fields: dict[str, str]) -> Transaction:
        """Take a form in. Raises RefusedFormError; the same form may come again until it has made a transaction."""
        shop, form = self.shop(fields), {k: v for k, v in fields.items() if k.startswith("vads_")}
        if not secrets.compare_digest(
            signature(form, shop.key(form.get("vads_ctx_mode", ""))).encode(),
            fields.get("signature", "").encode(),
        ):
            raise RefusedFormError("signature")
        check_form(form, now=self.now())
        with self._lock:
            for transaction in self._transactions:
                if transaction.fields == form and transaction.status in WITHOUT_TRANSACTION:
                    transaction.status = ""
                    return transaction
            number = (form["vads_site_id"], form["vads_trans_date"][:8], form["vads_trans_id"])
            if number in self._numbers:
                raise RefusedFormError("vads_trans_id")
            self._numbers.add(number)
            transaction = Transaction(fields=form, session=secrets.token_urlsafe(24), created_at=self.now())
            self._transactions.append(transaction)
        return transaction

    def of_session(self, session: str) -> Transaction | None:
        with self._lock:
            return next((found for found in self._transactions if found.session == session), None)

    def get(self, order: str) -> Transaction:
        """The latest transaction of an order. Raises KeyError."""
        with self._lock:
            for transaction in reversed(self._transactions):
                if transaction.order == order:
                    return transaction
        raise KeyError(order)

    def knows(self, order: str) -> bool:
        return any(transaction.order == order for transaction in self.latest())

    def latest(self) -> list[Transaction]:
        with self._lock:
            return self._transactions[::-1]

    # What happens to a payment

    def decide(
        self, order: str, status: str, *, brand: str = "CB", three_ds: bool = False, again: bool = False
    ) -> Transaction:
        """End the payer's visit. Decided once, unless ``again``. The announcement goes out before the payer leaves."""
        with self._changing(order) as transaction:
            if transaction.status and not again:
                return transaction
            transaction.brand, transaction.three_ds = brand, three_ds
            self._set(transaction, status)
        self.notify(order, source="PAY")
        return transaction

    def move(self, order: str, status: str, *, source: str) -> Transaction:
        """A later life: CAPTURED by the batch, CANCELLED in the back office…"""
        with self._changing(order) as transaction:
            self._set(transaction, status)
        self.notify(order, source=source)
        return transaction

    def capture(self) -> int:
        """The evening's batch. Returns how many payments went to the bank."""
        orders = [found.order for found in self.latest() if found.status == "AUTHORISED"]
        for order in orders:
            self.move(order, "CAPTURED", source="BATCH_AUTO")
        return len(orders)

    def refund(self, order: str, cents: int) -> Transaction:
        with self._changing(order) as transaction:
            transaction.refunds.append((uuid.uuid4().hex, cents))
        self.notify(order, source="BO", refund=len(transaction.refunds) - 1)
        return transaction

    # Messages

    def message(self, order: str, *, source: str = "", refund: int | None = None) -> dict[str, str]:
        """The signed fields of a message: of the browser's return, or of an announcement when it has a source."""
        transaction = self.get(order)
        fields = transaction.fields | self._verdict(transaction)
        if refund is not None:
            fields |= self._credit(transaction, refund)
        if source:
            fields["vads_url_check_src"] = source
            fields["vads_hash"] = hashlib.sha256(f"{order}{source}".encode()).hexdigest()
        key = self.shop(fields).key(fields["vads_ctx_mode"])
        return fields | {"signature": signature(fields, key)}

    def notify(self, order: str, *, source: str = "PAY", refund: int | None = None) -> None:
        """Announce now; an announcement that fails is repeated from a thread of its own."""
        transaction = self.get(order)
        url = self.shop(transaction.fields).ipn_url
        if self.behaviour.drop_notifications or not url:
            transaction.notifications.append("dropped")
            return
        fields = self.message(order, source=source, refund=refund)
        if self._announce(transaction, url, fields):
            return
        thread = threading.Thread(target=self._repeat, args=(transaction, url, fields), daemon=True)
        self._retrying.append(thread)
        thread.start()

    def _announce(self, transaction: Transaction, url: str, fields: dict[str, str]) -> bool:
        answer = loopback.post_form(url, fields, timeout_seconds=NOTIFICATION_SECONDS)
        transaction.notifications.append(answer)
        return answer == "HTTP 200"

    def _repeat(self, transaction: Transaction, url: str, fields: dict[str, str]) -> None:
        for _ in range(self.behaviour.retries):
            if self._closed.wait(self.behaviour.retry_seconds) or self._announce(transaction, url, fields):
                return

    @contextmanager
    def _changing(self, order: str) -> Iterator[Transaction]:
        with self._lock:
            yield self.get(order)

    def _set(self, transaction: Transaction, status: str) -> None:
        if status not in STATUSES:
            raise ValueError(f"status must be one of {', '.join(STATUSES)}")
        transaction.status = status
        transaction.decided_at = transaction.decided_at or self.now()
        if status not in WITHOUT_TRANSACTION and not transaction.uuid:
            transaction.uuid = uuid.uuid4().hex
            transaction.authorisation = secrets.token_hex(3) if status != "REFUSED" else ""

    def _verdict(self, transaction: Transaction) -> dict[str, str]:
        at = (transaction.decided_at or self.now()).astimezone(UTC).strftime("%Y%m%d%H%M%S")
        result = STATUSES[transaction.status]
        verdict = {
            "vads_result": result,
            "vads_auth_result": "",
            "vads_trans_status": transaction.status,
            "vads_extra_result": "",
            "vads_effective_creation_date": at,
        }
        if transaction.status in WITHOUT_TRANSACTION:
            return verdict
        return verdict | {
            "vads_operation_type": "DEBIT",
            "vads_trans_uuid": transaction.uuid,
            "vads_auth_mode": "FULL",
            "vads_auth_result": result,
            "vads_auth_number": transaction.authorisation,
            "vads_card_brand": transaction.brand,
            "vads_card_number": "497010XXXXXX0000",
            "vads_bank_label": "Banque de démo et de l'innovation",
            "vads_effective_amount": transaction.fields["vads_amount"],
            "vads_effective_currency": transaction.fields["vads_currency"],
            "vads_presentation_date": at,
            "vads_sequence_number": "1",
            "vads_threeds_enrolled": "Y" if transaction.three_ds else "N",
            "vads_threeds_status": "Y" if transaction.three_ds else "",
            "vads_warranty_result": "YES" if transaction.three_ds else "",
        }

    def _credit(self, transaction: Transaction, refund: int) -> dict[str, str]:
        number, cents = transaction.refunds[refund]
        return {
            "vads_operation_type": "CREDIT",
            "vads_trans_status": "AUTHORISED",
            "vads_trans_uuid": number,
            "vads_amount": str(cents),
            "vads_effective_amount": str(cents),
        }
