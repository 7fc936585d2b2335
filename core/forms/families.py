"""A new family at the desk: its file, who is responsible, the children, and who gets an account."""

from datetime import date
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from core.enums import AccountKind, EstablishmentKind
from core.forms.days import DayInput
from core.models import Child, Establishment, Guardian, Household, User
from core.phones import readable_phone

MAX_GUARDIANS = 2
MAX_CHILDREN = 6
OLDEST = 26  # years; beyond, a date of birth is a mistake of typing


def readable_phone_of(typed: str) -> str:
    """The number as everybody reads it, empty when nothing was typed. Raises ValidationError."""
    phone = readable_phone(typed) if typed else ""
    if phone is None:
        raise forms.ValidationError(
            _(
                "Ce n’est pas un numéro de téléphone : dix chiffres (06 12 34 56 78), ou + et l’indicatif du pays."
            )
        )
    return phone


def readable_birth(born: date, *, today: date) -> date:
    """The day a child was born on. Raises ValidationError for one to come, or too long ago."""
    if not today.year - OLDEST <= born.year or born > today:
        raise forms.ValidationError(_("Vérifiez la date de naissance."))
    return born


class HouseholdForm(forms.ModelForm):
    class Meta:
        model = Household
        fields = ("number", "name", "address", "postcode", "city", "is_resident", "tie")
        help_texts = {"number": "Proposé à la suite du dernier ; gardez le vôtre si vous en avez un."}
        error_messages = {
            "number": {"unique": "Un autre dossier porte déjà ce numéro : choisissez-en un autre."}
        }

    def clean_postcode(self) -> str:
        postcode = self.cleaned_data["postcode"]
        if postcode and not (postcode.isdecimal() and len(postcode) == 5):
            raise forms.ValidationError("Un code postal a cinq chiffres.")
        return postcode


class GuardianForm(forms.ModelForm):
    opens_account = forms.BooleanField(
        label="Ouvrir un compte et envoyer le mail d’activation", required=False, initial=True
    )

    class Meta:
        model = Guardian
        fields = ("first_name", "last_name", "email", "phone", "is_payer")
        widgets = {"phone": forms.TextInput(attrs={"type": "tel"})}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("opens_account") and not values.get("email") and "email" not in self.errors:
            self.add_error("email", "Il faut une adresse pour ouvrir un compte.")
        return values

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        taken = (
            User.objects.filter(email__iexact=email, kind=AccountKind.FAMILY)
            if email
            else User.objects.none()
        )
        if taken.exists() and self.data.get(self.add_prefix("opens_account")):
            raise forms.ValidationError(
                "Cette adresse a déjà un compte : cherchez la famille avant d’en créer une autre."
            )
        return email

    def clean_phone(self) -> str:
        return readable_phone_of(self.cleaned_data["phone"])


class ChildForm(forms.ModelForm):
    class Meta:
        model = Child
        fields = ("first_name", "last_name", "birth_date", "school", "level", "class_name")
        widgets = {"birth_date": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = Establishment.objects.filter(kind__in=EstablishmentKind.schools())


class AccountEmailForm(forms.Form):
    email = forms.EmailField(label="Adresse mail du compte")


class _PeopleFormSet(BaseFormSet):
    """Different people with the same address cannot both have an account."""

    def clean(self) -> None:
        wanted = [
            form.cleaned_data["email"].lower()
            for form in self.forms
            if form.is_valid() and form.cleaned_data.get("opens_account") and form.cleaned_data.get("email")
        ]
        if len(wanted) != len(set(wanted)):
            raise forms.ValidationError("Deux comptes ne peuvent pas avoir la même adresse.")


class ChildrenFormSet(BaseFormSet):
    @property
    def last_filled(self) -> int:
        """The rank of the last row somebody wrote in: those before it are shown open, so that nothing typed is hidden."""
        written = [rank for rank, form in enumerate(self.forms) if form.is_bound and form.has_changed()]
        return max(written, default=0)


def household_numbered(number: str) -> Household:
    """The file of a typed number, or the one it was united with. Raises ValidationError."""
    rows = Household.objects.select_related("merged_into")
    household = rows.filter(number__iexact=number.strip()).first()
    if household is None:
        raise forms.ValidationError("Aucun dossier ne porte ce numéro.")
    return household.merged_into or household


def filled(formset: BaseFormSet) -> list[forms.ModelForm]:
    """The rows somebody wrote in; those left blank are nobody."""
    return [form for form in formset if form.has_changed()]


GuardianFormSet = formset_factory(
    GuardianForm, formset=_PeopleFormSet, min_num=1, extra=MAX_GUARDIANS - 1, max_num=MAX_GUARDIANS
)
ChildFormSet = formset_factory(
    ChildForm, formset=ChildrenFormSet, min_num=1, extra=MAX_CHILDREN - 1, max_num=MAX_CHILDREN
)
