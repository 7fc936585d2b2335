from typing import Any

from django import forms

from booking.enums import PriorityCriterion
from booking.models import Period


class PointsForm(forms.Form):
    """Points of each criterion for one period; empty: it does not count."""

    def __init__(self, *args: Any, period: Period, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(period.priority_rules.values_list("criterion", "points"))
        for criterion in PriorityCriterion:
            self.fields[criterion.value] = forms.IntegerField(
                label=criterion.label,
                required=False,
                min_value=0,
                max_value=1000,
                initial=known.get(criterion),
                help_text="Coché par un agent sur la page de la famille."
                if criterion in PriorityCriterion.ticked()
                else "",
            )

    def points(self) -> dict[PriorityCriterion, int]:
        return {criterion: self.cleaned_data[criterion.value] or 0 for criterion in PriorityCriterion}


class FamilyPrioritiesForm(forms.Form):
    criteres = forms.TypedMultipleChoiceField(
        label="Critères de priorité reconnus",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        coerce=PriorityCriterion,
        choices=[(one.value, one.label) for one in PriorityCriterion.ticked()],
    )
