"""The file of a child as both its pages show it: field by field, with what waits and what was refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.child_file import (
    SHAPES,
    Choices,
    DossierField,
    FileGroup,
    FileLine,
    Policy,
    Value,
    fields_of,
    in_words,
)
from core.models import FileChange


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """``waiting``: the lines of a change an agent has not decided; ``change`` is that one, or the refused one."""

    field: DossierField
    lines: list[FileLine]
    change: FileChange | None = None
    waiting: list[FileLine] | None = None
    is_missing: bool = False


@dataclass(frozen=True, kw_only=True)
class FileCard:
    group: FileGroup
    rows: list[FileRow]
    is_health: bool
    is_editable: bool


def file_cards(
    policies: Mapping[DossierField, Policy],
    values: Mapping[DossierField, Value],
    changes: Iterable[FileChange],
    *,
    choices: Choices,
    missing: Iterable[DossierField] = (),
) -> list[FileCard]:
    """One card a group that has a visible field. ``changes``: those waiting or last refused, at most one a field."""
    by_field = {DossierField(change.field): change for change in changes}
    lacking = set(missing)
    cards = []
    for group in FileGroup:
        shown = [field for field in fields_of(group) if field in policies and policies[field].is_visible]
        if not shown:
            continue
        rows = [
            FileRow(
                field=field,
                lines=in_words(field, values.get(field, []), choices=choices),
                change=(change := by_field.get(field)),
                waiting=in_words(field, change.after, choices=choices)
                if change and not change.reason
                else None,
                is_missing=field in lacking,
            )
            for field in shown
        ]
        cards.append(
            FileCard(
                group=group,
                rows=rows,
                is_health=SHAPES[shown[0]].is_health,
                is_editable=any(policies[field].is_editable for field in shown),
            )
        )
    return cards
