"""Check, apply, export and compare a town's file."""

import tomllib
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from core.clock import now
from core.clock import today as today_in
from core.commune_file.changes import Change
from core.commune_file.differences import differences
from core.commune_file.problems import Fault
from core.commune_file.reading import Reading, expanded, load_sections, read, read_data
from core.commune_file.report import CommuneFileError, Example, Report
from core.commune_file.sections import Run, Section, TownFile, all_sections
from core.commune_file.telling import Files
from core.commune_file.town import TownTable
from core.commune_file.writing import toml_text
from core.locks import lock_ids
from core.models import AppliedFile, CommuneSettings, User
from core.queries.face import forget_face
from tenants.context import Commune, use_commune

_EXPORT_HEADING = (
    "Configuration de la commune, exportée par Portail.",
    "Les secrets des comptes de paiement, le logo et les fichiers déposés n’y sont pas : ils restent où ils sont.",
)


def check_text(text: str, name: str = "fichier") -> Report:
    """Everything that is wrong in a file, and its worked examples. Needs no database."""
    reading = read(text)
    if reading.problems:
        return Report(name=name, problems=reading.problems)
    return Report(name=name, examples=tuple(_examples(reading)))


def town_of(text: str, *, name: str = "fichier") -> TownTable:
    """The town that a file is of. Raises CommuneFileError for a file that is wrong."""
    return _checked(text, name).file.one("commune")


def hold_settings() -> None:
    """Two agents who prepare, publish or apply settings at once: the second one waits, then reads what the first one did.
    For a transaction; the town's own row is the lock."""
    lock_ids(CommuneSettings.objects.all())


def apply_text(
    commune: Commune, text: str, *, dry_run: bool = False, name: str = "fichier", by: User | None = None
) -> Report:
    """Make the town what the file says, in one transaction; people and what they booked are never touched.

    What it changed is kept with its date and `by`, the agent who applied it (none: the vendor). Returns the changes made, or that would be made. Raises CommuneFileError, and changes nothing, when the file
    is wrong, when one of its examples does not hold, or when a change would break what families booked.
    """
    reading = _checked(text, name)
    examples = tuple(_examples(reading))
    if any(example.failures for example in examples):
        raise CommuneFileError(Report(name=name, examples=examples))
    with use_commune(commune):
        run = Run(commune=commune, today=_today(reading.file))
        with transaction.atomic():
            hold_settings()
            changes = _apply(reading.file, run)
            _keep(text, changes, by)
            transaction.set_rollback(undone := dry_run or bool(run.refusals))
        if undone:
            commune.refresh_from_db()
        else:
            forget_face()
    if run.refusals:
        raise CommuneFileError(Report(name=name, refusals=tuple(run.refusals)))
    return Report(name=name, changes=tuple(changes), applied=bool(changes) and not dry_run)


def diff_text(commune: Commune, text: str, *, name: str = "fichier") -> Report:
    """What separates the town from the file. Raises CommuneFileError for a file that is wrong."""
    reading = _checked(text, name)
    with use_commune(commune):
        current = _current()
        wanted = _wanted(reading.file, current)
        return Report(name=name, changes=tuple(_differences(current, wanted)))


def export_text(commune: Commune) -> str:
    """The town's whole configuration as a file; applying it changes nothing.

    It is the file that was applied last, comments and examples included, unless the town was changed since.
    """
    with use_commune(commune):
        current = _current()
        applied = AppliedFile.objects.last()
        if applied and _says_it_all(applied.text, current):
            return applied.text
        return toml_text(current.values, heading=_EXPORT_HEADING)


def town_data(commune: Commune) -> dict[str, Any]:
    """The town's file as data: what was applied last, with what was changed since on other screens.

    What still says what the town is stays as it was written: a period that returns every year still does.
    """
    with use_commune(commune):
        current = _current()
        applied = AppliedFile.objects.last()
        written = _data(applied.text) if applied else {}
        reading = read_data(written)
        if reading.problems:  # never applied, or by an earlier release
            return _data(toml_text(current.values, heading=()))
        wanted = _wanted(reading.file, current)
        as_it_is = _data(toml_text(current.values, heading=()))
        for section in _stored():
            if section.key in as_it_is or section.key in written:
                written[section.key] = _refreshed(section, written, as_it_is, wanted, current)
        return {key: value for key, value in written.items() if value}


