"""What a family writes to be debited."""

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.debits.accounts import AccountNumberError, read_bic, read_iban

_ACCOUNT_NUMBER = {
    "autocomplete": "off",
    "autocapitalize": "characters",
    "spellcheck": "false",
    "dir": "ltr",
}


class BankAccountForm(forms.Form):
    titulaire = forms.CharField(
        label=_("Titulaire du compte"), max_length=70, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    iban = forms.CharField(
        label="IBAN",
        max_length=50,
        help_text=_(
            "Il est sur votre relevé d’identité bancaire, et commence par FR pour une banque française."
        ),
        widget=forms.TextInput(attrs=_ACCOUNT_NUMBER),
    )
    bic = forms.CharField(
        label="BIC",
        max_length=20,
        required=False,
        help_text=_("Facultatif."),
        widget=forms.TextInput(attrs=_ACCOUNT_NUMBER),
    )

    def clean_iban(self) -> str:
        return _checked(read_iban, self.cleaned_data["iban"])

    def clean_bic(self) -> str:
        return _checked(read_bic, self.cleaned_data["bic"])


class AccountChangeForm(BankAccountForm):
    accord = forms.BooleanField(
        label=_("J’autorise le prélèvement sur ce nouveau compte, avec le même mandat"),
        error_messages={"required": _("Sans votre accord, le compte ne change pas.")},
    )


class SignForm(forms.Form):
    """``lu``: the digest of the text that the page showed."""

    accord = forms.BooleanField(
        label=_("J’ai lu ce mandat et je le signe"),
        error_messages={"required": _("Cochez la case pour signer le mandat.")},
    )
    lu = forms.CharField(widget=forms.HiddenInput)


class EndForm(forms.Form):
    motif = forms.CharField(label="Motif", max_length=200)


def _checked(read, text: str) -> str:
    try:
        return read(text)
    except AccountNumberError as error:
        raise forms.ValidationError(str(error)) from error
