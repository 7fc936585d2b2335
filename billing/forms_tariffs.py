"""The tariff editor: one form a shape of price, in the words of an agent; what is nested further is written."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from billing import forms_tariff_kinds as kinds
from billing.forms_tariff_grids import (
    BracketsForm,
    EffortRateForm,
    FlatForm,
    LevelsForm,
    SiblingsForm,
    VersionForm,
)
from billing.pricing.grids import GridError, read_rule
from billing.pricing.rules import Shape


class WrittenForm(VersionForm):
    """Any shape, as docs/algorithms/prix.md writes it."""

    name = "Une autre règle (avancé)"

    regle = forms.CharField(
        label="Règle de prix",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text="Comme dans le fichier de la commune, en JSON.",
    )

    @classmethod
    def initial_of(cls, rule: Shape) -> dict[str, Any]:
        stored = rule.model_dump(mode="json", exclude_unset=True)
        return {"regle": json.dumps(stored, indent=2, ensure_ascii=False)}

    @classmethod
    def shows(cls, rule: Shape) -> bool:  # noqa: ARG003 - every rule can be written
        return True

    def clean_regle(self) -> object:
        try:
            return json.loads(self.cleaned_data["regle"])
        except ValueError:
            raise forms.ValidationError(
                "Ce n’est pas du JSON : vérifiez les accolades et les guillemets."
            ) from None

    def rule(self) -> Shape:
        return read_rule(self.cleaned_data["regle"])


GROUPS: Mapping[str, Mapping[str, type[VersionForm]]] = {
    "Un prix, ou selon le quotient": {
        "flat": FlatForm,
        "brackets": BracketsForm,
        "effort_rate": EffortRateForm,
        "interpolation": kinds.LineForm,
        "income_brackets": kinds.MeansBracketsForm,
        "income_rate": kinds.RateForm,
    },
    "Selon l’enfant": {
        "levels": LevelsForm,
        "age": kinds.AgesForm,
        "siblings": SiblingsForm,
        "sibling_discount": kinds.DiscountForm,
        "public": kinds.PublicForm,
    },
    "Selon la famille": {
        "residence": kinds.ResidenceForm,
        "outside_surcharge": kinds.SurchargeForm,
        "scheme": kinds.SchemeForm,
    },
    "Selon ce qui est réservé": {
        "formula": kinds.FormulaForm,
        "regularity": kinds.RegularityForm,
        "meal": kinds.MealForm,
        "words": kinds.WordsForm,
    },
    "Selon le temps": {
        "started_units": kinds.StartedForm,
        "duration_table": kinds.DurationsForm,
    },
    "Selon le nombre": {
        "membership": kinds.MembershipForm,
        "forfait": kinds.ForfaitForm,
        "pack": kinds.PackForm,
        "steps": kinds.StepsForm,
        "volume_discount": kinds.VolumeForm,
        "from_nth": kinds.FromNthForm,
    },
    "Autour d’un autre prix": {
        "supplement": kinds.SupplementForm,
        "bounded": kinds.BoundedForm,
        "aided": kinds.AidedForm,
    },
    "Autres": {
        "cost_share": kinds.CostShareForm,
        "written": WrittenForm,
    },
}
FORMS: Mapping[str, type[VersionForm]] = {
    shape: form for forms_of_group in GROUPS.values() for shape, form in forms_of_group.items()
}


def shape_of(rule: Shape) -> str:
    """The first form that shows all of a rule; « written » shows any."""
    return next(shape for shape, form in FORMS.items() if form.shows(rule))


def checked_rule(form: VersionForm) -> Shape | None:
    """The rule of a valid form; None, with the faults in the form, when the engine refuses it."""
    try:
        return form.rule()
    except GridError as error:
        form.place(error)
        return None
