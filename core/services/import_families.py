"""Families and their children: one line a child, the family repeated on each; or a line without a child.

A blank cell never erases anything. A family is taken entirely or not at all: a line to correct holds its others back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models

from core.bulk import insert_rows
from core.imports.base import ImportKind, Line, Plan, Progress, Trace, UndoRefusedError
from core.imports.family_fields import FIELDS
from core.imports.fields import Field, level_of_class
from core.models import Child, Establishment, Guardian, Household, User
from core.queries.families import next_number
from core.queries.import_matches import full_name, load_town, person
from core.queries.import_schools import Schools
from core.queries.plain_text import plain
from core.rights import Right
from core.services.import_trace import changed, made, save_changed, take_back
from core.words import NBSP

HOUSEHOLD_COLUMNS = ("name", "address", "postcode", "city", "is_resident")
GUARDIAN_COLUMNS = ("email", "phone")
CHILD_COLUMNS = ("level", "class_name")
CHUNK = 500


class FamilyImport(ImportKind):
    code: ClassVar[str] = "familles"
    label: ClassVar[str] = "Familles et enfants"
    help: ClassVar[str] = (
        "Une ligne par enfant, la famille répétée sur chacune. Un dossier connu (par son numéro, l’adresse mail d’un "
        "responsable ou un enfant) est complété, jamais vidé."
    )
    right: ClassVar[Right] = Right.FAMILY
    fields: ClassVar[Sequence[Field]] = FIELDS

    def plan(self, lines: Sequence[Line], *, today: date) -> Plan:
        return _FamilyPlan(lines, today=today)

    def undo(self, traces: Sequence[Trace], *, import_id: int, by: User, now: datetime) -> None:  # noqa: ARG002
        guardians = [key for label, key, before, _ in traces if label == "core.guardian" and before is None]
        known = Guardian.objects.filter(pk__in=guardians, user__isnull=False)
        if names := sorted(str(one) for one in known[:5]):
            raise UndoRefusedError([f"{', '.join(names)}{NBSP}: le compte est déjà ouvert."])
        take_back(traces)


@dataclass(kw_only=True)
class _Family:
    """Lines of one household. ``fresh``: what will be inserted, in the order of the lines that ask for it."""

    lines: list[Line]
    household: Household
    is_new: bool
    before: dict[str, Any] = field(default_factory=dict)
    guardians: list[tuple[Line, Guardian, dict[str, Any] | None]] = field(default_factory=list)
    children: list[tuple[Line, Child, dict[str, Any] | None]] = field(default_factory=list)


class _FamilyPlan(Plan):
    def __init__(self, lines: Sequence[Line], *, today: date) -> None:
        super().__init__(lines)
        self.today, self.town, self.schools = today, load_town(), Schools()
        self.families = [self._family(group) for group in _grouped(self.lines)]
        self._hold_back()

    def write(self, *, import_id: int, by: User, now: datetime, progress: Progress) -> None:  # noqa: ARG002
        kept = [one for one in self.families if not one.lines[0].errors]
        self._number(kept)
        for start in range(0, len(kept), CHUNK):
            _write(kept[start : start + CHUNK], now=now)
            progress(sum(len(one.lines) for one in kept[: start + CHUNK]))

    def _family(self, lines: list[Line]) -> _Family:
        found = self._known(lines)
        if isinstance(found, str):
            lines[0].errors.append(found)
            found = None
        household = found or Household()
        family = _Family(lines=lines, household=household, is_new=found is None)
        self._fill_household(family)
        for line in lines:
            self._fill_guardians(family, line)
            self._fill_child(family, line)
            child = " ".join(filter(None, (line.values.get("first"), line.values.get("last"))))
            line.title = " – ".join(filter(None, (child, str(household) if found else household.name)))
            line.is_new = line.is_new or family.is_new
        return family

    def _known(self, lines: list[Line]) -> Household | str | None:
        """The household of these lines, None for a new one, or the sentence that says why it is not clear."""
        addresses = {
            line.values[key] for line in lines for key in ("g1_email", "g2_email") if key in line.values
        }
        found = {pk for address in addresses for pk in self.town.by_email.get(address, ())}
        if number := lines[0].values.get("number"):
            known = self.town.by_number.get(plain(number))
            if others := sorted(
                self.town.households[pk].number for pk in found if not known or pk != known.pk
            ):
                lines[0].warnings.append(f"L’adresse mail est déjà au dossier {', '.join(others)}.")
            return known
        if not found:
            found = {child.household_id for line in lines for child in self._same_children(line)}
        if len(found) > 1:
            numbers = ", ".join(sorted(self.town.households[pk].number for pk in found))
            return f"Plusieurs dossiers ressemblent à celui-ci ({numbers}){NBSP}: indiquez le n° de dossier."
        return self.town.households[found.pop()] if found else None

    def _same_children(self, line: Line) -> list[Child]:
        values = line.values
        if not {"last", "first", "born"} <= values.keys():
            return []
        return self.town.by_person.get(person(values["last"], values["first"], values["born"]), [])

    def _fill_household(self, family: _Family) -> None:
        line, household = family.lines[0], family.household
        values = {
            key: one.values[key]
            for one in reversed(family.lines)
            for key in HOUSEHOLD_COLUMNS
            if key in one.values
        }
        if family.is_new:
            if not ("g1_last" in line.values and "g1_first" in line.values):
                line.errors.append(
                    "Ce dossier est nouveau\u00a0: il faut le nom et le prénom d’un responsable."
                )
            values.setdefault("name", line.values.get("g1_last", ""))
            household.number = line.values.get("number", "")
        family.before = put(household, values, line, is_new=family.is_new)
        for other in family.lines[1:]:
            if any(other.values.get(key, value) != value for key, value in values.items()):
                other.warnings.append(
                    f"La famille n’est pas écrite comme à la ligne {line.number}, qui passe d’abord."
                )

    def _fill_guardians(self, family: _Family, line: Line) -> None:
        for rank in (1, 2):
            last, first = (line.values.get(f"g{rank}_{key}") for key in ("last", "first"))
            if last is None and first is None:
                continue
            if last is None or first is None:
                line.errors.append(f"Responsable {rank}{NBSP}: il faut le nom et le prénom.")
                continue
            values = {
                key: line.values[f"g{rank}_{key}"]
                for key in GUARDIAN_COLUMNS
                if f"g{rank}_{key}" in line.values
            }
            guardian = self._guardian(family, full_name(last, first))
            if guardian is None:
                is_first = not family.guardians and not self.town.guardians.get(family.household.pk or 0)
                guardian = Guardian(last_name=last, first_name=first, is_payer=is_first)
                put(guardian, values, line, is_new=True)
                line.is_new = True
                family.guardians.append((line, guardian, None))
            else:
                self._change_guardian(family, line, guardian, values)

    def _change_guardian(
        self, family: _Family, line: Line, guardian: Guardian, values: Mapping[str, Any]
    ) -> None:
        """Each line of a family repeats its guardians: what several of them change is one change."""
        before = put(guardian, values, line, is_new=guardian.pk is None)
        told = next((row[2] for row in family.guardians if row[1] is guardian), None)
        if told is not None:
            told |= before | told
        elif before and guardian.pk is not None:
            family.guardians.append((line, guardian, before))

    def _guardian(self, family: _Family, name: str) -> Guardian | None:
        people = [guardian for _, guardian, _ in family.guardians]
        if family.household.pk:
            people += self.town.guardians.get(family.household.pk, [])
        return next((one for one in people if full_name(one.last_name, one.first_name) == name), None)

    def _fill_child(self, family: _Family, line: Line) -> None:
        named = [key for key in ("last", "first", "born") if key in line.values]
        if not named:
            return
        if len(named) < 3:
            line.errors.append("Enfant\u00a0: il faut le nom, le prénom et la date de naissance.")
            return
        if line.values["born"] > self.today:
            line.errors.append("Enfant\u00a0: la date de naissance est à venir.")
        values = schooling(line)
        if school := self._school(line):
            values["school"] = school
        same = self._same_children(line)
        own = next((one for one in same if one.household_id == family.household.pk), None)
        if own is None and same:
            where = self.town.households[same[0].household_id].number
            line.errors.append(
                f"{same[0]} est déjà dans le dossier {where}{NBSP}: indiquez ce numéro, ou réglez une garde alternée."
            )
        elif any(_is_same(child, line) for _, child, before in family.children if before is None):
            line.errors.append("Cet enfant est déjà dans le fichier, à une autre ligne.")
        elif own:
            before = put(own, values, line, is_new=False)
            if before:
                family.children.append((line, own, before))
        else:
            child = Child(
                last_name=line.values["last"], first_name=line.values["first"], birth_date=line.values["born"]
            )
            put(child, values, line, is_new=True)
            line.is_new = True
            family.children.append((line, child, None))

    def _school(self, line: Line) -> Establishment | None:
        if "school" not in line.values:
            return None
        found = self.schools.named(line.values["school"])
        if isinstance(found, str):
            line.errors.append(found)
            return None
        return found

    def _hold_back(self) -> None:
        for family in self.families:
            wrong = [line.number for line in family.lines if line.errors]
            for line in family.lines:
                if wrong and not line.errors:
                    line.errors.append(f"La ligne {wrong[0]} de la même famille est à corriger d’abord.")

    def _number(self, families: Sequence[_Family]) -> None:
        """Numbers after the last one of the town for the files that bring none."""
        following = int(next_number()[1:])
        for family in families:
            if family.is_new and not family.household.number:
                while plain(f"F{following:05d}") in self.town.by_number:
                    following += 1
                family.household.number = f"F{following:05d}"
                following += 1


def schooling(line: Line) -> dict[str, Any]:
    """The level and the class of a line. A file with one column for both names its classes « CP » or « CE2 B »."""
    said = {key: line.values[key] for key in CHILD_COLUMNS if key in line.values}
    if "level" not in said and (found := level_of_class(said.get("class_name", ""))):
        said["level"] = found
    return said


def _grouped(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines of one family together: by number, else by the address of the first guardian, else by name and street."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        values = line.values
        if "number" in values:
            key = ("number", plain(values["number"]))
        elif "g1_email" in values:
            key = ("email", values["g1_email"])
        elif "g1_last" in values:
            name = full_name(values["g1_last"], values.get("g1_first", ""))
            key = ("name", f"{name} {plain(values.get('address', ''))}")
        else:
            key = ("line", str(line.number))
        groups.setdefault(key, []).append(line)
    return list(groups.values())


def _is_same(child: Child, line: Line) -> bool:
    asked = person(line.values["last"], line.values["first"], line.values["born"])
    return person(child.last_name, child.first_name, child.birth_date) == asked


def put(
    one: Household | Guardian | Child, values: Mapping[str, Any], line: Line, *, is_new: bool
) -> dict[str, Any]:
    """Put the values that differ on a row, tell the line unless the row is new, return what they were by column."""
    before = {}
    for name, value in values.items():
        current, column = getattr(one, name), _column(one, name)
        if current == value:
            continue
        before[column.attname] = getattr(one, column.attname)
        setattr(one, name, value)
        if not is_new:
            label = str(column.verbose_name).capitalize()
            who = f" ({one})" if isinstance(one, Guardian) else ""
            line.changes.append((f"{label}{who}", _shown(current), _shown(value)))
    return before


def _column(one: Household | Guardian | Child, name: str) -> "models.Field[Any, Any]":
    return next(column for column in one._meta.concrete_fields if column.name == name)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "" if value is None else str(value)


def _write(families: Sequence[_Family], *, now: datetime) -> None:
    new = [one for one in families if one.is_new]
    for one in new:
        one.household.created_at = now
    insert_rows([one.household for one in new])
    for family in families:
        for _, guardian, _ in family.guardians:
            guardian.household = family.household
        for _, child, _ in family.children:
            child.household = family.household
    guardians = [row for family in families for row in family.guardians]
    children = [row for family in families for row in family.children]
    insert_rows([one for _, one, before in guardians if before is None])
    insert_rows([one for _, one, before in children if before is None])
    for rows in (guardians, children):
        _save([(one, before) for _, one, before in rows if before is not None])
    _save([(one.household, one.before) for one in families if not one.is_new and one.before])
    for family in families:
        _leave_traces(family)


def _save(rows: Sequence[tuple[Household | Guardian | Child, dict[str, Any]]]) -> None:
    save_changed([one for one, _ in rows], {one.pk: before for one, before in rows})


def _leave_traces(family: _Family) -> None:
    line = family.lines[0]
    if family.is_new:
        line.trace.append(made(family.household))
    elif family.before:
        line.trace.append(changed(family.household, family.before))
    for line, one, before in (*family.guardians, *family.children):
        line.trace.append(made(one) if before is None else changed(one, before))
