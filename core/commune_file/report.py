"""What came of checking, comparing or applying a town's file, ready to be read."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.commune_file.changes import Change
from core.commune_file.problems import Problem
from core.errors import DomainError
from core.words import NBSP, plural


@dataclass(frozen=True, kw_only=True)
class Example:
    """A worked example of the file: it holds when it has no failure."""

    line: int
    title: str
    failures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """`name` is the file's, as problems quote it. Changes are those made, or to be made on a dry run."""

    name: str
    problems: tuple[Problem, ...] = ()
    examples: tuple[Example, ...] = ()
    changes: tuple[Change, ...] = ()
    refusals: tuple[str, ...] = ()
    applied: bool = False

    @property
    def ok(self) -> bool:
        return not (self.problems or self.refusals or any(example.failures for example in self.examples))

    def complaints(self) -> Iterator[str]:
        """All that is wrong, one sentence a line, in the order of the file."""
        for problem in self.problems:
            yield problem.sentence(self.name)
        for example in self.examples:
            for failure in example.failures:
                yield f"{self.name}:{example.line}{NBSP}: exemple «{NBSP}{example.title}{NBSP}»{NBSP}: {failure}"
        yield from self.refusals

    def summary(self) -> str:
        """« Fichier correct, 6 exemples vérifiés »."""
        if self.ok:
            return f"Fichier correct, {plural(len(self.examples), 'exemple vérifié', 'exemples vérifiés')}."
        return f"{plural(len(list(self.complaints())), 'problème')}."


class CommuneFileError(DomainError):
    """A file that cannot be applied. `report` says why; its message is all the complaints, one a line."""

    code = "commune_file"

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__("\n".join(report.complaints()))
