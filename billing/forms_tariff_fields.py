"""The fields of the tariff editor, and rows that are added with a button and withdrawn by emptying them."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from billing.pricing.shape import plain
from core.words import NBSP

MORE_ROWS = 3
MAX_ROWS = 30


def euros(label: str, *, required: bool = False, help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
        localize=True,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def means(label: str, *, required: bool = False, help_text: str = "") -> forms.DecimalField:
    """A quotient or an income in euros."""
    return _number(label, required=required, help_text=help_text)


def percent(label: str, *, required: bool = False, help_text: str = "") -> forms.DecimalField:
    """A percentage; the engine says whether it may exceed 100."""
    return _number(f"{label}, en{NBSP}%", required=required, help_text=help_text)


def _number(label: str, *, required: bool, help_text: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(0),
        max_digits=10,
        localize=True,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def whole(label: str, *, least: int = 0, required: bool = False, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=9999, required=required, help_text=help_text
    )


class NumbersField(forms.CharField):
    """Numbers with a comma, between semicolons: the value is a list."""

    def __init__(self, *, example: str, cents: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)
        self.example, self.cents = example, cents

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return " ; ".join(self._told(number) for number in value)

    def clean(self, value: Any) -> Any:
        words = [word.strip().replace(",", ".") for word in super().clean(value).split(";")]
        try:
            return [Decimal(word) for word in words if word]
        except InvalidOperation:
            raise forms.ValidationError(f"Écrivez des nombres, par exemple {self.example}.") from None

    def _told(self, number: Decimal) -> str:
        return f"{number:.2f}".replace(".", ",") if self.cents else plain(number)


class YearDayField(forms.CharField):
    """A day of any year, « 1/9 »: the value is what a rule writes, ``{"day": 1, "month": 9}``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=5, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value['day']}/{value['month']}" if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = re.fullmatch(r"(\d{1,2})\s*/\s*(\d{1,2})", text)
        if found is None or not (1 <= int(found[1]) <= 31 and 1 <= int(found[2]) <= 12):
            raise forms.ValidationError("Écrivez un jour et un mois, par exemple 1/9.")
        return {"day": int(found[1]), "month": int(found[2])}


def row_set(
    kind: type[forms.Form],
    *,
    prefix: str,
    data: Any,
    initial: Iterable[dict[str, Any]],
    blank: int = MORE_ROWS,
) -> BaseFormSet:
    """Rows of ``kind``. The button named « plus » with this ``prefix`` as its value asks for more blank ones."""
    made = formset_factory(kind, extra=blank, max_num=MAX_ROWS)
    if data is None:
        return made(prefix=prefix, initial=list(initial))
    if data.get("plus") == prefix:
        data, count = data.copy(), data.get(f"{prefix}-TOTAL_FORMS", "")
        data[f"{prefix}-TOTAL_FORMS"] = str((int(count) if count.isdecimal() else 0) + MORE_ROWS)
    return made(data, prefix=prefix)


def filled(rows: BaseFormSet) -> list[forms.Form]:
    """The rows where something is written."""
    return [row for row in rows if row.has_changed()]
