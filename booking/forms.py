"""What the pages of the booking journey send."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from booking.services.drafts import Ticks


class TicksField(forms.Field):
    """Boxes of the planning, « opening.stage » each."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> dict[int, int]:
        try:
            pairs = [box.split(".") for box in value or ()]
            return {int(opening): int(stage) for opening, stage in pairs}
        except ValueError:
            raise forms.ValidationError(_("Le planning envoyé est incomplet.")) from None


class IdsField(forms.CharField):
    """Identifiers separated by commas."""

    def clean(self, value: Any) -> list[int]:
        try:
            return [int(part) for part in (value or "").split(",") if part]
        except ValueError:
            raise forms.ValidationError(_("Le planning envoyé est incomplet.")) from None


@dataclass(frozen=True, kw_only=True)
class DayPick:
    """« Sélection automatique des jours » of one column; ``weekdays`` are ISO numbers."""

    stage_id: int
    weekdays: frozenset[int]
    whole_period: bool
    tick: bool


class Copy(TextChoices):
    """Which days to tick by copying: those of the page before, or those of this child for the others."""

    BEFORE = "precedent"
    SIBLINGS = "fratrie"


class TicksForm(forms.Form):
    """What one planning sends; its prefix keeps several of one page apart."""

    w = TicksField(required=False)
    du = forms.DateField(input_formats=["%Y-%m-%d"])
    au = forms.DateField(input_formats=["%Y-%m-%d"])
    presences = IdsField(required=False)
    signales = IdsField(required=False)
    copier = forms.ChoiceField(choices=Copy.choices, required=False)
    # « stage.on » or « stage.off »: which button of which column’s automatic selection was pressed.
    auto = forms.RegexField(r"^\d{1,9}\.(on|off)$", required=False)

    def dates(self) -> tuple[date, date]:
        return self.cleaned_data["du"], self.cleaned_data["au"]

    def day_pick(self) -> DayPick | None:
        stage, _dot, way = self.cleaned_data["auto"].partition(".")
        if not stage:
            return None
        days = self.data.getlist(self.add_prefix(f"jours-{stage}"))
        return DayPick(
            stage_id=int(stage),
            weekdays=frozenset(int(day) for day in days if day in {"1", "2", "3", "4", "5", "6", "7"}),
            whole_period=self.data.get(self.add_prefix(f"portee-{stage}")) == "periode",
            tick=way == "on",
        )

    def ticks(self) -> Ticks:
        data = self.cleaned_data
        return Ticks(
            first=data["du"],
            last=data["au"],
            ticked=data["w"],
            kept_or_not=data["presences"],
            told=data["signales"],
        )


class PageForm(forms.Form):
    """The page that was sent from, and where to go after saving."""

    # In the words of « aller ».
    vue = forms.CharField(required=False, max_length=20)
    # A page of the planning (« 2026-11 », « annee »), « recapitulatif », or a waiting list (« attente-12.3456 »).
    aller = forms.CharField(required=False, max_length=30)


class PlanningForm(PageForm, TicksForm):
    """The planning of one child."""


class ConfirmForm(forms.Form):
    """Names the selection that the recap showed: which draft, and as it was when."""

    brouillon = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def clean_version(self) -> datetime:
        try:
            return datetime.fromisoformat(self.cleaned_data["version"])
        except ValueError:
            raise forms.ValidationError(_("Cette page n’est plus à jour.")) from None


class OfferForm(forms.Form):
    """The answer to a place offered from a waiting list."""

    ACCEPT = "accepter"
    reponse = forms.ChoiceField(choices=[(ACCEPT, ""), ("refuser", "")])


class PayForm(forms.Form):
    recommencer = forms.BooleanField(required=False)
