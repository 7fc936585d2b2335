from django import forms

from core.models import SecuritySettings

_AS_CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "maxlength": 12}


class CodeForm(forms.Form):
    """A code of the telephone, or a recovery code where one will do."""

    code = forms.CharField(
        label="Code à six chiffres",
        max_length=12,
        help_text="Celui que montre votre application. Sans votre téléphone : un code de secours.",
        widget=forms.TextInput(attrs=_AS_CODE),
    )


class DoorForm(CodeForm):
    trust = forms.BooleanField(label="Ne plus me le demander sur cet appareil", required=False)

    def __init__(self, *args: object, trust_days: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if trust_days:
            self.fields["trust"].help_text = f"Pendant {trust_days} jours. Jamais sur un poste partagé."
        else:
            del self.fields["trust"]


class EnrolmentForm(forms.Form):
    code = forms.CharField(
        label="Code que montre votre téléphone",
        max_length=12,
        widget=forms.TextInput(attrs=_AS_CODE | {"inputmode": "numeric"}),
    )


class SecurityForm(forms.ModelForm):
    class Meta:
        model = SecuritySettings
        fields = ["factor", "trust_days"]
        help_texts = {"trust_days": "0 : le code est demandé à chaque connexion. 90 jours au plus."}
