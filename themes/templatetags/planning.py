"""The planning's cells (components/grid.html says what they are made of).

Written in Python and not in the template: a school year holds more than five hundred of them, and a template takes ten
times longer for each.
"""

from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
# One letter a look, for the same reason; static/css/grid.css draws them.
LOOKS = {
    "checked": "n",
    "confirmed": "c",
    "cancelling": "d",
    "pending": "q",
    "full": "f",
    "closed": "x",
    "past": "o",
}
# A box that already holds a place keeps its look whatever its tick: unticked, it asks for the cancellation.
HELD = {"confirmed": "c", "cancelling": "c", "pending": "q"}
ALWAYS = {"checked": True, "cancelling": False}
SIGNS = {
    "checked": "Nouvelle demande",
    "confirmed": "Présence acceptée",
    "cancelling": "Demande d’annulation",
    "pending": "En attente de traitement",
}


@register.simple_tag
def grid_reasons(grid: Any) -> dict[str, str]:
    """Each different reason once, with the id of the element that says it."""
    found: dict[str, str] = {}
    for week in grid.weeks:
        for day in week.days:
            for cell in day.cells:
                if cell.reason:
                    found.setdefault(cell.reason, f"{grid.prefix}why-{len(found)}")
    return found


@register.simple_tag
def grid_weekdays(grid: Any) -> list[tuple[int, str]]:
    """Weekdays that the planning shows, as (ISO number, name)."""
    shown = {day.date.isoweekday() for week in grid.weeks for day in week.days}
    return [(number, WEEKDAYS[number - 1]) for number in sorted(shown)]


@register.simple_tag
def grid_cells(grid: Any, day: Any, reasons: dict[str, str], week: int) -> SafeString:
    """The ``<td>`` of one day; ``w{week}`` is the id of the sentence that tells its deadline."""
    prefix = escape(grid.prefix)
    cells = (
        _cell(cell, f'aria-labelledby="{escape(day.id)} {prefix}c{number}"', reasons, prefix, week)
        for number, cell in enumerate(day.cells, start=1)
    )
    return mark_safe("".join(f"<td>{cell}</td>" for cell in cells))  # noqa: S308 - _cell escapes what it is given


def _cell(cell: Any, name: str, reasons: dict[str, str], prefix: str, week: int) -> str:
    if cell.kind == "absent":
        return ""
    if cell.value:
        return _box(cell, name, prefix, week)
    look = f'class="k {LOOKS[cell.kind]}"'
    if not cell.reason:
        return f'<span {look} role="img" aria-label="{SIGNS[cell.kind]}"></span>'
    why = reasons[cell.reason]
    described = _described(cell, prefix, why)
    if action := getattr(cell, "action", ""):
        return f'<button {look} name="aller" value="{escape(action)}" {name} aria-describedby="{described}"></button>'
    return (
        f'<button type="button" {look} popovertarget="{why}" {name} aria-describedby="{described}"></button>'
    )


def _box(cell: Any, name: str, prefix: str, week: int) -> str:
    look = f' class="{HELD[cell.kind]}"' if cell.kind in HELD else ""
    described = escape(cell.describedby) or _described(cell, prefix, f"{prefix}w{week}")
    tick = " checked" if ALWAYS.get(cell.kind, cell.checked) else ""
    left = ""
    if text := getattr(cell, "left", ""):
        ident = f"{prefix}r{escape(cell.value)}"
        described += f" {ident}"
        left = f'<small class="grid-left" id="{ident}">{escape(text)}</small>'
    return (
        f'<input type="checkbox" name="{prefix}w" value="{escape(cell.value)}"{look} {name} '
        f'aria-describedby="{described}"{tick}>{left}'
    )


def _described(cell: Any, prefix: str, ident: str) -> str:
    return f"{prefix}is-{HELD[cell.kind]} {ident}" if cell.kind in HELD else ident
