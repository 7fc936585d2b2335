"""A family that asks for a file, and what an agent answers."""

from datetime import date
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from core.enums import EstablishmentKind, RegistrationMode
from core.forms.days import DayInput
from core.forms.families import ChildrenFormSet, household_numbered, readable_birth, readable_phone_of
from core.models import Establishment, FamilyRegistration, Household, RegisteredChild

MAX_CHILDREN = 6


class RegistrationForm(forms.ModelForm):
    # People leave it empty: they do not see it. Programs that fill every field give themselves away.
    website = forms.CharField(
        label=_("Laissez ce champ vide"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    class Meta:
        model = FamilyRegistration
        fields = ("first_name", "last_name", "email", "phone", "address", "postcode", "city", "message")
        labels = {
            "first_name": _("Votre prénom"),
            "last_name": _("Votre nom de famille"),
            "email": _("Votre adresse mail"),
            "phone": _("Votre téléphone"),
            "message": _("Un mot pour le service"),
        }
        help_texts = {
            "email": _("Elle deviendra votre identifiant. Nous y envoyons un lien pour la vérifier."),
            "message": _("Garde partagée, arrivée en cours d’année…"),
        }
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "address": forms.TextInput(attrs={"autocomplete": "street-address"}),
            "postcode": forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
            "message": forms.Textarea(attrs={"rows": 3}),
        }

    @property
    def comes_from_a_program(self) -> bool:
        return bool(self.data.get("website"))

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name != "website"]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean_postcode(self) -> str:
        postcode = self.cleaned_data["postcode"]
        if not (postcode.isdecimal() and len(postcode) == 5):
            raise forms.ValidationError(_("Un code postal a cinq chiffres."))
        return postcode

    def clean_phone(self) -> str:
        return readable_phone_of(self.cleaned_data["phone"])


class RegisteredChildForm(forms.ModelForm):
    class Meta:
        model = RegisteredChild
        fields = ("first_name", "last_name", "birth_date", "school", "level")
        widgets = {"birth_date": DayInput}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["school"].queryset = Establishment.objects.filter(kind__in=EstablishmentKind.schools())
        self.fields["school"].empty_label = _("Je ne sais pas encore")

    def clean_birth_date(self) -> date:
        return readable_birth(self.cleaned_data["birth_date"], today=self.today)


RegisteredChildFormSet = formset_factory(
    RegisteredChildForm, formset=ChildrenFormSet, min_num=1, extra=MAX_CHILDREN - 1, max_num=MAX_CHILDREN
)


class AcceptRegistrationForm(forms.Form):
    number = forms.CharField(
        label="N° du nouveau dossier", max_length=12, help_text="Proposé à la suite du dernier."
    )
    is_resident = forms.BooleanField(label="Habite la commune", required=False)

    def clean_number(self) -> str:
        number = self.cleaned_data["number"]
        if Household.objects.filter(number=number).exists():
            raise forms.ValidationError("Un autre dossier porte déjà ce numéro : choisissez-en un autre.")
        return number


class JoinRegistrationForm(forms.Form):
    dossier = forms.CharField(label="N° du dossier de la famille", max_length=12)
    enfants = forms.ModelMultipleChoiceField(
        RegisteredChild.objects.none(),
        label="Enfants à ajouter au dossier",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Seulement ceux qui n’y sont pas encore.",
    )

    def __init__(self, *args: Any, registration: FamilyRegistration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enfants"].queryset = registration.children.all()

    def clean_dossier(self) -> Household:
        return household_numbered(self.cleaned_data["dossier"])


class RefuseRegistrationForm(forms.Form):
    reason = forms.CharField(
        label="Motif, que la famille lira", max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class RegistrationModeForm(forms.Form):
    registration = forms.ChoiceField(
        label="Inscription en ligne des familles", choices=RegistrationMode.choices, widget=forms.RadioSelect
    )
