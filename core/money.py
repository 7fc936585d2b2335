"""Money: `Decimal` euros everywhere, whole cents only at the edge of a provider or of a file.

Rounding happens in one place, `round_euros`; nothing else may lose a fraction of a cent.
"""

from decimal import ROUND_HALF_UP, Decimal

from core.languages import active

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

_NBSP = "\u00a0"
_NARROW_NBSP = "\u202f"
_MINUS = "\u2212"
# Left-to-right isolate, and its end.
_LTR, _END = "\u2066", "\u2069"


def round_euros(amount: Decimal) -> Decimal:
    """`amount` to the cent, halves away from zero (3,305 → 3,31; −3,305 → −3,31)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP) + ZERO  # + ZERO: never « −0,00 »


def split_euros(amount: Decimal, count: int) -> list[Decimal]:
    """`amount` in `count` parts that add up to it: the first ones bear a cent more when it does not divide."""
    each, more = divmod(cents(amount), count)
    return [from_cents(each + (rank < more)) for rank in range(count)]


def cents(amount: Decimal) -> int:
    """`amount` in cents. A fraction of a cent is a bug upstream: `ValueError`, never rounded here."""
    if not amount.is_finite() or amount != amount.quantize(CENT):
        raise ValueError(f"« {amount} » n’est pas un nombre entier de centimes")
    return int(amount * 100)


def from_cents(count: int) -> Decimal:
    return Decimal(count) / 100 + ZERO


def format_euros(amount: Decimal) -> str:
    """`amount` as its reader expects it: « 26,40 € », « −1 234,50 € »; « €26.40 » in English. Refuses fractions of a cent.

    Among Arabic words an amount keeps its own order: it is isolated from them.
    """
    euros, remainder = divmod(abs(cents(amount)), 100)
    sign = _MINUS if amount < 0 else ""
    language = active()
    if language == "en":
        return f"{sign}€{euros:,}.{remainder:02d}"
    said = f"{sign}{euros:,}".replace(",", _NARROW_NBSP) + f",{remainder:02d}{_NBSP}€"
    return f"{_LTR}{said}{_END}" if language == "ar" else said
