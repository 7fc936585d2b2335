"""What the desk sends when it books or cancels for a family."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from booking.enums import OfficePayment, OfficePrice, PaymentMode
from booking.forms import IdsField, TicksField
from booking.services.agent_bookings import OfficeDemand, OfficeTerms
from core.money import format_euros
from core.words import NBSP

CANNED_REASONS = (
    "Demande de la famille au guichet ou au téléphone.",
    "Oubli de la famille, accepté par le service.",
    "Urgence de la famille.",
    "Enfant malade.",
    "Erreur du service.",
)
FREE_OF_CHARGE, STILL_OWED = "sans-frais", "du"


class OfficePlanningForm(forms.Form):
    """One page of the planning: its ticks, and what was chosen on the others (``choisis``, ``rendus``)."""

    w = TicksField(required=False)
    du = forms.DateField(input_formats=["%Y-%m-%d"])
    au = forms.DateField(input_formats=["%Y-%m-%d"])
    presences = IdsField(required=False)
    choisis = IdsField(required=False)
    rendus = IdsField(required=False)
    vue = forms.CharField(required=False, max_length=20)
    aller = forms.CharField(required=False, max_length=20)
    auto = forms.RegexField(r"^\d{1,9}\.(on|off)$", required=False)

    def chosen(self) -> tuple[set[int], set[int]]:
        """The openings to book and those to give back, all pages together."""
        data = self.cleaned_data
        kept = set(data["w"])
        shown = set(data["presences"])
        return set(data["choisis"]) | (kept - shown), set(data["rendus"]) | (shown - kept)

    def picked_days(self) -> tuple[int, frozenset[int], tuple[date, date] | None, bool] | None:
        """« Sélection automatique »: slot, weekdays, dates (None: the whole period), tick or untick."""
        slot, _, way = self.cleaned_data["auto"].partition(".")
        if not slot:
            return None
        weekdays = frozenset(int(day) for day in self.data.getlist(f"jours-{slot}") if day in set("1234567"))
        whole = self.data.get(f"portee-{slot}") == "periode"
        dates = None if whole else (self.cleaned_data["du"], self.cleaned_data["au"])
        return int(slot), weekdays, dates, way == "on"


class OfficeTermsForm(forms.Form):
    """Why, at which price, and how it is paid. Fields that would have one answer are not asked."""

    motif = forms.ChoiceField(
        label="Motif",
        required=False,
        choices=[("", "Choisir un motif"), *((reason, reason) for reason in CANNED_REASONS)],
    )
    precision = forms.CharField(
        label="Précision, ou autre motif",
        required=False,
        max_length=80,
        help_text="La famille le lira, et l’historique le garde avec votre nom.",
    )
    prix = forms.ChoiceField(label="Prix", widget=forms.RadioSelect)
    paiement = forms.ChoiceField(label="Paiement", widget=forms.RadioSelect, choices=OfficePayment.choices)
    frais = forms.ChoiceField(
        label="Jours annulés",
        widget=forms.RadioSelect,
        choices=[
            (FREE_OF_CHARGE, "Sans frais : ce qui était dû ne l’est plus"),
            (STILL_OWED, "Montant dû : la place est libérée, le prix reste à payer"),
        ],
    )

    def __init__(self, *args: Any, demand: OfficeDemand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        prices = list(_prices(demand))
        if prices:
            self.fields["prix"].choices = prices
            self.fields["prix"].initial = OfficePrice.NORMAL
        else:
            del self.fields["prix"]
        if demand.period.payment != PaymentMode.PREPAID or not prices:
            del self.fields["paiement"]
        else:
            self.fields["paiement"].initial = OfficePayment.BASKET
        if demand.cancellations:
            self.fields["frais"].initial = FREE_OF_CHARGE
        else:
            del self.fields["frais"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("motif") and not data.get("precision"):
            self.add_error("motif", "Choisissez un motif, ou écrivez-en un : la famille le lira.")
        return data

    def terms(self) -> OfficeTerms:
        data = self.cleaned_data
        return OfficeTerms(
            reason=" ".join(filter(None, (data["motif"], data["precision"]))),
            price=OfficePrice(data.get("prix") or OfficePrice.NORMAL),
            payment=OfficePayment(data.get("paiement") or OfficePayment.INVOICE),
            keeps_charges=data.get("frais") == STILL_OWED,
        )


def _prices(demand: OfficeDemand) -> Iterable[tuple[str, str]]:
    """The prices that differ, with their totals; none when there is nothing to pay."""
    totals = {price: demand.total(price) for price in OfficePrice}
    if not totals[OfficePrice.NORMAL] and not totals[OfficePrice.LATE]:
        return
    for price, total in totals.items():
        if price != OfficePrice.LATE or total != totals[OfficePrice.NORMAL]:
            yield price.value, f"{price.label}{NBSP}: {format_euros(total)}"
