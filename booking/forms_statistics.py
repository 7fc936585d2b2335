from typing import Any

from django import forms

from booking.models import Activity
from booking.queries.reach import within
from core.forms.days import DayField
from core.models import Establishment
from core.rights import Reach

MAX_DAYS = 800


class StatisticsForm(forms.Form):
    du = DayField(label="Du")
    au = DayField(label="Au")
    etablissement = forms.ModelChoiceField(
        Establishment.objects.none(),
        label="Établissement",
        required=False,
        empty_label="Tous",
    )
    activite = forms.ModelChoiceField(
        Activity.objects.none(),
        label="Activité",
        required=False,
        empty_label="Toutes",
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        activities = Activity.objects.filter(within(reach)).select_related("establishment")
        places = Establishment.objects.filter(activities__in=activities).distinct()
        self.fields["etablissement"].queryset = places  # type: ignore[attr-defined]
        named = self.fields["activite"]
        named.queryset = activities  # type: ignore[attr-defined]
        named.label_from_instance = lambda one: f"{one.establishment} – {one}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if first and last and last < first:
            self.add_error("au", "La fin précède le début.")
        elif first and last and (last - first).days > MAX_DAYS:
            self.add_error("au", "Demandez deux ans au plus.")
        return self.cleaned_data
