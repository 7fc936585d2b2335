"""A group message, and the moment it goes."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.timezone import make_aware

from core.audiences import source_of
from core.enums import MailingNature
from core.forms.audiences import AudienceField, chosen
from core.forms.content import MarkupField
from core.forms.days import DayField
from core.models import Mailing
from core.words import short_date
from tenants.context import town_timezone


class MailingForm(forms.ModelForm):
    audiences = AudienceField(
        label="Destinataires", error_messages={"required": "Choisissez au moins un groupe de familles."}
    )
    day = DayField(
        label="Jour des enfants attendus",
        required=False,
        help_text="Nécessaire pour « Les enfants attendus un jour ».",
    )
    body = MarkupField(label="Texte")

    class Meta:
        model = Mailing
        fields = ("subject", "body", "nature", "audiences", "day")
        widgets = {"nature": forms.RadioSelect(choices=MailingNature.choices)}

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nature"].choices = MailingNature.choices
        self.fields["audiences"].offer(on=on)
        kept = self.instance.audiences
        self.initial["audiences"] = chosen(kept)
        self.initial["day"] = next((one["day"] for one in kept if one["day"]), None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day = data.get("day")
        dated = [one for one in data.get("audiences", ()) if (s := source_of(one["source"])) and s.wants_day]
        if dated and day is None and "day" not in self.errors:
            self.add_error("day", "Donnez le jour où ces enfants sont attendus.")
        if day:
            for audience in dated:
                audience["day"] = day.isoformat()
                audience["label"] += f", {short_date(day)}"
        return data


class SendAtForm(forms.Form):
    """A day and an hour of the town's."""

    day = DayField(label="Jour")
    time = forms.TimeField(label="Heure", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))

    @property
    def moment(self) -> datetime:
        at = datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])
        return make_aware(at, town_timezone())
