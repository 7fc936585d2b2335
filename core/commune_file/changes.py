"""One line of a list of changes."""

from dataclasses import dataclass

from core.words import NBSP

ADDED, CHANGED, REMOVED = "+", "~", "–"
_WORDS = {ADDED: f"Ajout{NBSP}: ", CHANGED: "", REMOVED: f"Retrait{NBSP}: "}


@dataclass(frozen=True, slots=True)
class Change:
    """« Commune – Minutes pour payer un panier : 60 → 45 ».

    ``detail``: what changes of it, empty when it comes or goes whole. ``names``: the object, as
    ``core.commune_file.objects`` names it; empty for what is no object of the file.
    """

    sign: str
    title: str
    detail: str = ""
    names: tuple[str, ...] = ()

    @property
    def act(self) -> str:
        return _WORDS[self.sign]

    @property
    def heading(self) -> str:
        return self.title if self.act else self.title[:1].upper() + self.title[1:]

    def __str__(self) -> str:
        return f"{self.act}{self.heading}{f' – {self.detail}' if self.detail else ''}"
