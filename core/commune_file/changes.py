"""One line of a list of changes."""

from dataclasses import dataclass

ADDED, CHANGED, REMOVED = "+", "~", "–"


@dataclass(frozen=True, slots=True)
class Change:
    sign: str
    text: str

    def __str__(self) -> str:
        return f"{self.sign} {self.text}"
