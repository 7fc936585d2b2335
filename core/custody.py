"""A child in two households: whose day it is, and who pays what part of it. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices

from core.money import round_euros

WHOLE = Decimal(100)


def own_part(price: Decimal, parts: Sequence["Part"], *, household_id: int) -> Decimal:
    """What a household pays of a price in euros: the first part is rounded, the second one is the rest."""
    first = round_euros(price * parts[0].percent / WHOLE)
    if parts[0].household_id == household_id:
        return first
    return price - first if len(parts) > 1 else Decimal(0)


class CustodyMode(TextChoices):
    WEEKS = "weeks", "Une semaine sur deux"
    DAYS = "days", "Des jours choisis"
    SHARE = "share", "Un pourcentage de chaque jour"


@dataclass(frozen=True, slots=True)
class Part:
    """What a household pays of a day, in per cent."""

    household_id: int
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """How two households share a child. ``first`` keeps the file. ``even_weeks``: ISO weeks of an even number are the
    second one's, the others the first one's; ``days``: those of the second one, first and last included; ``percent``:
    what the second one pays of each day."""

    mode: CustodyMode
    first: int
    second: int
    even_weeks: bool = False
    days: Sequence[tuple[date, date]] = ()
    percent: Decimal = Decimal(0)

    def home_on(self, day: date) -> int | None:
        """Whose day it is; None: both households’, each for its part."""
        if self.mode == CustodyMode.SHARE:
            return None
        if self.mode == CustodyMode.WEEKS:
            is_second = (day.isocalendar().week % 2 == 0) == self.even_weeks
        else:
            is_second = any(start <= day <= end for start, end in self.days)
        return self.second if is_second else self.first

    def parts_on(self, day: date) -> Sequence[Part]:
        """Who pays, the first household first; parts of nothing are left out."""
        home = self.home_on(day)
        if home is not None:
            return [Part(home, WHOLE)]
        shared = [Part(self.first, WHOLE - self.percent), Part(self.second, self.percent)]
        return [part for part in shared if part.percent]
