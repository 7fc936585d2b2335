"""A day, picked in the browser's own calendar."""

from datetime import date
from typing import Any

from django import forms

# Of our times: what pages count from a day, weeks and years before or after it, then exists.
YEARS = range(1900, 2200)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        day: date | None = super().to_python(value)
        if day is not None and day.year not in YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day
