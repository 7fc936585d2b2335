"""Establishments and the days that agents correct, as tables of the file."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from core.commune_file.problems import fault
from core.commune_file.rows import delete_absent, save_by_code
from core.commune_file.sections import Run, Section
from core.commune_file.values import Code, FileModel, Line, OneOf, Text, reference
from core.enums import EstablishmentKind
from core.models import CalendarDay, Establishment

Kind = Annotated[str, OneOf(tuple(EstablishmentKind.values))]

_EFFECTS = {"ferme": CalendarDay.Kind.CLOSED, "ouvert": CalendarDay.Kind.OPEN}
_EFFECT_WORDS = {kind: word for word, kind in _EFFECTS.items()}


class PlaceTable(FileModel):
    noun: ClassVar[str] = "établissement"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant de l’établissement.")
    name: Line = Field(alias="nom", description="Nom affiché aux familles.")
    kind: Kind = Field(alias="type", description="Nature de l’établissement.")
    address: Annotated[Text, Field(max_length=200)] = Field("", alias="adresse", description="Adresse.")
    phone: Annotated[Text, Field(max_length=20)] = Field("", alias="telephone", description="Téléphone.")


class DayTable(FileModel):
    noun: ClassVar[str] = "jours particuliers"

    start: date = Field(alias="du", description="Premier jour.")
    end: date = Field(alias="au", description="Dernier jour, compris.")
    effect: Literal["ferme", "ouvert"] = Field(
        alias="effet",
        description="`ferme` : rien n’ouvre ; `ouvert` : ni férié, ni vacances, ni fermeture ces jours-là.",
    )
    reason: Line = Field(alias="motif", description="Pourquoi ; les familles le lisent.")
    establishment: Annotated[str, reference("établissement", "etablissements")] | None = Field(
        None,
        alias="etablissement",
        description="Seulement dans cet établissement ; sinon, dans toute la commune.",
    )

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.end < self.start:
            raise fault("la fin précède le début", "au")
        return self

    @property
    def identity(self) -> tuple[object, ...]:
        return self.start, self.end, self.effect, self.establishment

    @property
    def handle(self) -> str:
        return "_".join(str(part or "") for part in self.identity)

    @property
    def title(self) -> str:
        return f"« {self.reason} » du {self.start:%d/%m/%Y} au {self.end:%d/%m/%Y}"


class PlacesSection(Section):
    key = "etablissements"
    model = PlaceTable
    about = "Écoles, accueils de loisirs, crèches, maisons des jeunes, dans l’ordre d’affichage."
    many = True
    spaces = ("etablissements",)

    def load(self) -> list[PlaceTable]:
        return [
            PlaceTable.of(**{name: getattr(row, name) for name in PlaceTable.model_fields})
            for row in Establishment.objects.all()
        ]

    def write(self, wanted: list[PlaceTable], run: Run) -> None:  # noqa: ARG002
        ranks = {item.code: rank for rank, item in enumerate(wanted)}

        def values(item: PlaceTable) -> dict[str, Any]:
            fields = {name: getattr(item, name) for name in PlaceTable.model_fields}
            return fields | {"position": ranks[item.code]}

        save_by_code(Establishment.objects.all(), wanted, values)

    def prune(self, wanted: list[PlaceTable], run: Run) -> None:
        delete_absent(
            Establishment.objects.all(),
            [item.code for item in wanted],
            run,
            noun="établissement",
            advice="Déplacez d’abord ce qui s’y rattache, puis appliquez de nouveau le fichier.",
        )


class DaysSection(Section):
    key = "calendrier"
    model = DayTable
    about = "Les jours que la commune ferme ou ouvre contre le calendrier officiel."
    many = True

    def load(self) -> list[DayTable]:
        return [
            DayTable.of(
                start=day.start,
                end=day.end,
                effect=_EFFECT_WORDS[CalendarDay.Kind(day.kind)],
                reason=day.label,
                establishment=day.establishment.code if day.establishment else None,
            )
            for day in CalendarDay.objects.select_related("establishment")
        ]

    def write(self, wanted: list[DayTable], run: Run) -> None:  # noqa: ARG002
        # Nothing refers to these days: they are written anew when they differ.
        if {item.identity: item.reason for item in self.load()} == {
            item.identity: item.reason for item in wanted
        }:
            return
        places = dict(Establishment.objects.values_list("code", "pk"))
        CalendarDay.objects.all().delete()
        CalendarDay.objects.bulk_create(
            CalendarDay(
                kind=_EFFECTS[item.effect],
                start=item.start,
                end=item.end,
                label=item.reason,
                establishment_id=places.get(item.establishment),
            )
            for item in wanted
        )
