"""The roll of a school: the class of children who already have a file. It makes nobody, and forgets nobody."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from core.imports import fields
from core.imports.base import ImportKind, Line, Plan, Progress, Trace
from core.imports.fields import Field
from core.models import Child, Establishment, User
from core.queries.import_matches import load_town, person
from core.queries.import_schools import Schools
from core.rights import Right
from core.services.import_families import put, schooling
from core.services.import_trace import changed, save_changed, take_back
from core.words import NBSP, plural

CHUNK = 500
_NAMED = 8  # children named in a note

FIELDS = (
    Field(key="last", label="Nom de l’élève", read=fields.text(80), names=("nom élève", "nom", "nom enfant", "nom de famille"), required=True, example="Lavandier"),
    Field(key="first", label="Prénom de l’élève", read=fields.text(80), names=("prénom élève", "prénom", "prénom enfant"), required=True, example="Jade"),
    Field(key="born", label="Né(e) le", read=fields.past_day, names=("date de naissance", "date naissance", "naissance"), required=True, example="04/05/2017"),
    Field(key="school", label="École", read=fields.text(120), names=("établissement", "école de l’élève", "nom école", "libellé école"), example="École Henri Serment"),
    Field(key="level", label="Niveau", read=fields.level, names=("niveau scolaire", "code niveau"), example="CE2"),
    Field(key="class_name", label="Classe", read=fields.text(60), names=("libellé classe", "division", "nom classe"), example="CE2 A"),
)  # fmt: skip


class RollImport(ImportKind):
    code: ClassVar[str] = "ecole"
    label: ClassVar[str] = "Liste d’école (classes et niveaux)"
    help: ClassVar[str] = (
        "L’école, le niveau et la classe des enfants qui ont un dossier, retrouvés par leur nom et leur date de "
        "naissance. Convient à l’extraction d’ONDE."
    )
    right: ClassVar[Right] = Right.FAMILY
    fields: ClassVar[Sequence[Field]] = FIELDS

    def plan(self, lines: Sequence[Line], *, today: date) -> Plan:  # noqa: ARG002
        return _RollPlan(lines)

    def undo(self, traces: Sequence[Trace], *, import_id: int, by: User, now: datetime) -> None:  # noqa: ARG002
        take_back(traces)


class _RollPlan(Plan):
    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__(lines)
        self.town, self.schools = load_town(), Schools()
        self.by_birth: dict[date, list[Child]] = defaultdict(list)
        for (_, _, born), children in self.town.by_person.items():
            self.by_birth[born].extend(children)
        self.pupils: list[tuple[Line, Child, dict[str, Any]]] = []
        self.seen: set[int] = set()
        for line in self.lines:
            self._fill(line)
        self.notes.extend(self._forgotten())

    def write(self, *, import_id: int, by: User, now: datetime, progress: Progress) -> None:  # noqa: ARG002
        rows = [row for row in self.pupils if row[2] and not row[0].errors]
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            save_changed([child for _, child, _ in chunk], {child.pk: before for _, child, before in chunk})
            progress(start + len(chunk))
        for line, child, before in rows:
            line.trace.append(changed(child, before))

    def _fill(self, line: Line) -> None:
        line.title = " ".join(line.values[key] for key in ("first", "last") if key in line.values)
        if not {"last", "first", "born"} <= line.values.keys():
            return
        same = self.town.by_person.get(
            person(line.values["last"], line.values["first"], line.values["born"]), []
        )
        if len(same) != 1:
            line.errors.append(self._unknown(line, same))
            return
        (child,) = same
        if child.pk in self.seen:
            line.errors.append("Cet enfant est déjà dans le fichier, à une autre ligne.")
            return
        self.seen.add(child.pk)
        values: dict[str, Any] = schooling(line)
        if "school" in line.values:
            school = self.schools.named(line.values["school"])
            if isinstance(school, str):
                line.errors.append(school)
                return
            values["school"] = school
        self.pupils.append((line, child, put(child, values, line, is_new=False)))

    def _unknown(self, line: Line, same: Sequence[Child]) -> str:
        if same:
            numbers = ", ".join(self.town.households[child.household_id].number for child in same)
            return f"Cet enfant est dans plusieurs dossiers ({numbers}){NBSP}: réunissez-les d’abord."
        close = self._close(line)
        if not close:
            return "Aucun dossier n’a cet enfant\u00a0: créez sa famille d’abord."
        words = ", ".join(
            f"{child} né(e) le {child.birth_date:%d/%m/%Y} ({self.town.households[child.household_id].number})"
            for child in close[:3]
        )
        return f"Aucun enfant de ce nom n’est né ce jour-là. Est-ce {words}{NBSP}?"

    def _close(self, line: Line) -> list[Child]:
        """Children of the same name born another day, or of the same last or first name born that day."""
        last, first, born = person(line.values["last"], line.values["first"], line.values["born"])
        named = [
            child
            for key, children in self.town.by_person.items()
            if key[:2] == (last, first)
            for child in children
        ]
        born_then = [
            child
            for child in self.by_birth.get(born, ())
            if {last, first} & set(person(child.last_name, child.first_name, born)[:2])
        ]
        return named or born_then

    def _forgotten(self) -> Iterator[str]:
        """Pupils of the schools of the file who are not in it."""
        schools = {child.school for _, child, _ in self.pupils if child.school}
        for school in sorted(schools, key=lambda one: one.name):
            missing = sorted(str(child) for child in self._pupils_of(school) if child.pk not in self.seen)
            if missing:
                more = "…" if len(missing) > _NAMED else ""
                count = plural(len(missing), "élève du portail n’est pas", "élèves du portail ne sont pas")
                yield f"{school}{NBSP}: {count} dans le fichier ({', '.join(missing[:_NAMED])}{more})."

    def _pupils_of(self, school: Establishment) -> Iterator[Child]:
        for children in self.town.children.values():
            yield from (child for child in children if child.school_id == school.pk)
