"""The town's file itself on screen: imported or tried, and a period copied for the next year."""

from datetime import date
from typing import Any

from django import forms

from core.forms.days import DayField

LONGEST = 400_000  # characters of a town file


class FileForm(forms.Form):
    """A town file, sent or pasted: ``texte`` is what it says either way."""

    fichier = forms.FileField(label="Fichier de la commune (.toml)", required=False)
    texte = forms.CharField(
        label="Ou son texte",
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        help_text="Le fichier est toute la configuration : ce qui n’y est plus est supprimé, si rien ne s’en sert.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if sent := data.get("fichier"):
            if sent.size > LONGEST:
                self.add_error("fichier", "Ce fichier est trop long.")
            else:
                try:
                    data["texte"] = sent.read().decode("utf-8-sig")
                except UnicodeDecodeError:
                    self.add_error("fichier", "Ce fichier n’est pas du texte.")
        if not self.errors and not (data.get("texte") or "").strip():
            self.add_error("texte", "Choisissez un fichier, ou collez son texte.")
        return data


class NextYearForm(forms.Form):
    nom = forms.CharField(label="Nom de la nouvelle période", max_length=120)
    debut = DayField(label="Premier jour")
    fin = DayField(label="Dernier jour")

    def __init__(self, *args: Any, name: str, start: date, end: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"nom": name, "debut": start, "fin": end}, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("debut") and data.get("fin") and data["fin"] < data["debut"]:
            self.add_error("fin", "La fin précède le début.")
        return data
