"""The one rounding of prices: to the cent, halves up, unless the town says another step or direction."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

from pydantic import Field

from billing.pricing.fields import Euros, TariffModel
from core.money import CENT, ZERO

_MODES = {"nearest": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}


class Rounding(TariffModel):
    """`step` in euros: 0.05 rounds to five cents."""

    step: Euros = Field(CENT, gt=0)
    direction: Literal["nearest", "up", "down"] = "nearest"


TO_THE_CENT = Rounding()


def round_price(amount: Decimal, rounding: Rounding = TO_THE_CENT) -> Decimal:
    """A non-negative `amount` as whole steps, in whole cents."""
    steps = (amount / rounding.step).quantize(Decimal(1), rounding=_MODES[rounding.direction])
    return steps * rounding.step + ZERO
