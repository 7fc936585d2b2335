"""What « Essayer une règle » sends."""

from typing import Any

from django import forms

from booking.models import Period

LONGEST = 400_000  # characters of a town file


class SimulatorForm(forms.Form):
    """A child found by name, a day, and the moment at which the family would act (local time of the town)."""

    q = forms.CharField(label="Enfant", max_length=80, help_text="Nom, prénom ou n° de dossier.")
    periode = forms.ModelChoiceField(
        Period.objects.none(), label="Période", required=False, empty_label="Toutes celles de l’enfant"
    )
    date = forms.DateField(
        label="Jour voulu", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    jour = forms.DateField(
        label="Si la famille agit le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    heure = forms.TimeField(
        label="à", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), input_formats=["%H:%M"]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["periode"].queryset = Period.objects.select_related("activity__establishment")
        self.fields["periode"].label_from_instance = lambda one: (
            f"{one.activity.establishment} – {one.activity} – {one}"
        )


class DraftForm(forms.Form):
    texte = forms.CharField(
        label="Le fichier de la commune, modifié",
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
        help_text="Changez ici un délai, un prix, des jours : rien n’est publié.",
    )
    fichier = forms.FileField(label="Ou un fichier", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if sent := data.get("fichier"):
            if sent.size > LONGEST:
                self.add_error("fichier", "Ce fichier est trop long.")
            else:
                try:
                    data["texte"] = sent.read().decode()
                except UnicodeDecodeError:
                    self.add_error("fichier", "Ce fichier n’est pas du texte.")
        if not self.errors and not (data.get("texte") or "").strip():
            self.add_error("texte", "Collez le fichier de la commune, ou choisissez-le.")
        return data
