from django import forms

from booking.models import Activity
from core.forms.days import DayField
from core.models import Establishment


class WeekForm(forms.Form):
    date = DayField(label="Semaine du", required=False)
    etablissement = forms.ModelChoiceField(
        Establishment.objects.filter(activities__isnull=False).distinct(),
        label="Établissement",
        required=False,
        empty_label="Tous",
    )


class DaysField(forms.Field):
    """Days ticked one by one; what is not a date is none of ours."""

    widget = forms.SelectMultiple

    def clean(self, value):
        date = DayField(required=False)
        days = []
        for one in value or ():
            try:
                days.append(date.clean(one))
            except forms.ValidationError:
                continue
        return [day for day in days if day]


class OrderForm(forms.Form):
    service = forms.ModelChoiceField(Activity.objects.select_related("establishment"))
    jours = DaysField(required=False)
