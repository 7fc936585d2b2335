"""A dozen more families, so that the office's pages look like a town's: invented surnames, all of them plants."""

from collections.abc import Iterator
from datetime import date

from portail.demo.homes import Home, Kid

SURNAMES = (
    "Aubépine", "Bourrache", "Camomille", "Églantier", "Genévrier", "Jonquille",
    "Marjolaine", "Néflier", "Pervenche", "Romarin", "Sureau", "Valériane",
)  # fmt: skip
ADULTS = ("Alix", "Maxence", "Charlie", "Lou", "Eden", "Yaël", "Loïs", "Sam")
CHILDREN = ("Lina", "Malo", "Zoé", "Ilyes", "Rose", "Gabin", "Inès", "Côme", "Maya", "Nils", "Anouk", "Sohan")
LEVELS = ("PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2")
FIRST_NUMBER = 101


def neighbours() -> Iterator[Home]:
    """Always the same families, one or two children each, spread over the town's schools and levels."""
    for rank, surname in enumerate(SURNAMES):
        kids = tuple(_kid(rank, position) for position in range(1 + rank % 2))
        yield Home(
            number=f"F{FIRST_NUMBER + rank:05d}",
            name=surname,
            street=f"{rank + 1} rue des Écoles",
            adults=(ADULTS[rank % len(ADULTS)],),
            kids=kids,
            login=f"dossier{FIRST_NUMBER + rank}@bellegarde.example",
            activated=rank % 6 != 5,
        )


def _kid(rank: int, position: int) -> Kid:
    step = (rank + 3 * position) % len(LEVELS)
    return Kid(
        first_name=CHILDREN[(rank + 5 * position) % len(CHILDREN)],
        born=date(date.today().year - 3 - step, 1 + rank % 12, 1 + rank),  # noqa: DTZ011  only an age
        level=LEVELS[step],
        school=rank % 2,
    )
