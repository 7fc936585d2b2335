"""What an agent corrects in a family's file; the same rules as when the file was opened."""

from django import forms

from core.forms.families import HouseholdForm, readable_phone_of
from core.models import Guardian


class HouseholdCorrectionForm(HouseholdForm):
    """The number stays: it is on every paper the family has."""

    class Meta(HouseholdForm.Meta):
        fields = ("name", "address", "postcode", "city", "is_resident", "tie")


class GuardianCorrectionForm(forms.ModelForm):
    class Meta:
        model = Guardian
        fields = ("first_name", "last_name", "email", "phone")
        widgets = {"phone": forms.TextInput(attrs={"type": "tel"})}

    def clean_phone(self) -> str:
        return readable_phone_of(self.cleaned_data["phone"])

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if not email and self.instance.user_id:
            raise forms.ValidationError("Cette personne a un compte : il lui faut une adresse.")
        return email
