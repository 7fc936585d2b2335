"""What the desk's pages of demands send."""

from typing import Any

from django import forms

from booking.enums import OfficePrice
from core.models import Child
from core.queries.reach import reached_children
from core.rights import Reach

CANNED_REASONS = (
    "Aucune place disponible ce jour-là.",
    "Le dossier d’inscription n’est pas complet.",
    "Le délai de réservation est dépassé.",
    "L’enfant ne remplit pas les conditions de cet accueil.",
    "L’accueil sera fermé ce jour-là.",
)


class NumbersField(forms.Field):
    """Identifiers ticked one by one; what is not a number is not one of ours."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> list[int]:
        return [int(one) for one in value or () if one.isdecimal() and len(one) < 10]


class DecisionForm(forms.Form):
    """``decision``: « accepter » or « refuser », followed by « -12 » when the button of line 12 was pressed.

    Without it, what is ticked: lines (``lignes``) or whole demands (``demandes``).
    """

    lignes = NumbersField(required=False)
    demandes = NumbersField(required=False)
    decision = forms.RegexField(r"^(accepter|refuser)(-\d{1,9})?$")
    motif = forms.ChoiceField(
        label="Motif du refus",
        required=False,
        choices=[("", "Choisir un motif"), *((reason, reason) for reason in CANNED_REASONS)],
    )
    precision = forms.CharField(
        label="Précision, ou autre motif",
        required=False,
        max_length=100,
        help_text="La famille lira le motif et la précision dans son courriel.",
    )
    apercu = forms.BooleanField(required=False)
    # « Toutes les demandes de la liste »: ``retour`` is the address of the list, to find them again and to go back to it.
    toutes = forms.BooleanField(required=False)
    retour = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    origine = forms.RegexField(r"^(demande|jour)-\d{1,9}$", required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        waits = data.get("apercu") or data.get("decision", "").startswith("accepter")
        if not waits and not data.get("motif") and not data.get("precision"):
            self.add_error("motif", "Choisissez un motif, ou écrivez-en un : la famille le lira.")
        return data

    @property
    def accepts(self) -> bool:
        return self.cleaned_data["decision"].startswith("accepter")

    @property
    def reason(self) -> str:
        return " ".join(filter(None, (self.cleaned_data["motif"], self.cleaned_data["precision"])))

    @property
    def origin(self) -> str:
        return self.cleaned_data.get("origine", "")

    def chosen_lines(self) -> dict[str, Any]:
        """A filter on the waiting lines."""
        _, _, alone = self.cleaned_data.get("decision", "").partition("-")
        if alone:
            return {"pk": int(alone)}
        if self.cleaned_data["demandes"]:
            return {"reservation__in": self.cleaned_data["demandes"]}
        return {"pk__in": self.cleaned_data["lignes"]}


class WaitingForm(forms.Form):
    """What an agent does with one child of a waiting list."""

    OFFER, MOVE, REMOVE = "proposer", "deplacer", "retirer"
    geste = forms.ChoiceField(choices=[(act, act) for act in (OFFER, MOVE, REMOVE)])
    position = forms.IntegerField(min_value=1, max_value=9999, required=False)
    motif = forms.CharField(max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("geste") == self.MOVE and not data.get("position"):
            self.add_error("position", "Indiquez le nouveau numéro sur la liste.")
        return data


class EnlistForm(forms.Form):
    """A child that an agent puts on a waiting list, and why."""

    enfant = forms.ModelChoiceField(
        Child.objects.none(), error_messages={"required": "Choisissez un enfant."}
    )
    prix = forms.ChoiceField(
        label="Prix de la place, si elle lui est proposée",
        choices=OfficePrice.choices,
        initial=OfficePrice.NORMAL,
        widget=forms.RadioSelect,
    )
    motif = forms.CharField(label="Motif", max_length=200)

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enfant"].queryset = Child.objects.filter(reached_children(reach)).select_related(  # type: ignore[attr-defined]
            "household"
        )


class CapacityForm(forms.Form):
    places = forms.IntegerField(
        label="Nombre de places ce jour-là",
        required=False,
        min_value=0,
        max_value=9999,
        help_text="Vide : pas de limite.",
    )
