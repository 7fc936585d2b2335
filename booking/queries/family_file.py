"""« Mes documents et autorisations »: what a family has given, what is asked of it, and by which activities."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.models import Period
from booking.queries.access import conditions_of, is_for
from booking.queries.offer import periods
from core.enums import DocumentState
from core.models import Agreement, Child, DocumentKind, FamilyDocument, Household, RegulationVersion
from core.papers import Agreed, Paper, Standing
from core.queries.custody import children_of
from core.queries.documents import FamilyPapers, family_papers
from tenants.context import town_timezone

# What is asked of whom: the code of a document or of a consent, and the child (None: the whole family).
Asked = Mapping[tuple[str, int | None], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class DocumentRow:
    """``asked_by``: the activities that cannot be booked without it; ``latest``: the last one handed in, if any."""

    kind: DocumentKind
    child: Child | None
    paper: Paper
    latest: FamilyDocument | None
    asked_by: Sequence[str]
    ends_soon: bool

    @property
    def state(self) -> str:
        """Its code in themes.states."""
        return "doc_ending" if self.ends_soon else f"doc_{self.paper.standing}"

    @property
    def child_id(self) -> int:
        return self.child.pk if self.child else 0

    @property
    def is_being_read(self) -> bool:
        return self.latest is not None and self.latest.state == DocumentState.RECEIVED

    @property
    def is_wanted(self) -> bool:
        """Whether the family has something to do, for what it may book."""
        if not self.asked_by or self.is_being_read:
            return False
        return self.ends_soon or self.paper.standing != Standing.ACCEPTED


@dataclass(frozen=True, kw_only=True)
class RegulationRow:
    version: RegulationVersion
    child: Child | None
    agreed: Agreed
    answer: Agreement | None
    asked_by: Sequence[str]

    @property
    def child_id(self) -> int:
        return self.child.pk if self.child else 0

    @property
    def is_answered(self) -> bool:
        """Whether the version in force was answered, yes or no."""
        return self.agreed.suffices or self.agreed.refused

    @property
    def is_wanted(self) -> bool:
        return bool(self.asked_by) and not self.agreed.suffices


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The papers of one child, or those of the whole family (``child`` is None)."""

    child: Child | None
    documents: Sequence[DocumentRow]
    regulations: Sequence[RegulationRow]

    @property
    def is_wanted(self) -> bool:
        return any(row.is_wanted for row in self.documents) or any(row.is_wanted for row in self.regulations)

    @property
    def awaited(self) -> list[str]:
        """The names of what the family has to give, and of the texts to which it has not answered yet."""
        return [
            *(row.kind.name for row in self.documents if row.is_wanted),
            *(
                row.version.regulation.name
                for row in self.regulations
                if row.is_wanted or not row.is_answered
            ),
        ]


def family_folders(household: Household, *, now: datetime) -> list[Folder]:
    """One folder a child, then the family's; those that hold nothing are left out.

    Seven queries at most, whatever the number of children and of papers.
    """
    today = now.astimezone(town_timezone()).date()
    children = children_of(household, on=today)
    reader = _Reader(
        household_id=household.pk,
        papers=family_papers([household.pk], on=today),
        asked=asked_of(children, periods().filter(end__gte=today)),
        today=today,
    )
    folders = [reader.folder(child) for child in (*children, None)]
    return [folder for folder in folders if folder.documents or folder.regulations]


def asked_of(children: Iterable[Child], running: Iterable[Period]) -> Asked:
    """The names of the activities that ask for each paper of each child, and of its family."""
    found: dict[tuple[str, int | None], list[str]] = defaultdict(list)
    children = list(children)
    for period in running:
        asked = conditions_of(period)
        concerned = [child.pk for child in children if is_for(child, period)]
        for code in (*asked.documents, *asked.consents):
            for owner in (*concerned, *([None] if concerned else [])):
                if period.activity.name not in found[code, owner]:
                    found[code, owner].append(period.activity.name)
    return found


@dataclass(frozen=True, kw_only=True)
class _Reader:
    household_id: int
    papers: FamilyPapers
    asked: Asked
    today: date

    def folder(self, child: Child | None) -> Folder:
        about_child = child is not None
        return Folder(
            child=child,
            documents=[
                self._document(kind, child)
                for kind in self.papers.kinds.values()
                if kind.is_about_child == about_child
            ],
            regulations=[
                self._regulation(version, child)
                for version in self.papers.regulations.values()
                if version.regulation.is_about_child == about_child
            ],
        )

    def _document(self, kind: DocumentKind, child: Child | None) -> DocumentRow:
        handed = self.papers.handed_in(kind, child, self.household_id)
        paper = self.papers.paper(kind.code, child, self.household_id, day=self.today)
        ends = paper.until if paper.standing == Standing.ACCEPTED else None
        return DocumentRow(
            kind=kind,
            child=child,
            paper=paper,
            latest=handed[0] if handed else None,
            asked_by=self._asked_by(kind.code, child),
            ends_soon=ends is not None and ends - self.today <= timedelta(days=kind.reminder_days),
        )

    def _regulation(self, version: RegulationVersion, child: Child | None) -> RegulationRow:
        code = version.regulation.code
        return RegulationRow(
            version=version,
            child=child,
            agreed=self.papers.agreed(code, child, self.household_id),
            answer=self.papers.last_answer(version, child, self.household_id),
            asked_by=self._asked_by(code, child),
        )

    def _asked_by(self, code: str, child: Child | None) -> Sequence[str]:
        return self.asked.get((code, child.pk if child else None), ())
