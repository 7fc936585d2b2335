"""From the text of a file to its tables, with every problem it has, each with its line."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.module_loading import autodiscover_modules
from pydantic import ValidationError

from core.commune_file.keys import keys_at
from core.commune_file.lines import Path, line_of, locate
from core.commune_file.problems import Fault, Problem, faults_of, suggestion, written_path
from core.commune_file.sections import Section, TownFile, all_sections
from core.words import NBSP

_TOML_ERROR = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")

_SYNTAX = {
    "Cannot overwrite a value": "cette clé est déjà écrite",
    "Cannot declare": "cette table est déjà écrite",
    "Expected '=' after a key": "il manque le signe = après la clé",
    "Expected newline or end of document": "la ligne ne devrait pas continuer ici",
    "Unterminated string": "il manque le guillemet qui ferme le texte",
    "Illegal character": "caractère interdit dans ce texte, ou guillemet fermant oublié",
    "Invalid value": "cette valeur ne se comprend pas ; un texte s’écrit entre guillemets",
    "Unclosed array": "il manque le crochet qui ferme la liste",
    "Unclosed inline table": "il manque l’accolade qui ferme la table",
    "Expected ']": "il manque le crochet qui ferme le titre de la table",
    "Unescaped '\\'": "une barre oblique inverse s’écrit deux fois",
    "Invalid date or datetime": "cette date n’existe pas",
    "Invalid initial character": "une clé s’écrit en lettres, chiffres et tirets",
    "Invalid statement": "une ligne commence par une clé, un titre entre crochets ou un #",
    "Duplicate inline table key": "cette clé est déjà écrite",
}


@dataclass(frozen=True)
class Reading:
    """A file as it was read: its tables, without those that are wrong, and its problems in order."""

    file: TownFile
    problems: tuple[Problem, ...]
    lines: Mapping[Path, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    """The same problems by their place in the data, for those who have no text to show."""

    def problem(self, fault: Fault) -> Problem:
        return Problem(line_of(dict(self.lines), fault.path), written_path(fault.path), fault.message)


def load_sections() -> None:
    """Let every application register its tables."""
    autodiscover_modules("commune_file")


def read(text: str) -> Reading:
    """Read and check a town's file; all its problems at once, those between tables included."""
    load_sections()
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        return Reading(TownFile({}), (_syntax_problem(str(error), text),))
    return read_data(data, locate(text))


def read_data(data: Mapping[str, Any], lines: Mapping[Path, int] | None = None) -> Reading:
    """Check a file that is already parsed; without its `lines`, every problem stands on the first one."""
    load_sections()
    file, faults = _validated(data)
    faults += [fault for section in all_sections() for fault in section.check(file)]
    reading = Reading(file, (), lines or {})
    problems = sorted({reading.problem(fault) for fault in faults})
    return Reading(file, tuple(problems), reading.lines, tuple(faults))


def _syntax_problem(message: str, text: str) -> Problem:
    match = _TOML_ERROR.match(message)
    line = int(match["line"]) if match and match["line"] else text.count("\n") + 1
    what = match["what"] if match else message
    words = next((french for start, french in _SYNTAX.items() if what.startswith(start)), what)
    return Problem(line, "", f"syntaxe TOML{NBSP}: {words}")


def _validated(data: Mapping[str, Any]) -> tuple[TownFile, list[Fault]]:
    sections = {section.key: section for section in all_sections()}
    faults = [
        Fault((key,), f"table inconnue «{NBSP}{key}{NBSP}»{suggestion(key, sections)}")
        for key in data
        if key not in sections
    ]
    codes, duplicates = _codes(data, {space for section in sections.values() for space in section.spaces})
    faults += duplicates
    keys_of = partial(keys_at, {key: section.model for key, section in sections.items()})
    values: dict[str, Any] = {}
    ranks: dict[str, list[int]] = {}
    for key, section in sections.items():
        if key not in data:
            if section.required:
                faults.append(Fault((key,), "table obligatoire absente"))
            elif section.many and not section.kept_when_silent:
                values[key] = []
            continue
        if isinstance(data[key], list) != section.many:
            faults.append(
                Fault((key,), f"écrivez {'[[' if section.many else '['}{key}{']]' if section.many else ']'}")
            )
            continue
        items = _items(section, data[key], codes, keys_of, faults)
        if section.many:
            ranks[key] = [rank for rank, _ in items]
            values[key] = [item for _, item in items]
        elif items:
            values[key] = items[0][1]
    return TownFile(values, ranks), faults


def _items(
    section: Section,
    data: Any,
    codes: Mapping[str, set[str]],
    keys_of: Callable[[Path, str], set[str]],
    faults: list[Fault],
) -> list[tuple[int, Any]]:
    """The tables of a section that are right, with their ranks; the others become faults."""
    items = []
    for rank, item in enumerate(data if section.many else [data]):
        base: Path = (section.key, rank) if section.many else (section.key,)
        try:
            items.append((rank, section.model.model_validate(item, context=codes)))
        except ValidationError as error:
            faults.extend(faults_of(error, base, item, keys_of))
    return items


def _codes(data: Mapping[str, Any], spaces: set[str]) -> tuple[dict[str, set[str]], list[Fault]]:
    """The codes of the arrays that others refer to, and the codes that are written twice."""
    codes: dict[str, set[str]] = {space: set() for space in spaces}
    faults = []
    for path, items in _arrays(data, ()):
        space = str(path[-1])
        seen = codes.get(space, set())  # elsewhere a code is unique in its own array only
        for rank, item in enumerate(items):
            code = item.get("code")
            if not isinstance(code, str):
                continue
            if code in seen:
                faults.append(Fault((*path, rank, "code"), f"le code «{NBSP}{code}{NBSP}» est déjà pris"))
            seen.add(code)
    return codes, faults


def _arrays(data: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, list[Mapping[str, Any]]]]:
    """Every array of tables of the document, with its path."""
    for key, value in data.items():
        if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            yield (*path, key), value
            for rank, item in enumerate(value):
                yield from _arrays(item, (*path, key, rank))
        elif isinstance(value, Mapping):
            yield from _arrays(value, (*path, key))


def expanded(file: TownFile, sections: Iterable[Section], **facts: Any) -> TownFile:
    """The file with what depends on the day written out."""
    return TownFile(
        {section.key: section.expand(file, **facts) for section in sections if section.key in file.values}
    )
