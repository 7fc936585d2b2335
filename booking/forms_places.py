"""What the desk’s pages of places send."""

from typing import Any

from django import forms

from booking.models import Period, Slot, SlotGroup
from core.forms.days import DayField
from core.words import WEEKDAYS


class _GroupField(forms.ModelChoiceField):
    def label_from_instance(self, group: SlotGroup) -> str:
        return f"{group.label} ({group.slot.label})"


class PlacesForm(forms.Form):
    """One act on the places of a period: which slots, weekdays and dates, and how many places.

    A group stands for its slot; the field is there where the period has groups.
    """

    accueils = forms.ModelMultipleChoiceField(
        Slot.objects.none(), label="Accueils", required=False, widget=forms.CheckboxSelectMultiple
    )
    groupe = _GroupField(
        SlotGroup.objects.none(), label="Groupe", required=False, empty_label="Toute la journée"
    )
    jours = forms.TypedMultipleChoiceField(label="Jours", widget=forms.CheckboxSelectMultiple, coerce=int)
    du = DayField(label="Du")
    au = DayField(label="Au")
    places = forms.IntegerField(
        label="Nombre de places par jour",
        required=False,
        min_value=0,
        max_value=9999,
        help_text="Vide : pas de limite.",
    )

    def __init__(self, *args: Any, period: Period, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slots = period.slots.all()
        self.fields["accueils"].queryset = slots
        self.fields["accueils"].initial = [slot.pk for slot in slots] if len(slots) == 1 else []
        groups = SlotGroup.objects.filter(slot__period=period).select_related("slot")
        if groups:
            self.fields["groupe"].queryset = groups.order_by("slot__position", "position")
        else:
            del self.fields["groupe"]
        self.fields["jours"].choices = [(day, WEEKDAYS[day - 1]) for day in sorted(period.weekdays)]
        self.fields["jours"].initial = period.weekdays

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if group := data.get("groupe"):
            data["accueils"] = [group.slot]
        elif not data.get("accueils"):
            self.add_error("accueils", "Cochez au moins un accueil.")
        if data.get("du") and data.get("au") and data["au"] < data["du"]:
            self.add_error("au", "La fin précède le début.")
        return data


class StaffingForm(forms.Form):
    accueil = forms.ModelChoiceField(Slot.objects.none(), label="Accueil", empty_label=None)
    adultes = forms.IntegerField(
        label="Adultes présents", min_value=0, max_value=999, help_text="0 : pas d’alerte."
    )
    moins_de_six = forms.IntegerField(
        label="Enfants de moins de 6 ans par adulte", min_value=1, max_value=99, initial=10
    )
    six_et_plus = forms.IntegerField(
        label="Enfants de 6 ans et plus par adulte", min_value=1, max_value=99, initial=14
    )

    def __init__(self, *args: Any, period: Period, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accueil"].queryset = period.slots.all()


class CloseForm(forms.Form):
    motif = forms.CharField(
        label="Motif", max_length=100, help_text="Les familles le liront dans le planning."
    )
