"""Payments in the simulator, kept in SQLite: in memory, or in a file so that a restart loses nothing."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Operation:
    """One idOp. Times are seconds since the epoch; ``result`` is PayFiP's letter, empty until decided."""

    idop: str
    created_at: float
    exer: str
    mel: str
    montant: str
    numcli: str
    objet: str
    refdet: str
    saisie: str
    urlnotif: str
    urlredirect: str
    session: str = ""  # names the payer's visit once the page is open
    reached_bank: bool = False  # such an operation survives the nightly clean-up
    result: str = ""
    decided_at: float = 0.0
    numauto: str = ""
    notifications: list[str] = field(default_factory=list)


class OperationStore:
    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.RLock()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        # Autocommit; with a write-ahead log a killed process loses nothing it had answered for.
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS operation (idop TEXT PRIMARY KEY, session TEXT, created_at REAL, body TEXT)"
        )
        self._db.execute("CREATE INDEX IF NOT EXISTS operation_session ON operation (session)")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def save(self, operation: Operation) -> None:
        row = (operation.idop, operation.session, operation.created_at, json.dumps(asdict(operation)))
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO operation VALUES (?, ?, ?, ?)", row)

    def get(self, idop: str) -> Operation | None:
        return self._one("SELECT body FROM operation WHERE idop = ?", idop)

    def of_session(self, session: str) -> Operation | None:
        return self._one("SELECT body FROM operation WHERE session = ?", session) if session else None

    @contextmanager
    def change(self, idop: str) -> Iterator[Operation | None]:
        """One writer at a time: read an operation, change it, have it saved at the end of the block."""
        with self._lock:
            operation = self.get(idop)
            yield operation
            if operation is not None:
                self.save(operation)

    def delete(self, idop: str) -> None:
        with self._lock:
            self._db.execute("DELETE FROM operation WHERE idop = ?", (idop,))

    def latest(self, limit: int = -1) -> list[Operation]:
        with self._lock:
            rows = self._db.execute(
                "SELECT body FROM operation ORDER BY created_at DESC, rowid DESC LIMIT ?", (limit,)
            ).fetchall()
        return [Operation(**json.loads(body)) for (body,) in rows]

    def _one(self, query: str, value: str) -> Operation | None:
        with self._lock:
            row = self._db.execute(query, (value,)).fetchone()
        return Operation(**json.loads(row[0])) if row else None
