from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from core import clock
from tests.factories.world import Canteen, Family, a_canteen, a_family

# A Friday at 14:00 in Bellegarde. The offer begins on Monday 1 March, bookable until Sunday 28 February 23:55.
NOW = datetime(2027, 2, 26, 14, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def now() -> Iterator[datetime]:
    with clock.frozen(NOW):
        yield NOW


@pytest.fixture
def canteen(commune, now) -> Canteen:
    return a_canteen(start=date(2027, 3, 1), days=20)


@pytest.fixture
def family(canteen) -> Family:
    return a_family(school=canteen.school)


@pytest.fixture
def browser_of(commune, client_for):
    """``browser_of(family)``: a signed-in browser on the town's host."""
    return lambda family: client_for(commune, family.user)
