"""Two files of one family: which other file, then who is who."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from core.forms.families import household_numbered
from core.models import Child, Guardian, Household
from core.queries.plain_text import plain
from core.words import NBSP, and_list

EVERYBODY = "tous"


class OtherHouseholdForm(forms.Form):
    avec = forms.CharField(label="N° de l’autre dossier", max_length=12)

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.household = household

    def clean_avec(self) -> Household:
        other = household_numbered(self.cleaned_data["avec"])
        if other == self.household:
            raise forms.ValidationError("C’est ce dossier-ci : donnez le numéro de l’autre.")
        return other


class MergeForm(forms.Form):
    """Who of the emptied file is who of the kept one: proposed by the names, an agent decides."""

    reason = forms.CharField(
        label="Pourquoi est-ce la même famille ?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Gardé dans l’historique des deux dossiers.",
    )

    def __init__(self, *args: Any, gone: Household, kept: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.children: list[Child] = list(gone.children.all())
        self.guardians: list[Guardian] = list(gone.guardians.all())
        self._add(
            "enfant", self.children, list(kept.children.all()), "Un autre enfant : il rejoint le dossier"
        )
        self._add(
            "responsable",
            self.guardians,
            list(kept.guardians.all()),
            "Une autre personne : elle rejoint le dossier",
        )
        self.payers = self._payers(list(kept.guardians.all()))
        if self.payers:
            theirs = {one.pk for one in self.guardians}
            number = {one.pk: (gone if one.pk in theirs else kept).number for one in self.payers}
            self.fields["payer"] = forms.ChoiceField(
                label="Qui paie les factures ?",
                choices=[
                    *((str(one.pk), f"{one} (dossier {number[one.pk]})") for one in self.payers),
                    (EVERYBODY, "Toutes ces personnes"),
                ],
                widget=forms.RadioSelect,
                error_messages={
                    "required": f"Dites qui paie les factures{NBSP}: {and_list([str(one) for one in self.payers])}."
                },
            )
        self.order_fields([name for name in self.fields if name not in {"payer", "reason"}] + ["payer"])

    def _add(
        self, prefix: str, people: Sequence[Child | Guardian], others: Sequence[Child | Guardian], apart: str
    ) -> None:
        for person in people:
            same = next((other.pk for other in others if _are_alike(person, other)), "")
            self.fields[f"{prefix}_{person.pk}"] = forms.TypedChoiceField(
                label=f"{person} est, dans le dossier gardé",
                choices=[("", apart), *((other.pk, str(other)) for other in others)],
                coerce=int,
                empty_value=None,
                required=False,
                initial=same,
            )

    def _payers(self, kept: Sequence[Guardian]) -> list[Guardian]:
        """Those who would pay once the files are one, by what is said of who is who, when it makes one more than the kept
        file has; else nobody: nothing is to be asked."""
        same = {str(one.pk): one for one in kept}
        paying = {one.pk: one for one in kept if one.is_payer}
        joins = False
        for one in self.guardians:
            if one.is_payer:
                payer = same.get(str(self[f"responsable_{one.pk}"].value() or ""), one)
                joins |= payer.pk not in paying
                paying[payer.pk] = payer
        return list(paying.values()) if joins and len(paying) > 1 else []

    @property
    def payer(self) -> int | None:
        """The key of the one who pays alone; None when it was not to be asked, or when all of them do."""
        chosen = self.cleaned_data.get("payer", EVERYBODY)
        return None if chosen == EVERYBODY else int(chosen)

    def pairs(self, prefix: str) -> Mapping[int, int]:
        """``prefix``: « enfant » or « responsable »."""
        return {
            int(name.removeprefix(f"{prefix}_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith(f"{prefix}_") and value
        }

    def clean(self) -> dict[str, Any]:
        for prefix in ("enfant", "responsable"):
            chosen = list(self.pairs(prefix).values())
            if len(set(chosen)) < len(chosen):
                raise forms.ValidationError("Deux personnes ne peuvent pas en être une seule.")
        return self.cleaned_data


def _are_alike(one: Child | Guardian, other: Child | Guardian) -> bool:
    if isinstance(one, Child) and isinstance(other, Child):
        return one.birth_date == other.birth_date and plain(one.first_name) == plain(other.first_name)
    if isinstance(one, Guardian) and isinstance(other, Guardian):
        return plain(str(one)) == plain(str(other)) or bool(
            one.email and one.email.lower() == other.email.lower()
        )
    return False
