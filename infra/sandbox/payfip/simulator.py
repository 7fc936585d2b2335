"""What PayFiP does with a payment, from its creation to the nightly clean-up, and what a test may make it do."""

import secrets
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from infra.sandbox import loopback
from infra.sandbox.payfip.checks import check_creation, check_numcli
from infra.sandbox.payfip.faults import FUNCTIONAL, KINDS, Fault
from infra.sandbox.payfip.operations import Operation, OperationStore

PARIS = ZoneInfo("Europe/Paris")
PAGE_OPENS_WITHIN = timedelta(minutes=15)
NOTIFICATION_SECONDS = 5.0
RESULTS = ("P", "V", "A", "R", "Z")

# numcli → libelleN1 (collectivité), libelleN2 (comptable), libelleN3
REGIES = {
    "090909": ("BELLEGARDE", "REGIE GUICHET ENFANCE JEUNESSE BELLEGARDE", ""),
    "090910": ("BELLEGARDE", "REGIE ACCUEIL DE LOISIRS BELLEGARDE", ""),
    "090911": ("BELLEGARDE", "REGIE MAISON DES JEUNES BELLEGARDE", ""),
    "080808": ("BALARUC-LES-BAINS", "REGIE ENFANCE JEUNESSE BALARUC", ""),
}


@dataclass(frozen=True)
class ForcedFault:
    """A fault to answer instead of the truth; ``times`` None means until told otherwise."""

    kind: str = FUNCTIONAL
    code: str = ""
    words: str = ""
    operation: str = ""  # "" means all three
    times: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")


@dataclass(frozen=True)
class Behaviour:
    latency: float = 0.0  # seconds before the web service answers
    down: bool = False  # the web service and the pages answer 503
    drop_notifications: bool = False
    fault: ForcedFault | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.down, bool) or not isinstance(self.drop_notifications, bool):
            raise TypeError("down and drop_notifications are true or false")
        if not isinstance(self.latency, int | float) or self.latency < 0:
            raise ValueError("latency is a number of seconds")


