"""What is wrong in a town's file, in French sentences with the line where it stands."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from core.commune_file.lines import Path
from core.words import NBSP, and_list


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    line: int
    where: str
    message: str

    def sentence(self, name: str) -> str:
        """« bellegarde.toml:42 : periodes[2].fin : la fin précède le début »."""
        parts = [f"{name}:{self.line}", self.where, self.message]
        return typographic(" : ".join(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem whose line is still to be found."""

    path: Path
    message: str


def fault(message: str, *at: str | int) -> PydanticCustomError:
    """What a model's own check raises; `at` is the key concerned, from the model that raises."""
    return PydanticCustomError("commune_file", "{message}", {"message": message, "at": at})


def typographic(text: str) -> str:
    """French double punctuation and quotes hold to their words."""
    return re.sub(r" (?=[:;!?»])|(?<=«) ", NBSP, text)


def suggestion(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown word: the nearest known one, or all of them when they are few."""
    names = sorted(known)
    near = get_close_matches(word, names, n=1)
    if near:
        return f"{NBSP}; vouliez-vous dire «{NBSP}{near[0]}{NBSP}»{NBSP}?"
    if 0 < len(names) <= 8:
        return f"{NBSP}; {'seul choix' if len(names) == 1 else 'choix possibles'}{NBSP}: {and_list(names, word='ou')}"
    return ""


def written_path(path: Path) -> str:
    """« activites[2].periodes[1].fin »: items are counted from 1, as people count."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def faults_of(
    error: ValidationError, base: Path, data: Any, keys_of: Callable[[Path, str], set[str]]
) -> list[Fault]:
    """The faults of one validated value, `data`, that stands at `base`.

    `keys_of` gives the keys that a table may hold, from its path without ranks and the type of rule it is.
    """
    faults = []
    for detail in error.errors(include_url=False):
        path = _path_in(data, detail["loc"])
        path += tuple(detail.get("ctx", {}).get("at", ()))
        if detail["type"] == "extra_forbidden":
            keys = keys_of(_shape(base + path[:-1]), _type_at(data, path[:-1]))
            message = _unknown_key(str(path[-1]), keys)
        else:
            message = french(detail)
        faults.append(Fault(base + path, message))
    return faults


def _shape(path: Path) -> Path:
    """A path without the ranks of its items."""
    return tuple(part for part in path if isinstance(part, str))


def _type_at(data: Any, path: Path) -> str:
    """The `type` of the rule that stands at a path of the file; empty elsewhere."""
    for part in path:
        data = data[part]
    return str(data.get("type", ""))


def _path_in(data: Any, loc: tuple[int | str, ...]) -> Path:
    """The path in the file. Pydantic also names the branch of a union: it is no key, and is left out."""
    path: Path = ()
    for rank, part in enumerate(loc):
        if isinstance(data, Mapping):
            if part not in data and rank < len(loc) - 1:
                continue
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            break
        path = (*path, part)
    return path


def _unknown_key(key: str, known: set[str]) -> str:
    return f"clé inconnue «{NBSP}{key}{NBSP}»{suggestion(key, known)}"


def french(detail: ErrorDetails) -> str:
    """A pydantic error as a French sentence."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in {"commune_file", "regle", "tarif"}:
        return _lower_first(str(context["message"]))
    if kind in _SENTENCES:
        return _SENTENCES[kind].format(
            **{name: _shown(value) for name, value in context.items()}, given=_given(detail)
        )
    # A kind that no table lists yet is still told, in pydantic's own words.
    return detail["msg"]


def _given(detail: ErrorDetails) -> str:
    value = detail.get("input")
    return f"«{NBSP}{value}{NBSP}»" if isinstance(value, str | int | float) else "cette valeur"


def _shown(value: object) -> str:
    """Pydantic lists choices in English: « 'a', 'b' or 'c' »."""
    return str(value).replace("'", "").replace(" or ", " ou ")


def _lower_first(text: str) -> str:
    """A sentence goes on after a colon, unless it begins with a capital word or an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


_SENTENCES = {
    "missing": "clé obligatoire absente",
    "string_type": "un texte entre guillemets est attendu",
    "string_too_short": "ce texte est vide ou trop court",
    "string_too_long": f"ce texte dépasse {{max_length}} caractères",  # noqa: F541 - formatted later
    "string_pattern_mismatch": "{given} n’a pas la forme attendue",
    "bool_type": "true ou false est attendu",
    "int_type": "un nombre entier est attendu",
    "int_parsing": "un nombre entier est attendu",
    "float_type": "un nombre est attendu",
    "decimal_type": "un nombre est attendu, par exemple 3.30",
    "is_instance_of": "un nombre est attendu, par exemple 3.30",
    "decimal_max_places": "pas plus de {decimal_places} chiffres après la virgule",
    "date_type": "une date est attendue, par exemple 2023-07-07",
    "datetime_type": "une date avec heure est attendue, par exemple 2023-02-26T23:55",
    "time_type": 'une heure est attendue, par exemple "23:55"',
    "list_type": "une liste entre crochets est attendue",
    "tuple_type": "une liste entre crochets est attendue",
    "dict_type": "une table est attendue",
    "model_type": "une table est attendue",
    "model_attributes_type": "une table est attendue",
    "too_short": "la liste doit avoir au moins {min_length} élément(s)",
    "too_long": "la liste ne peut avoir plus de {max_length} élément(s)",
    "literal_error": f"{{given}} n’est pas connu{NBSP}; choix possibles{NBSP}: {{expected}}",
    "enum": f"{{given}} n’est pas connu{NBSP}; choix possibles{NBSP}: {{expected}}",
    "union_tag_invalid": f"type {{tag}} inconnu{NBSP}; choix possibles{NBSP}: {{expected_tags}}",
    "union_tag_not_found": "la clé « type » manque",
    "greater_than": "{given} n’est pas supérieur à {gt}",
    "greater_than_equal": "{given} est inférieur à {ge}",
    "less_than": "{given} n’est pas inférieur à {lt}",
    "less_than_equal": "{given} est supérieur à {le}",
}
