import tomllib
from typing import Any

from django import forms
from django.conf import settings
from django.utils.module_loading import import_string

from tenants.services.opening import refuse_taken

MAX_FILE_BYTES = 1_000_000


class VendorLoginForm(forms.Form):
    username = forms.EmailField(
        label="Adresse mail", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class CommuneFileForm(forms.Form):
    """A town's file, chosen or pasted. Valid when the file itself is: ``slug``, ``name`` and ``summary`` are then known.

    ``complaints`` are the file's own problems, each with its line. ``text`` is what was given, to be shown again.
    """

    file = forms.FileField(
        label="Fichier de la commune",
        required=False,
        help_text="Un fichier .toml, par exemple celui d’une commune voisine.",
        widget=forms.FileInput(attrs={"accept": ".toml"}),
    )
    text = forms.CharField(
        label="Ou son contenu",
        required=False,
        strip=False,
        help_text="Corrigez ici, puis vérifiez de nouveau. Un fichier choisi au-dessus remplace ce texte.",
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "wrap": "off"}),
    )
    host = forms.CharField(
        label="Nom d’hôte",
        required=False,
        max_length=253,
        help_text="Vide : l’identifiant de la commune, suivi du domaine de l’installation.",
    )
    complaints: tuple[str, ...] = ()
    summary = ""
    slug = ""
    name = ""

    def clean_file(self) -> str:
        uploaded = self.cleaned_data["file"]
        if uploaded is None:
            return ""
        if uploaded.size > MAX_FILE_BYTES:
            raise forms.ValidationError("Ce fichier est trop gros pour être celui d’une commune.")
        try:
            return uploaded.read().decode()
        except UnicodeDecodeError as error:
            raise forms.ValidationError("Ce fichier n’est pas du texte en UTF-8.") from error

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        values["text"] = (values.get("file") or values.get("text") or "").replace("\r\n", "\n")
        if self.errors:
            return values
        if not values["text"].strip():
            raise forms.ValidationError("Choisissez un fichier, ou collez son contenu.")
        report = import_string(settings.COMMUNE_FILE_CHECK)(values["text"], "fichier")
        if not report.ok:
            self.complaints = tuple(report.complaints())
            raise forms.ValidationError(f"Rien n’a été ouvert. {report.summary()}")
        town = tomllib.loads(values["text"])["commune"]
        refuse_taken(slug=town["identifiant"], host=values.get("host", ""))
        self.slug, self.name, self.summary = town["identifiant"], town["nom"], report.summary()
        return values

    def typed_text(self) -> str:
        """The text to show in the page again, where an uploaded file has taken its place."""
        return self.cleaned_data.get("text", "") if self.is_bound else self.initial.get("text", "")


class SuspendForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=500,
        help_text="Lu par l’éditeur seul.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
