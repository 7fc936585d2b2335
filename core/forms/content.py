"""What the town writes and shows on its public pages."""

from typing import Any

from django import forms

from core.forms.papers import HELP as PAPER_HELP
from core.forms.papers import PaperField, PictureField
from core.models import Branding, CommuneSettings, Download, MenuLink, NewsItem


class MarkupField(forms.CharField):
    """A text in the light markup of ``core.rich_text``, with its buttons when scripts run."""

    widget = forms.Textarea(attrs={"rows": 12, "data-markup": ""})


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class NewsForm(forms.ModelForm):
    body = MarkupField(label="Texte")

    class Meta:
        model = NewsItem
        fields = ("title", "body", "published_on", "shown_until", "is_draft")
        widgets = {"published_on": DayInput, "shown_until": DayInput}
        help_texts = {
            "published_on": "Un jour à venir : l’actualité paraîtra ce jour-là.",
            "shown_until": "Sans date, elle reste affichée.",
            "is_draft": "Les familles ne voient pas un brouillon.",
        }


class MenuLinkForm(forms.ModelForm):
    url = forms.URLField(
        label="Adresse d’un autre site",
        required=False,
        assume_scheme="https",
        help_text="Sans adresse, le lien du menu mène à la page que vous écrivez ici.",
    )
    body = MarkupField(label="Texte de la page", required=False)

    class Meta:
        model = MenuLink
        fields = ("label", "url", "body", "is_draft")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("url") and values.get("body", "").strip():
            self.add_error("body", "Avec une adresse, ce texte ne se verrait pas : gardez l’un ou l’autre.")
        return values


class DownloadForm(forms.ModelForm):
    file = PaperField(label="Fichier", required=False, help_text=PAPER_HELP)
    remove_file = forms.BooleanField(label="Retirer le fichier déposé", required=False)
    body = MarkupField(label="Texte, à défaut de fichier", required=False)

    class Meta:
        model = Download
        fields = ("label", "file", "remove_file", "body", "is_draft")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.file:
            del self.fields["remove_file"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        values["file"] = values.get("file") or (False if values.get("remove_file") else None)
        return values


class WelcomeForm(forms.ModelForm):
    welcome_text = MarkupField(label="Texte d’accueil", required=False)
    opening_hours = MarkupField(label="Horaires d’ouverture", required=False)

    class Meta:
        model = CommuneSettings
        fields = (
            "heading",
            "tagline",
            "service_name",
            "address",
            "postcode",
            "city",
            "phone",
            "email",
            "opening_hours",
            "welcome_title",
            "welcome_text",
        )
        help_texts = {"heading": "En haut de chaque page, et sur les factures."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opening_hours"].widget.attrs["rows"] = 4

    def clean_postcode(self) -> str:
        postcode: str = self.cleaned_data["postcode"]
        if not (postcode.isdecimal() and len(postcode) == 5):
            raise forms.ValidationError("Un code postal a cinq chiffres.")
        return postcode


class BrandingForm(forms.ModelForm):
    logo = PictureField(label="Logo", required=False, help_text="JPEG ou PNG, à côté du nom de la commune.")
    remove_logo = forms.BooleanField(label="Retirer le logo", required=False)
    favicon = PictureField(
        label="Icône de l’onglet", required=False, help_text="PNG carré, 192 points ou plus."
    )
    remove_favicon = forms.BooleanField(label="Retirer l’icône", required=False)
    banner = PictureField(
        label="Photo d’en-tête", required=False, help_text="En haut de l’accueil ; large, sans texte dessus."
    )
    remove_banner = forms.BooleanField(label="Retirer la photo", required=False)

    class Meta:
        model = Branding
        fields = ("accent", "logo", "remove_logo", "favicon", "remove_favicon", "banner", "remove_banner")
        widgets = {"accent": forms.TextInput(attrs={"type": "color"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in Branding.PICTURES:
            if not getattr(self.instance, name):
                del self.fields[f"remove_{name}"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in Branding.PICTURES:
            values[name] = values.get(name) or (False if values.get(f"remove_{name}") else None)
        return values


class LegalTextForm(forms.Form):
    body = MarkupField(
        label="Texte",
        required=False,
        help_text="Sans texte, la page garde celui du portail, que voici.",
    )
