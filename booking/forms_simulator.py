"""What « Essayer une règle » sends."""

from typing import Any

from django import forms

from booking.forms_settings_file import FileForm
from booking.models import Period
from core.forms.days import DayField


class SimulatorForm(forms.Form):
    """A child found by name, a day, and the moment at which the family would act (local time of the town)."""

    q = forms.CharField(label="Enfant", max_length=80, help_text="Nom, prénom ou n° de dossier.")
    periode = forms.ModelChoiceField(
        Period.objects.none(), label="Période", required=False, empty_label="Toutes celles de l’enfant"
    )
    date = DayField(label="Jour voulu")
    jour = DayField(label="Si la famille agit le")
    heure = forms.TimeField(
        label="À quelle heure",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M"],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["periode"].queryset = Period.objects.select_related("activity__establishment")
        self.fields["periode"].label_from_instance = lambda one: (
            f"{one.activity.establishment} – {one.activity} – {one}"
        )


class DraftForm(FileForm):
    """The file of today, to be changed and tried."""

    field_order = ("texte", "fichier")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = self.fields["texte"]
        text.label = "Le fichier de la commune, modifié"
        text.help_text = "Changez ici un délai, un prix, des jours : rien n’est publié."
        text.widget.attrs["rows"] = 24
        self.fields["fichier"].label = "Ou un fichier"