class Simulator:
    def __init__(
        self,
        *,
        state: Path | None = None,
        regies: dict[str, tuple[str, ...]] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.store = OperationStore(state)
        self.regies = REGIES | (regies or {})
        self.behaviour = Behaviour()
        self.now = now
        self._lock = threading.Lock()
        self._notifier = ThreadPoolExecutor(max_workers=4, thread_name_prefix="payfip-notification")

    def close(self) -> None:
        self._notifier.shutdown(cancel_futures=True)
        self.store.close()

    # The web service

    def answer(self, operation: str, fields: dict[str, str]) -> dict[str, str]:
        """The reply to one call. Raises Fault."""
        answers = {
            "creerPaiementSecurise": self.create,
            "recupererDetailPaiementSecurise": self.detail,
            "recupererDetailClient": self.client,
        }
        if operation not in answers:
            raise Fault("", kind="TechProtocolaireErreur", words="Opération inconnue.")
        self._raise_forced_fault(operation)
        return answers[operation](fields)

    def create(self, fields: dict[str, str]) -> dict[str, str]:
        check_creation(fields, self.regies)
        with self._lock:  # the real server's numbers are version-1 UUIDs too: unique, but no secret
            idop = str(uuid.uuid1())
        operation = Operation(
            idop=idop,
            created_at=self.now().timestamp(),
            exer=fields.get("exer", ""),
            mel=fields["mel"],
            montant=fields["montant"],
            numcli=fields["numcli"],
            objet=fields.get("objet", ""),
            refdet=fields["refdet"],
            saisie=fields["saisie"],
            urlnotif=fields["urlnotif"],
            urlredirect=fields["urlredirect"],
        )
        self.store.save(operation)
        return {"idOp": idop}

    def detail(self, fields: dict[str, str]) -> dict[str, str]:
        operation = self.store.get(fields.get("idOp", ""))
        if operation is None:
            raise Fault("P1")
        if not operation.result:
            raise Fault("P5")
        at = datetime.fromtimestamp(operation.decided_at, tz=PARIS)
        reply = {
            name: getattr(operation, name) for name in ("exer", "mel", "montant", "numcli", "objet", "refdet")
        }
        reply |= {"idOp": operation.idop, "saisie": operation.saisie, "resultrans": operation.result}
        reply |= {"dattrans": at.strftime("%d%m%Y"), "heurtrans": at.strftime("%H%M")}
        return reply | ({"numauto": operation.numauto} if operation.numauto else {})

    def client(self, fields: dict[str, str]) -> dict[str, str]:
        numcli = fields.get("numCli", "")
        check_numcli(numcli, self.regies)
        labels = {f"libelleN{level}": label for level, label in enumerate(self.regies[numcli], start=1)}
        return labels | {"numcli": numcli}

    def labels(self, numcli: str) -> tuple[str, ...]:
        """The régie's labels; none when a kept payment is of a régie this launch does not know."""
        return self.regies.get(numcli, ())

    # The payer's visit

    def open_page(self, idop: str) -> Operation:
        """Open the payment page: once, within 15 minutes. Raises Fault P1, P3 or P4."""
        with self.store.change(idop) as operation:
            if operation is None:
                raise Fault("P1")
            if operation.session or operation.result:
                raise Fault("P3")
            if self.now().timestamp() - operation.created_at > PAGE_OPENS_WITHIN.total_seconds():
                raise Fault("P4")
            operation.session = secrets.token_urlsafe(24)
        return operation

    def reach_bank(self, idop: str) -> None:
        with self.store.change(idop) as operation:
            if operation is not None:
                operation.reached_bank = True

    def decide(self, idop: str, result: str, *, again: bool = False) -> Operation:
        """Give a payment its result and notify the portal. Decided once, unless ``again`` (a test's wish).

        Raises Fault P1 for an unknown payment.
        """
        with self.store.change(idop) as operation:
            if operation is None:
                raise Fault("P1")
            if operation.result and not again:
                return operation
            operation.result = result
            operation.decided_at = self.now().timestamp()
            operation.reached_bank = operation.reached_bank or result != "A"
            length = {"P": 6, "V": 16}.get(result, 0)
            operation.numauto = "".join(secrets.choice("0123456789") for _ in range(length))
        if self.behaviour.drop_notifications:
            self._log_notification(idop, "dropped")
        else:
            self.notify(idop)
        return operation

    def notify(self, idop: str) -> None:
        """Call the portal's urlnotif from a thread of its own. Raises Fault P1 for an unknown payment."""
        operation = self.store.get(idop)
        if operation is None:
            raise Fault("P1")
        self._notifier.submit(self._send_notification, operation.urlnotif, idop)

    # What a test may ask for

    def purge(self) -> int:
        """The night's clean-up: forget the payments that never reached the bank. Returns how many."""
        gone = [operation for operation in self.store.latest() if not operation.reached_bank]
        for operation in gone:
            self.store.delete(operation.idop)
        return len(gone)

    def age(self, idop: str, *, minutes: float) -> None:
        """Make a payment older than it is. Raises Fault P1 for an unknown payment."""
        with self.store.change(idop) as operation:
            if operation is None:
                raise Fault("P1")
            operation.created_at -= minutes * 60

    def _send_notification(self, url: str, idop: str) -> None:
        self._log_notification(
            idop, loopback.post_form(url, {"idop": idop}, timeout_seconds=NOTIFICATION_SECONDS)
        )

    def _log_notification(self, idop: str, outcome: str) -> None:
        with self.store.change(idop) as operation:
            if operation is not None:
                operation.notifications.append(outcome)

    def _raise_forced_fault(self, operation: str) -> None:
        with self._lock:
            fault = self.behaviour.fault
            if fault is None or fault.operation not in {"", operation}:
                return
            if fault.times is not None:
                left = replace(fault, times=fault.times - 1) if fault.times > 1 else None
                self.behaviour = replace(self.behaviour, fault=left)
        raise Fault(fault.code, kind=fault.kind, words=fault.words)
