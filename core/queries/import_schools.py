"""A school as files name it: its code, its name, or its name without « École » and accents."""

import re

from core.enums import EstablishmentKind
from core.models.places import Establishment
from core.queries.plain_text import plain

_GENERIC = {"ecole", "elementaire", "maternelle", "primaire", "publique", "groupe", "scolaire", "de", "la", "le", "les", "du", "des", "l", "d"}  # fmt: skip


class Schools:
    """The schools of the town. One query."""

    def __init__(self) -> None:
        self.all = list(Establishment.objects.filter(kind__in=EstablishmentKind.schools()))
        self._exact = {plain(one.code): one for one in self.all} | {plain(one.name): one for one in self.all}
        self._loose: dict[str, list[Establishment]] = {}
        for one in self.all:
            self._loose.setdefault(_loosely(one.name), []).append(one)

    def named(self, cell: str) -> Establishment | str:
        """The school, or the sentence that says why none is."""
        if found := self._exact.get(plain(cell)):
            return found
        close = self._loose.get(_loosely(cell), [])
        if len(close) == 1:
            return close[0]
        names = ", ".join(one.name for one in close or self.all)
        problem = "désigne plusieurs écoles" if close else "n’est pas une école de la commune"
        return f"École\u00a0: «\u00a0{cell}\u00a0» {problem} ({names})."


def _loosely(name: str) -> str:
    return " ".join(word for word in re.findall(r"[a-z0-9]+", plain(name)) if word not in _GENERIC)
