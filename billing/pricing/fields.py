"""Amounts as a tariff file writes them: exact, never negative, whole cents where they are prices."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from core.money import CENT
from core.words import NBSP


class TariffModel(BaseModel):
    """Base of the values of a tariff: frozen, no unknown key, no silent conversion."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def tariff_error(message: str) -> PydanticCustomError:
    """A domain error: pydantic shows `message` as it is, braces included."""
    return PydanticCustomError("tarif", "{message}", {"message": message})


def _read_number(value: Any) -> Decimal:
    """TOML and JSON write 3.30 as a float: its shortest decimal form is what was typed."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
        raise tariff_error(f"« {value} » n’est pas un nombre")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise tariff_error(f"« {value} » n’est pas un nombre{NBSP}; écrivez par exemple 3.30") from None
    if not number.is_finite() or number < 0:
        raise tariff_error(f"« {value} » doit être un nombre positif ou nul")
    return number


def _whole_cents(amount: Decimal) -> Decimal:
    if amount != amount.quantize(CENT):
        raise tariff_error(f"« {amount} » a plus de deux décimales")
    return amount.quantize(CENT)


Number = Annotated[
    Decimal, BeforeValidator(_read_number), PlainSerializer(str, return_type=str, when_used="json")
]
"""A non-negative number: a quotient, a percentage."""

Euros = Annotated[
    Decimal,
    BeforeValidator(_read_number),
    AfterValidator(_whole_cents),
    PlainSerializer(str, return_type=str, when_used="json"),
]
"""A price in euros, in whole cents."""


T = TypeVar("T")


def _not_empty(items: tuple[T, ...]) -> tuple[T, ...]:
    if not items:
        raise tariff_error("La liste ne peut pas être vide")
    return items


Several = Annotated[tuple[T, ...], Field(strict=False), AfterValidator(_not_empty)]
"""At least one, in the order written. Checked once its items are right, so that a fault is told once."""
