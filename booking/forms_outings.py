"""What an agent writes of what an outing cost."""

from decimal import Decimal
from typing import Any

from django import forms

from booking.models import OutingCost


class OutingCostForm(forms.Form):
    """``presents``: how many children the preview showed; absent until there was one. A correction says why."""

    designation = forms.CharField(
        label="Désignation sur la facture",
        max_length=80,
        help_text="Par exemple «\u00a0Sortie au zoo\u00a0».",
    )
    total = forms.DecimalField(
        label="Coût total de la sortie (€)",
        min_value=Decimal("0.01"),
        max_digits=8,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": "Écrivez une somme en euros, par exemple 240,00."},
    )
    motif = forms.CharField(
        label="Pourquoi ce coût change",
        max_length=150,
        help_text="Les familles le lisent sur leur facture.",
    )
    presents = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, former: OutingCost | None) -> None:
        initial = {"designation": former.label, "total": former.total} if former else {}
        super().__init__(data, initial=initial)
        if former is None:
            del self.fields["motif"]


class OutingCancelForm(forms.Form):
    motif = forms.CharField(
        label="Pourquoi ce coût est annulé",
        max_length=150,
        help_text="Les familles le lisent sur leur facture.",
    )
