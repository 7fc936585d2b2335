"""What other applications know that a campaign should not ignore; registered when they start, as billing.purposes is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from billing.enums import AnomalyKind
from billing.models import Regie


@dataclass(frozen=True, kw_only=True)
class Finding:
    """``detail``: one French sentence; ``household_id``: whom it is about, if about one household."""

    kind: AnomalyKind
    detail: str
    household_id: int | None = None


Check = Callable[[Regie, date, date], Iterable[Finding]]

_checks: dict[str, Check] = {}


def register(key: str, check: Check) -> None:
    """``check(regie, first, last)`` says what is wrong with the days from ``first`` to ``last`` included."""
    _checks[key] = check


def findings(regie: Regie, first: date, last: date) -> Iterable[Finding]:
    for check in _checks.values():
        yield from check(regie, first, last)
