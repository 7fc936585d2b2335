"""Until when a paper is good, and what several of them are worth on a day."""

from datetime import date

import pytest

from core.calendars import SchoolYear
from core.enums import DocumentState, DocumentValidity
from core.papers import Handed, Standing, last_day, standing_on

A, R, N = DocumentState.ACCEPTED, DocumentState.REFUSED, DocumentState.RECEIVED
TODAY = date(2026, 11, 20)


def school_year(day: date) -> SchoolYear:
    year = day.year if day.month >= 9 else day.year - 1
    return SchoolYear(date(year, 9, 1), date(year + 1, 8, 31))


@pytest.mark.parametrize(
    ("validity", "months", "start", "until"),
    [
        (DocumentValidity.FOREVER, None, TODAY, None),
        (DocumentValidity.READ, None, TODAY, None),
        (DocumentValidity.MONTHS, 3, date(2026, 11, 30), date(2027, 2, 27)),
        (DocumentValidity.MONTHS, 12, date(2024, 2, 29), date(2025, 2, 27)),
        (DocumentValidity.SCHOOL_YEAR, None, date(2026, 9, 1), date(2027, 8, 31)),
        (DocumentValidity.SCHOOL_YEAR, None, date(2027, 5, 20), date(2027, 8, 31)),
        # From June on, families hand in what the next school year needs.
        (DocumentValidity.SCHOOL_YEAR, None, date(2027, 6, 2), date(2028, 8, 31)),
    ],
)
def test_the_last_day_of_a_paper(validity, months, start, until):
    assert last_day(validity, months=months, start=start, school_year=school_year) == until


@pytest.mark.parametrize(
    ("handed", "standing", "until"),
    [
        ([], Standing.MISSING, None),
        ([(N, None)], Standing.RECEIVED, None),
        ([(R, None)], Standing.REFUSED, None),
        ([(A, None)], Standing.ACCEPTED, None),
        ([(A, TODAY)], Standing.ACCEPTED, TODAY),
        ([(A, date(2026, 11, 19))], Standing.EXPIRED, date(2026, 11, 19)),
        # What is being read, or was refused, takes nothing away from a paper that is still good.
        ([(N, None), (A, TODAY)], Standing.ACCEPTED, TODAY),
        ([(R, None), (A, TODAY)], Standing.ACCEPTED, TODAY),
        ([(R, None), (A, date(2026, 11, 19))], Standing.REFUSED, None),
        ([(N, None), (R, None)], Standing.RECEIVED, None),
        ([(A, date(2027, 8, 31)), (A, TODAY)], Standing.ACCEPTED, date(2027, 8, 31)),
        ([(A, date(2026, 1, 1)), (R, None)], Standing.EXPIRED, date(2026, 1, 1)),
    ],
)
def test_what_papers_are_worth_on_a_day(handed, standing, until):
    given = [Handed(state=state, valid_until=last) for state, last in handed]
    assert standing_on(TODAY, given) == (standing, until)
