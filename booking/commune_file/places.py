"""How a town's file writes who the places are for: groups by age or level, adults present, priorities."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, TypeVar

from pydantic import Field, model_validator

from booking.commune_file.values import Levels
from booking.enums import PriorityCriterion
from booking.models import Period, Slot, SlotGroup
from booking.rules.eligibility import AgeRange
from booking.services.capacity import set_staffing
from booking.services.groups import resize_group
from booking.services.openings import OpeningsInUseError
from booking.services.priorities import set_priorities
from core.commune_file.problems import fault
from core.commune_file.rows import delete_absent, save_by_code
from core.commune_file.sections import Run
from core.commune_file.values import Code, FileModel, Line
from core.levels import Level


class GroupTable(FileModel):
    noun: ClassVar[str] = "groupe"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant du groupe, unique dans l’accueil.")
    name: Line = Field(
        alias="libelle", max_length=80, description="Ce que lisent les familles : « Moins de 6 ans »."
    )
    levels: Levels = Field(
        frozenset(), alias="niveaux", description="Classes ou écoles du groupe ; vide : toutes."
    )
    ages: AgeRange | None = Field(
        None,
        alias="ages",
        description="Âges, le jour même : `{ min = 3, max = 5 }`, en `ans` ou en `mois` (`unit`).",
    )
    capacity: int | None = Field(
        None, alias="places", ge=0, description="Places du groupe par jour ; sans cette clé, pas de limite."
    )

    @model_validator(mode="after")
    def _says_who(self) -> Self:
        if not self.levels and self.ages is None:
            raise fault("dites qui est de ce groupe : niveaux, ages, ou les deux")
        return self


class StaffingTable(FileModel):
    noun: ClassVar[str] = "encadrement"

    adults: int = Field(
        alias="adultes", ge=0, le=999, description="Adultes présents ; 0 : l’encadrement n’est plus suivi."
    )
    under_six: int = Field(
        10, alias="moins_de_six", ge=1, le=99, description="Enfants de moins de 6 ans par adulte."
    )
    six_and_over: int = Field(
        14, alias="six_et_plus", ge=1, le=99, description="Enfants de 6 ans et plus par adulte."
    )

    @property
    def is_set(self) -> bool:
        return self.adults > 0


class PrioritiesTable(FileModel):
    """One key a criterion; a criterion without points does not count."""

    noun: ClassVar[str] = "priorités"

    resident: int | None = Field(None, alias="habitants", ge=1, le=1000, description="Habite la commune.")
    works_here: int | None = Field(
        None, alias="travaille_ici", ge=1, le=1000, description="Un parent travaille dans la commune."
    )
    sibling: int | None = Field(
        None, alias="fratrie", ge=1, le=1000, description="Frère ou sœur déjà accepté dans l’activité."
    )
    attended: int | None = Field(
        None, alias="deja_venu", ge=1, le=1000, description="A déjà fréquenté l’activité."
    )
    both_work: int | None = Field(
        None, alias="deux_parents_travaillent", ge=1, le=1000, description="Les deux parents travaillent."
    )
    lone_parent: int | None = Field(None, alias="parent_seul", ge=1, le=1000, description="Parent seul.")
    other: int | None = Field(
        None, alias="autre", ge=1, le=1000, description="Situation reconnue par le service."
    )

    @property
    def is_set(self) -> bool:
        return bool(self.points)

    @property
    def points(self) -> dict[PriorityCriterion, int]:
        return {one: points for one in PriorityCriterion if (points := getattr(self, one.value))}


def group_tables(slot: Slot) -> list[GroupTable]:
    return [
        GroupTable.of(
            code=row.code,
            name=row.label,
            levels=row.levels,
            ages=AgeRange.model_validate(row.ages) if row.ages else None,
            capacity=row.capacity,
        )
        for row in slot.groups.all()
    ]


def staffing_table(slot: Slot) -> StaffingTable | None:
    row = getattr(slot, "staffing", None)
    if row is None:
        return None
    return StaffingTable.of(adults=row.adults, under_six=row.under_six, six_and_over=row.six_and_over)


def priorities_table(period: Period) -> PrioritiesTable | None:
    points = {rule.criterion: rule.points for rule in period.priority_rules.all()}
    return PrioritiesTable.of(**points) if points else None


def write_groups(slot: Slot, items: list[GroupTable], run: Run) -> None:
    """Save the groups of a slot and give their days its places; ``share_places`` counts the children afterwards."""
    before = dict(slot.groups.values_list("code", "capacity"))
    ranks = {item.code: rank for rank, item in enumerate(items)}

    def values(item: GroupTable) -> Mapping[str, Any]:
        return {
            "label": item.name,
            "levels": [level.value for level in Level if level in item.levels],
            "ages": item.ages.model_dump(mode="json", exclude_unset=True) if item.ages else None,
            "capacity": item.capacity,
            "position": ranks[item.code],
        }

    rows: dict[str, SlotGroup] = save_by_code(slot.groups.all(), items, values, slot=slot)
    for code, group in rows.items():
        if code in before and before[code] != group.capacity:
            try:
                resize_group(group=group, before=before[code])
            except OpeningsInUseError as error:
                run.refuse(error.message)


def prune_groups(slot: Slot, items: list[GroupTable], run: Run) -> None:
    delete_absent(slot.groups.all(), [item.code for item in items], run, noun="groupe")


def write_staffing(slot: Slot, item: StaffingTable | None) -> None:
    wanted = item or StaffingTable.of(adults=1)
    set_staffing(
        slot=slot,
        adults=wanted.adults if item else 0,
        under_six=wanted.under_six,
        six_and_over=wanted.six_and_over,
    )


def write_priorities(period: Period, item: PrioritiesTable | None) -> None:
    points = item.points if item else {}
    if points != dict(period.priority_rules.values_list("criterion", "points")):
        set_priorities(period=period, points=points)


Shared = TypeVar("Shared", StaffingTable, PrioritiesTable)


def filled(said: Shared | None, found: Shared | None) -> Shared | None:
    """What screens of the desk set as well: a file that says nothing of it leaves it, an empty table takes it away."""
    if said is None:
        return found
    return said if said.is_set else None
