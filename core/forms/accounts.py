from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.rights import Role

WRONG_PAIR = _(
    "Cet identifiant et ce mot de passe ne vont pas ensemble. Vérifiez les majuscules, ou demandez un nouveau mot de passe."
)


class LoginForm(forms.Form):
    username = forms.EmailField(
        label=_("Identifiant"),
        help_text=_("Votre adresse mail."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Mot de passe"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=_("Votre adresse mail"),
        help_text=_("Celle que vous avez donnée au service : c’est votre identifiant."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class AgentInvitationForm(forms.Form):
    name = forms.CharField(
        label="Prénom et nom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label="Adresse mail professionnelle",
        help_text="Ce sera son identifiant. Un lien pour choisir son mot de passe y est envoyé.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class ColleagueInvitationForm(AgentInvitationForm):
    role = forms.ChoiceField(
        label="Rôle",
        choices=Role.choices,
        initial=Role.DESK,
        help_text="Sur toute la commune. La page de l’agent permet ensuite de limiter, d’ajouter ou de retirer.",
    )


class ChoosePasswordForm(forms.Form):
    """A new password, twice, checked against the rules of the installation."""

    new_password1 = forms.CharField(
        label=_("Nouveau mot de passe"),
        strip=False,
        help_text=_("Au moins 10 caractères. Une courte phrase convient très bien."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password2 = forms.CharField(
        label=_("Le même, une seconde fois"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new_password2(self) -> str:
        first, second = self.cleaned_data.get("new_password1"), self.cleaned_data["new_password2"]
        if first and first != second:
            raise forms.ValidationError(_("Les deux mots de passe ne sont pas les mêmes."))
        return second

    def clean_new_password1(self) -> str:
        password = self.cleaned_data["new_password1"]
        password_validation.validate_password(password, self.user)
        return password


class ChangePasswordForm(ChoosePasswordForm):
    old_password = forms.CharField(
        label=_("Mot de passe actuel"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("old_password", "new_password1", "new_password2")

    def clean_old_password(self) -> str:
        password = self.cleaned_data["old_password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("Ce n’est pas votre mot de passe actuel."))
        return password


class EmailChangeForm(forms.Form):
    new_email = forms.EmailField(
        label=_("Nouvelle adresse mail"),
        help_text=_("Nous y enverrons un lien : le changement se fait quand vous l’ouvrez."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Mot de passe actuel"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new_email(self) -> str:
        new_email = self.cleaned_data["new_email"]
        if new_email.lower() == self.user.email.lower():
            raise forms.ValidationError(_("C’est déjà votre adresse."))
        return new_email

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("Ce n’est pas votre mot de passe actuel."))
        return password
