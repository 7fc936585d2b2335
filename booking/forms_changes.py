"""What the pages of grouped cancellations send: which days and whose, what happens to each service, and why."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms

from booking.enums import ChangeKind
from booking.queries.changes import Scope, ServiceDays
from core.forms.days import DayField
from core.levels import Level
from core.models import Establishment
from core.queries.families import class_names
from core.words import NBSP

REASONS = (
    "Grève",
    "Enseignant absent",
    "Sortie scolaire",
    "Fermeture de l’école",
    "Manque de personnel",
    "Intempéries",
    "Travaux",
)
OTHER = "Autre motif"
LONGEST = timedelta(days=366)
KEEP = "keep"


class DaysForm(forms.Form):
    """Which days, of which establishment, for which class; everything but the days may be left empty."""

    du = DayField(label="Du")
    au = DayField(label="Au", required=False)
    etablissement = forms.ModelChoiceField(
        Establishment.objects.filter(activities__isnull=False).distinct(),
        label="Établissement",
        required=False,
        empty_label="Tous",
    )
    niveau = forms.ChoiceField(label="Niveau", required=False)
    classe = forms.ChoiceField(label="Classe", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["niveau"].choices = [("", "Tous"), *Level.choices()]
        self.fields["classe"].choices = [("", "Toutes"), *((name, name) for name in class_names())]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (start := data.get("du")) and not self.errors:
            data["au"] = end = data.get("au") or start
            if end < start:
                self.add_error("au", "La fin précède le début.")
            elif end - start > LONGEST:
                self.add_error("au", "Une annulation couvre un an au plus.")
        return data

    def scope(self, opening_ids: tuple[int, ...] = ()) -> Scope:
        data = self.cleaned_data
        return Scope(opening_ids=opening_ids, level=data["niveau"], class_name=data["classe"])


class ChangeForm(forms.Form):
    """What happens to each service of these days, and why. ``confirme``: the preview was read."""

    motif = forms.ChoiceField(
        label="Motif",
        choices=[("", "Choisir un motif"), *((reason, reason) for reason in (*REASONS, OTHER))],
    )
    precision = forms.CharField(
        label="Précision",
        required=False,
        max_length=80,
    )
    confirme = forms.BooleanField(required=False)

    def __init__(self, *args: Any, services: list[ServiceDays], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.services = services
        for service in services:
            self.fields[f"service-{service.slot.pk}"] = forms.ChoiceField(
                label=service.slot.label,
                choices=[
                    (KEEP, "Maintenu"),
                    (ChangeKind.CANCELLED, "Annulé"),
                    (ChangeKind.MEAL, "Autre repas"),
                ],
                initial=KEEP,
                widget=forms.RadioSelect,
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("motif") == OTHER and not data.get("precision"):
            self.add_error("precision", "Écrivez le motif : les familles le liront.")
        if not self.errors and not any(self.opening_ids(kind) for kind in ChangeKind):
            self.add_error(None, "Choisissez au moins un service à annuler, ou dont le repas change.")
        return data

    @property
    def reason(self) -> str:
        motif, detail = self.cleaned_data["motif"], self.cleaned_data["precision"]
        if motif == OTHER:
            return detail
        return f"{motif}{NBSP}: {detail}" if detail else motif

    def opening_ids(self, kind: ChangeKind) -> tuple[int, ...]:
        return tuple(
            pk
            for service in self.services
            if self.cleaned_data[f"service-{service.slot.pk}"] == kind
            for pk in service.opening_ids
        )

    def rows(self) -> Iterator[tuple[ServiceDays, forms.BoundField]]:
        return ((service, self[f"service-{service.slot.pk}"]) for service in self.services)
