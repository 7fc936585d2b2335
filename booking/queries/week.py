"""Whether what a family asks for makes weeks that the period's rules admit."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from booking.queries.planning import Cell, Planning
from booking.rules.week_choice import Choices, WeekRules, period_faults, week_faults
from core.words import short_date
from tenants.context import town_timezone


def week_problems(
    planning: Planning, *, additions: Iterable[Cell], cancellations: Iterable[Cell]
) -> list[str]:
    """What the request would make wrong, one sentence a fault; a week that was already wrong is not held against it."""
    if planning.period.week is None:
        return []
    rules = WeekRules.model_validate(planning.period.week)
    additions, cancellations = list(additions), list(cancellations)
    touched = {_monday(cell.date) for cell in (*additions, *cancellations)}
    before = _booked(planning, None if rules.fixed_weekdays else touched)
    after = {day: set(slots) for day, slots in before.items()}
    for cell in cancellations:
        after[cell.date].discard(cell.slot_code)
    for cell in additions:
        after.setdefault(cell.date, set()).add(cell.slot_code)
    known = set(_faults(planning, rules, before, touched))
    return [fault for fault in _faults(planning, rules, after, touched) if fault not in known]


def _faults(planning: Planning, rules: WeekRules, chosen: Choices, mondays: Iterable[date]) -> list[str]:
    open_days = {day.date for day in planning.days if day.opens}
    found = [
        _("Semaine du %(date)s : %(fault)s.") % {"date": short_date(monday), "fault": fault}
        for monday in sorted(mondays)
        for fault in week_faults(
            rules,
            chosen,
            monday=monday,
            open_days=open_days,
            calendar=planning.calendar,
            names=planning.slot_names,
        )
    ]
    # A child who joins in the course of the period has nothing to make up for.
    today = planning.now.astimezone(town_timezone()).date()
    coming = {day for day in open_days if day >= today}
    return found + [f"{fault}." for fault in period_faults(rules, chosen, open_days=coming)]


def _booked(planning: Planning, mondays: Iterable[date] | None) -> dict[date, set[str]]:
    """The slots the child already has or asks for, by day; in some weeks only if given."""
    wanted = None if mondays is None else set(mondays)
    days = (day for day in planning.days if wanted is None or _monday(day.date) in wanted)
    return {
        day.date: {cell.slot_code for cell in day.cells if cell and cell.place is not None} for day in days
    }


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
