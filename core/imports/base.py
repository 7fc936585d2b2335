"""What every kind of import is made of: rows that were read, what is planned for each, and the registry of kinds."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from core.errors import DomainError
from core.imports.fields import Field
from core.imports.states import LineOutcome
from core.models.accounts import User
from core.rights import Right

# (model, key, values before, values after), as JSON holds them. No values before: the row was made by the import.
Trace = tuple[str, int, dict[str, Any] | None, dict[str, Any]]
Progress = Callable[[int], None]  # how many lines are written


class UndoRefusedError(DomainError):
    """Something was built on an import since: its sentences say what."""

    code = "undo_refused"

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("Cet import ne peut plus être annulé\u00a0: " + " ".join(self.reasons))


@dataclass(kw_only=True)
class Line:
    """A line of the file: what was read in it, then what is planned. ``values`` has no key for a blank cell."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)  # what, before, after
    is_new: bool = False
    trace: list[Trace] = field(default_factory=list)

    @property
    def outcome(self) -> LineOutcome:
        if self.errors:
            return LineOutcome.REFUSED
        if self.is_new:
            return LineOutcome.NEW
        return LineOutcome.CHANGED if self.changes else LineOutcome.SAME


class Plan(ABC):
    """What an import would do to each line. ``notes``: what to know of the file as a whole."""

    def __init__(self, lines: Sequence[Line], notes: Iterable[str] = ()) -> None:
        self.lines, self.notes = list(lines), list(notes)

    @abstractmethod
    def write(self, *, import_id: int, by: User, now: datetime, progress: Progress) -> None:
        """Write every line that is not refused, in bulk, in the caller's transaction; leave its trace on the line."""


class ImportKind(ABC):
    code: ClassVar[str]
    label: ClassVar[str]
    help: ClassVar[str]
    right: ClassVar[Right]
    fields: ClassVar[Sequence[Field]]

    @abstractmethod
    def plan(self, lines: Sequence[Line], *, today: date) -> Plan:
        """Decide for each line, reading the town in a number of queries that does not depend on how many there are."""

    @abstractmethod
    def undo(self, traces: Sequence[Trace], *, import_id: int, by: User, now: datetime) -> None:
        """Take back what lines did, in the caller's transaction. Raises UndoRefusedError; nothing is taken back then."""


_KINDS: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> None:
    _KINDS[kind.code] = kind


def kinds() -> Mapping[str, ImportKind]:
    return _KINDS


def read_lines(
    fields: Sequence[Field], rows: Sequence[Sequence[str]], numbers: Sequence[int], mapping: Mapping[str, int]
) -> list[Line]:
    """Each row of a file as a line, read by the column of each field (``mapping``); what cannot be read is an error."""
    lines = []
    for number, row in zip(numbers, rows, strict=True):
        line = Line(number=number)
        for one in fields:
            cell = row[mapping[one.key]].strip() if one.key in mapping else ""
            if not cell:
                if one.required:
                    line.errors.append(f"{one.label}\u00a0: il manque.")
                continue
            try:
                line.values[one.key] = one.read(cell)
            except ValueError as error:
                line.errors.append(f"{one.label}\u00a0: {error}.")
        lines.append(line)
    return lines
