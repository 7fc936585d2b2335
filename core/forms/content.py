"""What the town writes and shows on its public pages."""

from datetime import date
from typing import Any

from django import forms

from core.clock import today
from core.enums import Theme
from core.forms.audiences import AudienceField, chosen
from core.forms.days import DayInput
from core.forms.papers import HELP as PAPER_HELP
from core.forms.papers import PaperField, PictureField
from core.models import Branding, CommuneSettings, Download, MenuLink, NewsItem, Question
from tenants.context import town_timezone


class MarkupField(forms.CharField):
    """A text in the light markup of ``core.rich_text``, with its buttons when scripts run."""

    widget = forms.Textarea(attrs={"rows": 12, "data-markup": ""})


class NewsForm(forms.ModelForm):
    body = MarkupField(label="Texte")
    audiences = AudienceField(
        label="Pour",
        lasting=True,
        required=False,
        help_text="Sans choix, tout le monde la lit. Sinon, seulement ces familles, une fois connectées.",
    )

    class Meta:
        model = NewsItem
        fields = ("title", "body", "published_on", "shown_until", "audiences", "is_draft")
        widgets = {"published_on": DayInput, "shown_until": DayInput}
        help_texts = {
            "published_on": "Un jour à venir : l’actualité paraîtra ce jour-là.",
            "shown_until": "Sans date, elle reste affichée.",
            "is_draft": "Les familles ne voient pas un brouillon.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audiences"].offer(on=today(town_timezone()))
        self.initial["audiences"] = chosen(self.instance.audiences)

    def clean_shown_until(self) -> date | None:
        until, first = self.cleaned_data["shown_until"], self.cleaned_data.get("published_on")
        if until and first and until < first:
            raise forms.ValidationError("Une actualité ne finit pas avant d’avoir commencé.")
        return until


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


class QuestionForm(forms.ModelForm):
    body = MarkupField(label="Réponse")

    class Meta:
        model = Question
        fields = ("label", "theme", "body", "is_draft")
        help_texts = {
            "theme": "« Cantine », « Paiement »… : les questions d’un même thème sont ensemble.",
            "is_draft": "Les familles ne voient pas un brouillon.",
        }


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
        fields = (
            "theme",
            "accent",
            "logo",
            "remove_logo",
            "favicon",
            "remove_favicon",
            "banner",
            "remove_banner",
        )
        widgets = {"accent": forms.TextInput(attrs={"type": "color"}), "theme": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = Theme.choices
        for name in Branding.PICTURES:
            if not getattr(self.instance, name):
                del self.fields[f"remove_{name}"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in Branding.PICTURES:
            values[name] = values.get(name) or (False if values.get(f"remove_{name}") else None)
        return values


class AccessibilityForm(forms.ModelForm):
    class Meta:
        model = CommuneSettings
        fields = ("accessibility", "audited_on", "audited_by", "audit_rate")
        widgets = {"audited_on": DayInput}
        help_texts = {
            "accessibility": "Elle se lit en bas de chaque page et ouvre la déclaration d’accessibilité.",
            "audited_on": "Sans audit, la loi veut « non conforme ».",
        }


class LegalTextForm(forms.Form):
    body = MarkupField(
        label="Texte",
        required=False,
        help_text="Sans texte, la page garde celui du portail, que voici.",
    )
