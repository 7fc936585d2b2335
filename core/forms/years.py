from django import forms

from core.enums import EstablishmentKind
from core.forms.days import DayField
from core.levels import Level
from core.models import Establishment, YearChangeLine


class YearForm(forms.Form):
    annee = forms.IntegerField(label="Rentrée de", min_value=2020, max_value=2100)


class PlanForm(forms.Form):
    jour = DayField(label="Appliquer tout seul le")


class LineForm(forms.Form):
    """What becomes of one child."""

    niveau = forms.ChoiceField(
        label="Niveau l’an prochain", required=False, choices=[("", "n’est plus à l’école"), *Level.choices()]
    )
    ecole = forms.ModelChoiceField(
        Establishment.objects.none(), label="École l’an prochain", required=False, empty_label="Aucune"
    )
    classe = forms.CharField(label="Classe, si elle est connue", required=False, max_length=60)

    def __init__(self, *args: object, line: YearChangeLine, **kwargs: object) -> None:
        start = {"niveau": line.level_after, "ecole": line.school_after, "classe": line.class_after}
        super().__init__(*args, initial=start, **kwargs)
        schools = Establishment.objects.filter(kind__in=EstablishmentKind.schools())
        self.fields["ecole"].queryset = schools

    @property
    def level(self) -> Level | None:
        return Level(self.cleaned_data["niveau"]) if self.cleaned_data["niveau"] else None
