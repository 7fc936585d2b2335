"""The parts a town's file is made of. Each application registers its own, from its ``commune_file`` module."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from core.commune_file.changes import Change
from core.commune_file.differences import differences
from core.commune_file.lines import Path
from core.commune_file.problems import Fault
from core.commune_file.values import FileModel
from tenants.context import Commune

Value = FileModel | Sequence[FileModel]


@dataclass(frozen=True)
class TownFile:
    """What a file says, or what a town is: the value of each section, by its key.

    `ranks` gives, for a list, the place in the file of each item: an item that is wrong is left out.
    """

    values: Mapping[str, Any]
    ranks: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def one(self, key: str) -> Any:
        """The table of that name, None when it is absent or wrong."""
        return self.values.get(key)

    def all(self, key: str) -> Sequence[Any]:
        return self.values.get(key, ())

    def ranked(self, key: str) -> Iterable[tuple[int, Any]]:
        """The items with their rank in the file."""
        items = self.all(key)
        return zip(self.ranks.get(key, range(len(items))), items, strict=True)

    def find(self, key: str, code: str | None) -> Any:
        return next((item for item in self.all(key) if item.code == code), None)


@dataclass
class Run:
    """An application under way: what it did beyond the file's own lines, and what it refuses to do."""

    commune: Commune
    today: date
    changes: list[Change] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def refuse(self, sentence: str) -> None:
        self.refusals.append(sentence)


@dataclass(frozen=True, slots=True)
class Proof:
    """A worked example of the file, and what it does not find as it says."""

    path: Path
    title: str
    failures: tuple[str, ...]


class Section:
    """One table, or one array of tables, at the top of the file."""

    key: ClassVar[str]
    model: ClassVar[type[FileModel]]
    about: ClassVar[str]
    """One French sentence for the documentation."""
    many: ClassVar[bool] = False
    required: ClassVar[bool] = False
    stored: ClassVar[bool] = True
    """False for what only `check` reads."""
    kept_when_silent: ClassVar[bool] = False
    """True for a list that has screens of its own: a file without it leaves it as it is, an empty one takes it away."""
    is_content: ClassVar[bool] = False
    """True for what the portal's own screens change at once: going back to earlier settings leaves it as it is."""
    spaces: ClassVar[tuple[str, ...]] = ()
    """Arrays whose codes are unique in the whole file and may be referred to."""

    def check(self, file: TownFile) -> Iterable[Fault]:  # noqa: ARG002 - most sections have nothing to compare
        """What is wrong between this section and the others. Absent or wrong items must be tolerated."""
        return ()

    def prove(self, file: TownFile, *, today: date) -> Iterable[Proof]:  # noqa: ARG002
        """Run the worked examples of this section."""
        return ()

    def expand(self, file: TownFile, *, today: date, current: TownFile | None) -> Any:  # noqa: ARG002
        """The section with what depends on the day written out. `current`: what the town has already."""
        return file.values[self.key]

    def filled(self, said: Any, found: Any) -> Any:  # noqa: ARG002
        """`said`, with what the file leaves to screens of the desk as the town has it (`found`)."""
        return said

    def still_says(self, said: Any, found: Any) -> bool:
        """Whether a table of the file, written out, says what the town has."""
        return said is not None and found is not None and not differences(found, said)

    def load(self) -> Any:
        """The section as the active town has it; None for a table that is not there yet."""
        raise NotImplementedError

    def write(self, wanted: Any, run: Run) -> None:
        """Create and change in the active town. Refusals go to `run`; the caller undoes everything then."""
        raise NotImplementedError

    def prune(self, wanted: Any, run: Run) -> None:
        """Delete what the file does not hold, unless something uses it."""


_sections: dict[str, Section] = {}


def register(*sections: type[Section]) -> None:
    """In the order in which they are applied and exported: what others refer to comes first."""
    _sections.update((section.key, section()) for section in sections)


def all_sections() -> list[Section]:
    return list(_sections.values())
