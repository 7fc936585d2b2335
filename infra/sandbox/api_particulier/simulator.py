"""The funds' files of invented people, and how the service behaves."""

from dataclasses import dataclass, field
from datetime import date

TOKENS = ("jeton-de-demonstration",)


@dataclass(frozen=True, kw_only=True)
class Claimant:
    """A person with a file at a fund. ``month`` is the one the quotient was computed for."""

    last_name: str
    first_names: tuple[str, ...]
    born: date
    sex: str
    fund: str
    quotient: int
    children: tuple[date, ...]
    month: date = date(2026, 10, 1)


@dataclass(kw_only=True)
class Behaviour:
    """``busy_seconds``: answer 429 with this Retry-After. ``down``: answer 502. ``broken``: answer 200 with nonsense."""

    down: bool = False
    busy_seconds: int = 0
    broken: bool = False


# The first one is a parent of the demonstration’s family of Bellegarde.
CLAIMANTS = (
    Claimant(last_name="RIVIÈRE", first_names=("CAMILLE",), born=date(1988, 4, 12), sex="F", fund="CNAF", quotient=642, children=(date(2018, 3, 14), date(2021, 9, 2))),
    Claimant(last_name="BERGER", first_names=("HUGO",), born=date(1985, 9, 3), sex="M", fund="MSA", quotient=1130, children=(date(2017, 5, 4),)),
)  # fmt: skip


@dataclass(kw_only=True)
class Simulator:
    claimants: list[Claimant] = field(default_factory=lambda: list(CLAIMANTS))
    tokens: set[str] = field(default_factory=lambda: set(TOKENS))
    behaviour: Behaviour = field(default_factory=Behaviour)
    calls: int = 0

    def find(self, *, last_name: str, first_names: list[str], born: date, sex: str) -> Claimant | None:
        """By name, one first name at least, birth and sex: as forgiving as the funds about case."""
        wanted = {name.upper() for name in first_names}
        for one in self.claimants:
            same = (one.last_name, one.born, one.sex) == (last_name.upper(), born, sex)
            if same and wanted & set(one.first_names):
                return one
        return None
