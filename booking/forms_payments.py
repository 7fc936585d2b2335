"""How the desk filters payments, and what it writes about one."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from billing.enums import Means, PaymentState
from billing.models import Regie
from billing.providers.registry import DRIVERS, HISTORICAL, get_driver
from core.forms.days import DayField


def means_choices() -> list[tuple[str, str]]:
    """Means of payment; those online may be told apart by provider, of today or of the past."""
    providers = [(code, get_driver(code).label) for code in (*sorted(DRIVERS), *HISTORICAL)]
    return [("", "Tous"), *Means.choices, *providers]


class PaymentFilterForm(forms.Form):
    q = forms.CharField(
        label="Référence, famille ou adresse",
        required=False,
        widget=forms.SearchInput(attrs={"maxlength": 80}),
    )
    regie = forms.ModelChoiceField(Regie.objects.none(), label="Régie", required=False, empty_label="Toutes")
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), *PaymentState.choices])
    moyen = forms.ChoiceField(label="Moyen", required=False, choices=means_choices)
    du = DayField(label="Du", required=False)
    au = DayField(label="Au", required=False)

    def __init__(self, data: Any, *, regies: QuerySet[Regie]) -> None:
        super().__init__(data)
        self.fields["regie"].queryset = regies

    @property
    def chosen(self) -> dict[str, Any]:
        """The arguments of find_payments; a wrong filter filters nothing."""
        self.is_valid()
        found = self.cleaned_data
        regie = found.get("regie")
        return {
            "text": found.get("q", "")[:80],
            "regie": regie.pk if regie else None,
            "state": found.get("etat", ""),
            "means": found.get("moyen", ""),
            "first": found.get("du"),
            "last": found.get("au"),
        }


class RejectionForm(forms.Form):
    motif = forms.CharField(
        label="Motif du rejet", max_length=120, help_text="Tel que le relevé du compte le donne."
    )
