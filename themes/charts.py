"""Small charts drawn on the server: where each column of a chart stands, and the table that says the same.

Values are counts or euros, never negative on the drawing; the table always tells the value itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import format_euros, round_euros

Value = int | Decimal

# The drawing, in its own units: a phone shows it about as wide, so letters keep their size.
WIDTH, HEIGHT = 360, 170
_LEFT, _TOP, _BOTTOM = 42, 10, 146
_GAP = 0.28  # of the room of a column
_NARROW_NBSP = "\u202f"


@dataclass(frozen=True, kw_only=True)
class Point:
    label: str  # in the table and under the pointer: « lundi 9 mars »
    value: Value
    short: str = ""  # under its column; nothing where columns are too many
    of: Value | None = None  # the whole of which ``value`` is a part, drawn behind it
    href: str = ""  # of the row, in a chart by rows


@dataclass(frozen=True, kw_only=True)
class Column:
    """Strings, because a template writes numbers with a French comma."""

    x: str
    width: str
    y: str
    height: str
    of_y: str
    of_height: str
    middle: str
    short: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """``head`` names what the points are (« Jour »), ``measure`` what is counted (« Réservations »), ``of`` the whole
    (« Places »); ``euros`` when values are money."""

    title: str
    head: str
    measure: str
    points: Sequence[Point]
    of: str = ""
    euros: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(point.value or point.of for point in self.points)

    @property
    def top(self) -> Value:
        """The height of the drawing: a round number that no column passes and that has a round half."""
        highest = max((max(point.value, point.of or 0) for point in self.points), default=0)
        step = 1
        while highest > 10 * step:
            step *= 10
        return next(even * step for even in (2, 4, 6, 8, 10) if highest <= even * step)

    @property
    def ticks(self) -> list[tuple[str, str]]:
        """Height on the drawing and number of the three lines."""
        return [(_unit(self._height(value)), self._tick(value)) for value in (0, self.top // 2, self.top)]

    @property
    def columns(self) -> list[Column]:
        room = (WIDTH - _LEFT) / max(len(self.points), 1)
        drawn = []
        for rank, point in enumerate(self.points):
            start = _LEFT + rank * room
            y, of_y = self._height(point.value), self._height(point.of or 0)
            drawn.append(
                Column(
                    x=_unit(start + room * _GAP / 2),
                    width=_unit(room * (1 - _GAP)),
                    y=_unit(y),
                    height=_unit(_BOTTOM - y),
                    of_y=_unit(of_y),
                    of_height=_unit(_BOTTOM - of_y),
                    middle=_unit(start + room / 2),
                    short=point.short,
                    said=f"{point.label}\u00a0: {self.said(point.value)}{self._out_of(point)}",
                )
            )
        return drawn

    @property
    def rows(self) -> list[tuple[Point, str, str, str, str]]:
        """Each point, its value and whole in words, and their parts of the longest in per cent."""
        longest = max((max(point.value, point.of or 0) for point in self.points), default=0) or 1
        return [
            (
                point,
                self.said(point.value),
                "" if point.of is None else self.said(point.of),
                _unit(float(100 * max(point.value, 0) / longest)),
                _unit(float(100 * (point.of or 0) / longest)),
            )
            for point in self.points
        ]

    def said(self, value: Value) -> str:
        return format_euros(round_euros(Decimal(value))) if self.euros else _number(value)

    def _tick(self, value: Value) -> str:
        return f"{_number(value)}\u00a0€" if self.euros else _number(value)

    def _out_of(self, point: Point) -> str:
        return "" if point.of is None else f" sur {self.said(point.of)}"

    def _height(self, value: Value) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * float(max(value, 0)) / float(self.top)


def _number(value: Value) -> str:
    return f"{value:,}".replace(",", _NARROW_NBSP).replace(".", ",")


def _unit(length: float) -> str:
    return f"{length:.1f}"
