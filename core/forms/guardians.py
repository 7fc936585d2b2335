from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms.families import readable_phone_of
from core.guardian_roles import GuardianRole
from core.models import Guardian


class InviteGuardianForm(forms.ModelForm):
    class Meta:
        model = Guardian
        fields = ("first_name", "last_name", "role", "email", "phone")
        widgets = {"role": forms.RadioSelect, "phone": forms.TextInput(attrs={"type": "tel"})}
        labels = {
            "first_name": _("Prénom"),
            "last_name": _("Nom"),
            "email": _("Adresse mail"),
            "phone": _("Téléphone"),
            "role": _("Ce que cette personne peut faire"),
        }
        help_texts = {"email": _("Le lien pour ouvrir son compte y est envoyé.")}

    def clean_phone(self) -> str:
        return readable_phone_of(self.cleaned_data["phone"])

    def clean(self) -> dict[str, object]:
        values = super().clean() or self.cleaned_data
        if (
            values.get("role") != GuardianRole.PICKUP
            and not values.get("email")
            and "email" not in self.errors
        ):
            self.add_error("email", _("Il faut une adresse mail pour ouvrir un compte."))
        if (
            values.get("role") == GuardianRole.PICKUP
            and not values.get("phone")
            and "phone" not in self.errors
        ):
            self.add_error("phone", _("Donnez un téléphone : l’équipe peut avoir à l’appeler."))
        return values


class GuardianRoleForm(forms.Form):
    role = forms.ChoiceField(label="Rôle", choices=GuardianRole.choices)
    is_payer = forms.BooleanField(label="Paie les factures", required=False)
