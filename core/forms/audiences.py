"""Choosing families: boxes, by source, each under its own heading."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from core.audiences import Audience, all_sources

_BETWEEN = ":"


class AudienceWidget(forms.CheckboxSelectMultiple):
    template_name = "components/audiences.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["groups"] = [
            (label, options, any(option["selected"] for option in options))
            for label, options, _ in context["widget"]["optgroups"]
        ]
        return context


class AudienceField(forms.MultipleChoiceField):
    """Its value is a list of audiences, without a day; ``lasting``: only those that news may be for."""

    widget = AudienceWidget

    def __init__(self, *, lasting: bool = False, **options: Any) -> None:
        self.lasting = lasting
        super().__init__(**options)

    def offer(self, *, on: date) -> None:
        """Read what may be chosen on a day; call it when the form is made."""
        self.choices = [
            (
                source.label,
                [(f"{source.key}{_BETWEEN}{code}", label) for code, label in source.choices(on=on)],
            )
            for source in all_sources()
            if source.lasts or not self.lasting
        ]

    def clean(self, value: Any) -> Any:
        labels = {
            key: label if group == label else f"{label} ({group.lower()})"
            for group, options in self.choices
            for key, label in options
        }
        return [_audience(key, labels[key]) for key in super().clean(value)]


def chosen(audiences: Sequence[Audience]) -> list[str]:
    """The boxes to tick for what is kept."""
    return [f"{audience['source']}{_BETWEEN}{audience['code']}" for audience in audiences]


def _audience(key: str, label: str) -> Audience:
    source, _, code = key.partition(_BETWEEN)
    return Audience(source=source, code=code, day="", label=label)
