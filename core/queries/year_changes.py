"""A passage d’année as the office checks it: by school, then child by child."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from core.enums import YearMove
from core.models import YearChange, YearChangeLine
from core.queries.families import children_named
from core.queries.plain_text import plain

LINE_ORDERS = {
    "enfant": ("child__last_name__plain", "child__first_name__plain", "pk"),
    "avant": ("school_before__name__plain", "level_before", "class_before", "child__last_name__plain", "pk"),
}


@dataclass(frozen=True, kw_only=True)
class SchoolSummary:
    school: str
    school_id: int | None
    total: int
    by_move: Sequence[int]  # in the order of YearMove
    homeless: int  # a level that the town teaches, and no school


def school_summaries(change: YearChange) -> list[SchoolSummary]:
    """One query."""
    counts = {move.value: Count("pk", filter=Q(move=move)) for move in YearMove}
    homeless = Count("pk", filter=Q(school_after=None) & ~Q(move=YearMove.LEAVES))
    rows: Iterable[Mapping[str, Any]] = (
        change.lines.order_by("school_before__position", "school_before__name")
        .values("school_before", "school_before__name")
        .annotate(total=Count("pk"), homeless=homeless, **counts)
    )
    return [
        SchoolSummary(
            school=row["school_before__name"] or "Sans école",
            school_id=row["school_before"],
            total=row["total"],
            by_move=[row[move.value] for move in YearMove],
            homeless=row["homeless"],
        )
        for row in rows
    ]


def lines_of(
    change: YearChange, *, text: str = "", school: int | None = None, move: str = ""
) -> QuerySet[YearChangeLine]:
    """One query. ``move`` is a YearMove, or « ecole » for those who have no school yet."""
    rows = change.lines.select_related("child__household", "school_before", "school_after")
    for word in map(plain, text.split()):
        rows = rows.filter(child__in=children_named(word))
    if school:
        rows = rows.filter(school_before=school)
    if move == "ecole":
        rows = rows.filter(school_after=None).exclude(move=YearMove.LEAVES)
    elif move in YearMove.values:
        rows = rows.filter(move=move)
    return rows
