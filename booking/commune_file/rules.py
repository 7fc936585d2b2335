"""Rules between the file and the database: the same values, a document in the row."""

from collections.abc import Callable, Mapping
from typing import Any

from booking.models import Period, Stage
from booking.rules.absence import AbsencePolicy
from booking.rules.cutoffs import CUTOFF_RULE
from booking.rules.eligibility import Public
from booking.rules.family_file import FileConditions
from booking.rules.late import LATE_EFFECT
from booking.rules.minimum import Minimum
from booking.rules.week_choice import WeekRules

Readers = Mapping[str, Callable[[Any], Any]]

PERIOD_RULES: Readers = {
    "cancel_rule": CUTOFF_RULE.validate_python,
    "audience": Public.model_validate,
    "week": WeekRules.model_validate,
    "file_conditions": FileConditions.model_validate,
    "absences": AbsencePolicy.model_validate,
    "unbooked": LATE_EFFECT.validate_python,
    "minimum": Minimum.model_validate,
}
STAGE_RULES: Readers = {"cutoff": CUTOFF_RULE.validate_python, "late": LATE_EFFECT.validate_python}


def rule_documents(item: Any, rules: Readers) -> dict[str, Any]:
    """The columns of a row for the rules of a table: what a rule leaves to its defaults is left out."""
    return {name: _document(getattr(item, name)) for name in rules}


def rule_values(row: Period | Stage, rules: Readers) -> dict[str, Any]:
    """The rules of a row, read."""
    return {
        name: None if (stored := getattr(row, name)) is None else read(stored) for name, read in rules.items()
    }


def _document(rule: Any) -> dict[str, Any] | None:
    return None if rule is None else rule.model_dump(mode="json", exclude_unset=True)
