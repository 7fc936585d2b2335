"""The families that the demo announces or shows: those of the terminal, and the two children of the Balaruc guide."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Kid:
    first_name: str
    born: date
    level: str
    school: int  # which of the town's schools, in their order


@dataclass(frozen=True, kw_only=True)
class Home:
    number: str
    name: str
    street: str
    adults: tuple[str, ...]  # the first one has the account
    kids: tuple[Kid, ...]
    login: str = ""
    activated: bool = True


HOMES = {
    "bellegarde": (
        Home(
            number="F00001",
            name="Rivière",
            street="12 rue des Oliviers",
            adults=("Camille", "Sacha"),
            kids=(
                Kid(first_name="Jade", born=date(2018, 3, 14), level="CE2", school=1),
                Kid(first_name="Noé", born=date(2021, 9, 2), level="MS", school=0),
            ),
            login="famille@bellegarde.example",
        ),
        Home(
            number="F00002",
            name="Lavandier",
            street="3 chemin du Moulin",
            adults=("Dominique",),
            kids=(Kid(first_name="Tom", born=date(2017, 6, 21), level="CM1", school=1),),
            login="lavandier@bellegarde.example",
        ),
        Home(
            number="F00003",
            name="Garance-Petit",
            street="8 place du Marché",
            adults=("Claude",),
            kids=(Kid(first_name="Lilou", born=date(2022, 1, 30), level="PS", school=0),),
            login="garance@bellegarde.example",
            activated=False,
        ),
    ),
    "balaruc": (
        Home(
            number="F00001",
            name="Test",
            street="2 rue des Rosiers",
            adults=("Andréa",),
            kids=(
                Kid(first_name="Valentina", born=date(2018, 5, 11), level="CE2", school=0),
                Kid(first_name="Roméo", born=date(2021, 4, 3), level="MS", school=0),
            ),
            login="famille@balaruc.example",
        ),
    ),
}
