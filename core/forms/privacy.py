from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.enums import DataRequestKind
from core.models import RetentionProposal


class DataRequestForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Votre demande"), choices=DataRequestKind.choices, widget=forms.RadioSelect
    )
    message = forms.CharField(
        label=_("Précisions"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Pour une correction : ce qui est faux, et ce qu’il faut écrire."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("kind") == DataRequestKind.CORRECTION and not values.get("message"):
            self.add_error("message", _("Dites ce qui doit être corrigé."))
        return values


class DataAnswerForm(forms.Form):
    answer = forms.CharField(
        label="Réponse, que la famille lira", max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class RetentionForm(forms.Form):
    """What is proposed, ticked: what an agent unticks is spared."""

    rows = forms.MultipleChoiceField(label="À effacer", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, proposal: RetentionProposal, **kwargs: object) -> None:
        super().__init__(*args, initial={"rows": [str(pk) for pk, _ in proposal.rows]}, **kwargs)
        self.fields["rows"].choices = [(str(pk), name) for pk, name in proposal.rows]
        self._all = {pk for pk, _ in proposal.rows}

    @property
    def spared(self) -> set[int]:
        return self._all - {int(pk) for pk in self.cleaned_data["rows"]}
