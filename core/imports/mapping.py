"""Which column of a file is which field: remembered from the last files, else guessed by its heading."""

import re
from collections.abc import Iterable, Mapping, Sequence

from core.imports.fields import Field
from core.queries.plain_text import plain

_LITTLE_WORDS = {"de", "du", "des", "la", "le", "l", "d", "n", "no", "num", "numero", "a", "au"}


def guess(
    fields: Sequence[Field], headings: Sequence[str], remembered: Iterable[Mapping[str, str]] = ()
) -> dict[str, int]:
    """Field key → rank of its column. ``remembered``: what earlier files called each field, the latest first."""
    earlier = list(remembered)
    columns = {_bare(heading): rank for rank, heading in reversed(list(enumerate(headings))) if heading}
    found: dict[str, int] = {}
    for one in fields:
        known = [names[one.key] for names in earlier if one.key in names]
        for heading in (*known, one.label, *one.names):
            rank = columns.get(_bare(heading))
            if rank is not None and rank not in found.values():
                found[one.key] = rank
                break
    return found


def _bare(heading: str) -> str:
    """« N° de dossier », « numero dossier » and « Dossier » are one heading."""
    words = re.findall(r"[a-z0-9]+", plain(heading))
    return " ".join(word for word in words if word not in _LITTLE_WORDS) or " ".join(words)
