from typing import Any

from django import forms

from core.audit_acts import AuditAct
from core.forms.days import DayField
from core.journal_pages import kinds
from core.queries.journal import Search


class JournalForm(forms.Form):
    """Every field may be left out."""

    q = forms.CharField(
        label="Objet, précision ou valeur",
        required=False,
        max_length=80,
        help_text="Un nom de famille, d’activité, un prix d’avant…",
    )
    qui = forms.CharField(label="Par qui", required=False, max_length=80)
    nature = forms.ChoiceField(label="Nature de l’objet", required=False)
    acte = forms.ChoiceField(label="Acte", required=False, choices=[("", "Tous"), *AuditAct.choices])
    du = DayField(label="Du", required=False)
    au = DayField(label="Au", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nature"].choices = [  # type: ignore[attr-defined]
            ("", "Toutes"),
            *((kind, kind[:1].upper() + kind[1:]) for kind in kinds()),
        ]

    @property
    def search(self) -> Search:
        """What could be read: a date that is none restricts nothing, and says so beside its field."""
        self.is_valid()
        read = self.cleaned_data
        return Search(
            words=read.get("q", ""),
            person=read.get("qui", ""),
            kind=read.get("nature", ""),
            act=AuditAct(read["acte"]) if read.get("acte") else None,
            start=read.get("du"),
            end=read.get("au"),
        )
