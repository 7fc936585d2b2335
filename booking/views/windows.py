"""The pages of a planning: its months, its weeks (« Semaine n°27 »), or the whole year. One address each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from booking.enums import PlanningView
from booking.models import Period
from booking.queries.planning import Day, Planning
from core import words

WHOLE_YEAR = "annee"


@dataclass(frozen=True, kw_only=True)
class Window:
    """From ``first`` to ``last``, both shown. ``key`` names it in the address; ``before`` and ``after`` are its neighbours."""

    key: str
    title: str
    first: date
    last: date
    before: "Window | None" = None
    after: "Window | None" = None

    @property
    def is_whole_year(self) -> bool:
        return self.key == WHOLE_YEAR

    @property
    def dates(self) -> tuple[date, date]:
        return self.first, self.last

    def days_of(self, planning: Planning) -> list[Day]:
        return [day for day in planning.days if self.first <= day.date <= self.last]


def window_for(plannings: Sequence[Planning], key: str, *, today: date) -> Window | None:
    """The page ``key`` of one planning, or of several shown together; any other text gives the first page where
    something can be booked. None: no open day."""
    dates = sorted({day.date for planning in plannings for day in planning.days})
    if not dates:
        return None
    if key == WHOLE_YEAR:
        return Window(key=key, title=_("Toute l’année"), first=dates[0], last=dates[-1])
    pages = _pages(dates, by_week=shows_weeks(plannings))
    index = next((n for n, page in enumerate(pages) if page.key == key), None)
    if index is None:
        index = _first_useful(pages, plannings, today)
    page = pages[index]
    return Window(
        key=page.key,
        title=page.title,
        first=page.first,
        last=page.last,
        before=pages[index - 1] if index else None,
        after=pages[index + 1] if index + 1 < len(pages) else None,
    )


def shows_weeks(plannings: Iterable[Planning]) -> bool:
    return all(planning.period.view == PlanningView.WEEK for planning in plannings)


def page_key(period: Period, day: date) -> str:
    """The address of the page of this period's planning that shows the day."""
    return week_key(day) if period.view == PlanningView.WEEK else _month_key(day)


def _pages(dates: Sequence[date], *, by_week: bool) -> list[Window]:
    pages = groupby(dates, key=week_key if by_week else _month_key)
    title = _week_title if by_week else words.month_title
    return [
        Window(key=key, title=title(days[0]), first=days[0], last=days[-1])
        for key, days in ((page, list(group)) for page, group in pages)
    ]


def _month_key(day: date) -> str:
    return f"{day:%Y-%m}"


def week_key(day: date) -> str:
    """« 2026-S12 »."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-S{week:02d}"


def _week_title(day: date) -> str:
    return _("Semaine n°%(number)s") % {"number": day.isocalendar().week}


def _first_useful(pages: Sequence[Window], plannings: Sequence[Planning], today: date) -> int:
    coming = [n for n, page in enumerate(pages) if page.last >= today]
    for n in coming:
        days = (day for planning in plannings for day in pages[n].days_of(planning))
        if any(cell and cell.is_open for day in days for cell in day.cells):
            return n
    return coming[0] if coming else len(pages) - 1
