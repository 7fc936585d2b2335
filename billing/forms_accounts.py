"""The form of a régie's account, made of what its provider's driver declares."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from billing.models import ProviderAccount
from billing.providers.base import ConfigField, Driver, Mode
from core.words import NBSP

MODE_WORDS = {
    Mode.TEST: "Test : aucun argent ne bouge",
    Mode.ACTIVATION: "Activation : les premiers vrais paiements, demandés par la DGFiP",
    Mode.PRODUCTION: "Production",
}


class ProviderForm(forms.Form):
    """Secrets are only written: an empty one keeps what is known."""

    mode = forms.ChoiceField(label="Mode", choices=[])

    def __init__(self, data: Any = None, *, driver: Driver, account: ProviderAccount | None) -> None:
        """``account``: the régie's present one at this provider, if any."""
        initial = {"mode": account.mode, **account.config} if account else {"mode": Mode.TEST}
        super().__init__(data, initial=initial)
        self.declared = {field.name: field for field in driver.config_fields}
        modes = [mode for mode in Mode if mode in driver.capabilities.modes]
        self.fields["mode"].choices = [(mode.value, MODE_WORDS[mode]) for mode in modes]
        dates = account.secrets_dates if account else {}
        known = {name: dates.get(name, "") for name in (account.secrets if account else {})}
        for field in driver.config_fields:
            self.fields[field.name] = _secret(field, known) if field.secret else _plain(field)

    @property
    def config(self) -> dict[str, str]:
        return self._given(secret=False)

    @property
    def secrets(self) -> dict[str, str]:
        return self._given(secret=True)

    def _given(self, *, secret: bool) -> dict[str, str]:
        names = [name for name, field in self.declared.items() if field.secret is secret]
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}


def _plain(field: ConfigField) -> forms.Field:
    shown: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": field.required}
    if field.choices:
        return forms.ChoiceField(choices=field.choices, **shown)
    return forms.CharField(validators=[_shape(field)], max_length=200, **shown)


def _secret(field: ConfigField, known: dict[str, str]) -> forms.Field:
    state = ""
    if field.name in known:
        since = known[field.name]
        when = f" le {datetime.fromisoformat(since):%d/%m/%Y}" if since else ""
        state = f"Renseigné{when} ; laissez vide pour le garder. "
    return forms.CharField(
        label=field.label,
        help_text=format_html("<strong>{}</strong>{}", state, field.help),
        required=field.required and field.name not in known,
        max_length=300,
        validators=[_shape(field)],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


def _shape(field: ConfigField) -> Any:
    def check(value: str) -> None:
        if not re.fullmatch(field.pattern, value):
            raise ValidationError(f"Cette valeur n’a pas la bonne forme{NBSP}: {field.help}")

    return check
