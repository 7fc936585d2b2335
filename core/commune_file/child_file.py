"""What the canteens prepare, and what families see and write of their child's file, as tables of the town's file."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from pydantic import Field, field_validator

from core.child_file import USUAL_MEAL, WEIGHED_FIELDS, Access, DossierField, MealKind, Policy
from core.commune_file.problems import Fault, fault
from core.commune_file.rows import delete_absent, save_by_code
from core.commune_file.sections import Run, Section, TownFile
from core.commune_file.values import Code, FileModel, Line, OneOf
from core.models import FieldPolicy, MealChoice

_KINDS = {"servi": MealKind.SERVED, "adapte-pai": MealKind.PAI_SPECIAL, "apporte-pai": MealKind.PAI_OWN}
KIND_WORDS = {kind: word for word, kind in _KINDS.items()}
_ACCESS = {
    "masque": Access.HIDDEN,
    "visible": Access.SHOWN,
    "modifiable": Access.EDITABLE,
    "obligatoire": Access.MANDATORY,
}
ACCESS_WORDS = {access: word for word, access in _ACCESS.items()}
FIELD_WORDS = {
    "repas": DossierField.MEAL,
    "allergies": DossierField.ALLERGIES,
    "pai": DossierField.PAI,
    "conduite": DossierField.CONDUCT,
    "medecin": DossierField.DOCTOR,
    "vaccinations": DossierField.VACCINATIONS,
    "assurance": DossierField.INSURANCE,
    "image": DossierField.IMAGE,
    "personnes": DossierField.PICKUPS,
    "natation": DossierField.SWIMMING,
    "notes": DossierField.NOTES,
    "adresse": DossierField.ADDRESS,
    "noms": DossierField.NAMES,
    "telephone": DossierField.PHONE,
    "prenom-nom": DossierField.CHILD_NAMES,
    "naissance": DossierField.BIRTH,
    "ecole": DossierField.SCHOOLING,
}


class MealTable(FileModel):
    noun: ClassVar[str] = "régime"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant du régime.")
    name: Annotated[Line, Field(max_length=80)] = Field(
        alias="nom", description="Ce que les familles choisissent, comme un menu : « Sans viande »."
    )
    kind: Annotated[str, OneOf(tuple(_KINDS))] = Field(
        "servi",
        alias="nature",
        description="Ce que la cuisine et les tarifs en savent : `servi` à tous, `adapte-pai` ou apporté par la famille "
        "(`apporte-pai`, qui n’est pas commandé).",
    )
    is_offered: bool = Field(
        True,
        alias="propose",
        description="Les familles peuvent le choisir ; sinon, seul un agent le donne.",
    )

    @field_validator("code")
    @classmethod
    def _not_usual(cls, code: str) -> str:
        if code == USUAL_MEAL:
            raise fault(f"« {USUAL_MEAL} » est le repas de tous, il ne s’écrit pas")
        return code


class FieldTable(FileModel):
    noun: ClassVar[str] = "rubrique"

    field: Annotated[str, OneOf(tuple(FIELD_WORDS))] = Field(
        alias="rubrique",
        description="Rubrique du dossier : de l’enfant, ou de sa famille (`adresse`, `noms`, `telephone`). `naissance` et "
        "`ecole` sont toujours validées par un agent.",
    )
    access: Annotated[str, OneOf(tuple(_ACCESS))] = Field(
        "modifiable", alias="acces", description="Ce que les familles peuvent en faire."
    )
    is_checked: bool = Field(
        False,
        alias="validation",
        description="Un agent valide ce que la famille écrit avant que cela compte.",
    )

    @property
    def identity(self) -> object:
        return self.field

    @property
    def title(self) -> str:
        return f"« {FIELD_WORDS[self.field].label} »"


class MealsSection(Section):
    key = "regimes"
    model = MealTable
    about = "Ce que la cantine prépare en plus du repas habituel, dans l’ordre. Un choix de repas, jamais sa raison."
    many = True
    spaces = ("regimes",)

    def load(self) -> list[MealTable]:
        return [
            MealTable.of(
                code=row.code,
                name=row.name,
                kind=KIND_WORDS[MealKind(row.kind)],
                is_offered=row.is_offered,
            )
            for row in MealChoice.objects.all()
        ]

    def write(self, wanted: list[MealTable], run: Run) -> None:  # noqa: ARG002
        ranks = {item.code: rank for rank, item in enumerate(wanted)}

        def values(item: MealTable) -> dict[str, Any]:
            return {
                "name": item.name,
                "kind": _KINDS[item.kind],
                "is_offered": item.is_offered,
                "position": ranks[item.code],
            }

        save_by_code(MealChoice.objects.all(), wanted, values)

    def prune(self, wanted: list[MealTable], run: Run) -> None:
        delete_absent(
            MealChoice.objects.all(),
            [item.code for item in wanted],
            run,
            noun="régime",
            advice="Écrivez `propose = false` : les enfants qui l’ont le gardent.",
        )


class ChildFileSection(Section):
    key = "dossier_enfant"
    model = FieldTable
    about = (
        "Les rubriques du dossier de l’enfant et de la famille que la commune traite autrement que d’habitude. Sans elles, "
        "tout est modifiable ; le repas, le PAI, l’adresse, les noms, la naissance et l’école sont validés par un agent."
    )
    many = True

    def check(self, file: TownFile) -> Iterable[Fault]:
        seen: set[str] = set()
        for rank, item in file.ranked(self.key):
            if item.field in seen:
                yield Fault((self.key, rank, "rubrique"), f"la rubrique « {item.field} » est déjà écrite")
            field, access = FIELD_WORDS[item.field], _ACCESS[item.access]
            if field in WEIGHED_FIELDS and Policy(access, item.is_checked).counts_at_once:
                yield Fault(
                    (self.key, rank, "validation"),
                    f"la rubrique « {item.field} » décide des groupes et des prix : un agent la valide toujours",
                )
            seen.add(item.field)

    def load(self) -> list[FieldTable]:
        rows = {row.field: row for row in FieldPolicy.objects.all()}
        return [
            FieldTable.of(
                field=word,
                access=ACCESS_WORDS[Access(rows[field].access)],
                is_checked=rows[field].is_checked,
            )
            for word, field in FIELD_WORDS.items()
            if field in rows
        ]

    def write(self, wanted: list[FieldTable], run: Run) -> None:  # noqa: ARG002
        for item in wanted:
            FieldPolicy.objects.update_or_create(
                field=FIELD_WORDS[item.field],
                defaults={"access": _ACCESS[item.access], "is_checked": item.is_checked},
            )

    def prune(self, wanted: list[FieldTable], run: Run) -> None:  # noqa: ARG002
        FieldPolicy.objects.exclude(field__in=[FIELD_WORDS[item.field] for item in wanted]).delete()