def _data(text: str) -> dict[str, Any]:
    return tomllib.loads(text, parse_float=Decimal)


def _refreshed(
    section: Section, written: dict[str, Any], as_it_is: dict[str, Any], wanted: TownFile, current: TownFile
) -> Any:
    """A section as it was written, with the objects that are no longer so as they are."""
    if not section.many:
        same = section.still_says(wanted.one(section.key), current.one(section.key))
        return written.get(section.key) if same else as_it_is.get(section.key)
    by_identity = {
        item.identity: (item, data)
        for item, data in zip(wanted.all(section.key), written.get(section.key, ()), strict=False)
    }
    items = []
    for item, data in zip(current.all(section.key), as_it_is.get(section.key, ()), strict=True):
        said, as_written = by_identity.get(item.identity, (None, data))
        items.append(as_written if said is not None and section.still_says(said, item) else data)
    return items


def _says_it_all(text: str, current: TownFile) -> bool:
    reading = read(text)
    if reading.problems:  # written for an earlier release
        return False
    wanted = expanded(reading.file, _stored(), today=_today(reading.file), current=current)
    silent = [
        section.key
        for section in _stored()
        if section.key not in wanted.values and not _goes_without_saying(section, current.one(section.key))
    ]
    return not silent and not _differences(current, wanted)


def _goes_without_saying(section: Section, value: Any) -> bool:
    """Nothing, or a table of which every key is what a file without it means."""
    fields = section.model.model_fields.values()
    return not value or (not any(field.is_required() for field in fields) and value == section.model())


def _checked(text: str, name: str) -> Reading:
    reading = read(text)
    if reading.problems:
        raise CommuneFileError(Report(name=name, problems=reading.problems))
    return reading


def _apply(file: TownFile, run: Run) -> list[Change]:
    current = _current()
    sections = _stored()
    wanted = _wanted(file, current)
    for section in sections:
        if section.key in wanted.values:
            section.write(wanted.values[section.key], run)
    for section in reversed(sections):
        if section.key in wanted.values:
            section.prune(wanted.values[section.key], run)
    return _differences(current, wanted) + run.changes


def _wanted(file: TownFile, current: TownFile) -> TownFile:
    """What the town will be: the file written out, and what it leaves to screens of the desk as the town has it."""
    said = expanded(file, _stored(), today=_today(file), current=current).values
    return TownFile(
        {
            section.key: section.filled(said[section.key], current.values[section.key])
            for section in _stored()
            if section.key in said
        }
    )


def _keep(text: str, changes: list[Change], by: User | None) -> None:
    last = AppliedFile.objects.last()
    if changes or last is None or last.text != text:
        AppliedFile.objects.create(
            text=text, applied_at=now(), by=by, changes=[str(change) for change in changes]
        )


def _stored() -> list[Section]:
    load_sections()
    return [section for section in all_sections() if section.stored]


def _current() -> TownFile:
    return TownFile({section.key: section.load() for section in _stored()})


def _differences(current: TownFile, wanted: TownFile) -> list[Change]:
    files = Files(current=current.values, wanted=wanted.values)
    return [
        change
        for key, value in wanted.values.items()
        for change in differences(current.values[key], value, key=key, files=files)
    ]


def _today(file: TownFile) -> date:
    return today_in(ZoneInfo(file.one("commune").timezone))


def _examples(reading: Reading) -> list[Example]:
    today = _today(reading.file)
    return [
        Example(line=reading.problem(Fault(proof.path, "")).line, title=proof.title, failures=proof.failures)
        for section in all_sections()
        for proof in section.prove(reading.file, today=today)
    ]
