"""What families and agents send about absences."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.models import Period
from booking.queries.absences import family_reasons, policy_of
from booking.rules.absence import AbsenceReason, Proof
from core.forms.days import DayField
from core.forms.papers import HELP, PaperField
from tenants.context import town_timezone


class AbsenceForm(forms.Form):
    du = DayField(label=_("Du"))
    au = DayField(
        label=_("Au"),
        help_text=_("Le même jour pour une seule journée."),
    )
    motif = forms.ChoiceField(label=_("Motif"), required=False)
    precision = forms.CharField(label=_("Précision"), max_length=200, required=False)
    justificatif = PaperField(
        label=_("Justificatif"),
        required=False,
        help_text=format_lazy(_("Facultatif. {help} Vous pourrez aussi le donner plus tard."), help=HELP),
    )

    def __init__(self, *args: Any, period: Period, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policy = policy_of(period)
        reasons = family_reasons(policy) if policy else []
        self.fields["motif"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            *((one.value, f"{one.label[:1].upper()}{one.label[1:]}") for one in reasons),
            ("", gettext("Autre raison")),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("du") and data.get("au") and data["au"] < data["du"]:
            self.add_error("au", _("La fin précède le début."))
        return data

    @property
    def reason(self) -> AbsenceReason | None:
        value = self.cleaned_data["motif"]
        return AbsenceReason(value) if value else None


class PaperForm(forms.Form):
    justificatif = PaperField(label=_("Justificatif"), help_text=HELP)


class ProofDecisionForm(forms.Form):
    """« accepter » or « refuser », and when the town got the paper."""

    decision = forms.ChoiceField(choices=[("accepter", ""), ("refuser", "")])
    nature = forms.ChoiceField(
        label="Justificatif",
        choices=[(one.value, f"{one.label[:1].upper()}{one.label[1:]}") for one in Proof],
    )
    recu = forms.DateTimeField(
        label="Reçu le",
        help_text="Le moment où la mairie a eu le justificatif : le règlement peut le limiter.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    motif = forms.CharField(
        label="Motif du refus", max_length=200, required=False, help_text="La famille le lira."
    )

    @property
    def accepts(self) -> bool:
        return self.cleaned_data["decision"] == "accepter"

    @property
    def received(self) -> datetime:
        at: datetime = self.cleaned_data["recu"]
        return at if at.tzinfo else at.replace(tzinfo=town_timezone())
