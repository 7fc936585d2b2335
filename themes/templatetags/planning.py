"""The planning's days and cells (components/grid.html says what they are made of).

Written in Python and not in the template: a school year holds two hundred days and more than five hundred cells, and a
template takes ten times longer for each.
"""

from html import escape
from itertools import count
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from core.words import long_date

register = template.Library()

EVERY = (
    _("tous les lundis"),
    _("tous les mardis"),
    _("tous les mercredis"),
    _("tous les jeudis"),
    _("tous les vendredis"),
    _("tous les samedis"),
    _("tous les dimanches"),
)
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
    "checked": _("Nouvelle demande"),
    "confirmed": _("Présence acceptée"),
    "cancelling": _("Demande d’annulation"),
    "pending": _("En attente de traitement"),
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
def grid_weekdays(grid: Any) -> list[tuple[int, Promise]]:
    """Weekdays that the planning shows, as (ISO number, « tous les lundis »)."""
    shown = {day.date.isoweekday() for week in grid.weeks for day in week.days}
    return [(number, EVERY[number - 1]) for number in sorted(shown)]


@register.simple_tag
def grid_days(grid: Any, week: Any, reasons: dict[str, str], number: int) -> SafeString:
    """The ``<tr>`` of the days of one week; ``w{number}`` is the id of the sentence that tells its deadline."""
    rows = (_row(grid, day, reasons, number) for day in week.days)
    return mark_safe("".join(rows))  # noqa: S308 - _row and _cell escape what they are given


def _row(grid: Any, day: Any, reasons: dict[str, str], week: int) -> str:
    ident, label = escape(day.id), escape(day.label)
    if month := getattr(day, "month", ""):
        label = f'<span>{label}</span> <span class="grid-when">{escape(month)}</span>'
    if day.note:
        cells = f'<td class="grid-note" colspan="{len(grid.columns)}">{escape(day.note)}</td>'
    else:
        prefix = escape(grid.prefix)
        named = (f'aria-labelledby="{ident} {prefix}c{number}"' for number in count(1))
        cells = "".join(
            f"<td>{_cell(cell, name, reasons, prefix, week)}</td>"
            for cell, name in zip(day.cells, named, strict=False)
        )
    look = ' class="today"' if getattr(day, "today", False) else ""
    return (
        f'<tr data-d="{day.date.isoweekday()}"{look}><th scope="row" id="{ident}" '
        f'aria-label="{long_date(day.date)}">{label}</th>{cells}</tr>\n'
    )


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
