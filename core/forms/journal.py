from django import forms

from core.audit_acts import AuditAct
from core.queries.journal import Search

_DAY = {"type": "date"}


class JournalForm(forms.Form):
    """Every field may be left out."""

    q = forms.CharField(label="Personne ou objet", required=False, max_length=80)
    acte = forms.ChoiceField(label="Acte", required=False, choices=[("", "Tous"), *AuditAct.choices])
    du = forms.DateField(label="Du", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY))
    au = forms.DateField(label="Au", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY))

    @property
    def search(self) -> Search:
        """What could be read: a date that is none restricts nothing, and says so beside its field."""
        self.is_valid()
        read = self.cleaned_data
        return Search(
            words=read.get("q", ""),
            act=AuditAct(read["acte"]) if read.get("acte") else None,
            start=read.get("du"),
            end=read.get("au"),
        )
