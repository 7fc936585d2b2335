"""The papers and the agreements of families, read for many of them at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from core.enums import DocumentState
from core.models import (
    Agreement,
    Child,
    DocumentKind,
    DraftPage,
    FamilyDocument,
    Household,
    Regulation,
    RegulationVersion,
)
from core.papers import Agreed, Handed, Paper, standing_on

# Whose: the household, and the child when it is about one.
Owner = tuple[int, int | None]


@dataclass(frozen=True, kw_only=True)
class FamilyPapers:
    """Of several households: what they handed in and agreed to, by kind and by whose it is, the latest first."""

    kinds: Mapping[str, DocumentKind]
    regulations: Mapping[str, RegulationVersion]  # by the code of the regulation: the version in force
    documents: Mapping[tuple[int, Owner], list[FamilyDocument]] = field(default_factory=dict)
    answers: Mapping[tuple[int, Owner], list[Agreement]] = field(default_factory=dict)

    def handed_in(self, kind: DocumentKind, child: Child | None, household_id: int) -> list[FamilyDocument]:
        return self.documents.get((kind.pk, _owner(kind, child, household_id)), [])

    def paper(self, code: str, child: Child | None, household_id: int, *, day: date) -> Paper:
        """What the town has of a paper, for this child or for its family. An unknown code is a missing paper."""
        kind = self.kinds.get(code)
        if kind is None:
            return Paper(label=code)
        handed = [
            Handed(state=DocumentState(one.state), valid_until=one.valid_until)
            for one in self.handed_in(kind, child, household_id)
        ]
        standing, until = standing_on(day, handed)
        return Paper(
            label=kind.name, standing=standing, until=until, counts_on_receipt=kind.counts_on_receipt
        )

    def last_answer(
        self, version: RegulationVersion, child: Child | None, household_id: int
    ) -> Agreement | None:
        return next(iter(self._answers(version, child, household_id)), None)

    def agreed(self, code: str, child: Child | None, household_id: int) -> Agreed:
        """What the family answered to a text. One that is not published yet asks for nothing."""
        version = self.regulations.get(code)
        if version is None:
            return Agreed(label=code, version=0)
        given = self._answers(version, child, household_id)
        return Agreed(
            label=version.regulation.name,
            version=version.number,
            agreed=max((one.version.number for one in given if one.agrees), default=0),
            refused=bool(given) and given[0].version_id == version.pk and not given[0].agrees,
        )

    def _answers(self, version: RegulationVersion, child: Child | None, household_id: int) -> list[Agreement]:
        owner = _owner(version.regulation, child, household_id)
        return self.answers.get((version.regulation_id, owner), [])


def _owner(about: DocumentKind | Regulation, child: Child | None, household_id: int) -> Owner:
    return household_id, child.pk if child and about.is_about_child else None


def family_papers(
    households: Collection[int],
    *,
    on: date,
    documents: Collection[str] | None = None,
    consents: Collection[str] | None = None,
) -> FamilyPapers:
    """What households have of these documents and consents, by code (None: all of the town's; empty: no query).

    At most five queries, whatever the number of households. ``on``: the day whose versions are in force.
    """
    kinds = _asked(DocumentKind.objects.all(), documents)
    regulations = _asked(Regulation.objects.all(), consents)
    versions = versions_on(on, regulations)
    handed: dict[tuple[int, Owner], list[FamilyDocument]] = defaultdict(list)
    if kinds:
        rows = FamilyDocument.objects.filter(household__in=households, kind__in=kinds).order_by("-pk")
        for row in rows.prefetch_related("pages"):
            handed[row.kind_id, (row.household_id, row.child_id)].append(row)
    answers: dict[tuple[int, Owner], list[Agreement]] = defaultdict(list)
    if versions:
        given = Agreement.objects.filter(
            household__in=households, version__regulation__in=[one.regulation_id for one in versions]
        )
        for answer in given.select_related("version", "by").order_by("-at", "-pk"):
            answers[answer.version.regulation_id, (answer.household_id, answer.child_id)].append(answer)
    return FamilyPapers(
        kinds={kind.code: kind for kind in kinds},
        regulations={version.regulation.code: version for version in versions},
        documents=handed,
        answers=answers,
    )


def draft_pages(*, kind: DocumentKind, household: Household, child: Child | None) -> QuerySet[DraftPage]:
    """The pages of a paper that a family has given and not sent yet, in their order."""
    return DraftPage.objects.filter(kind=kind, household=household, child=child).order_by("pk")


def _asked(rows: QuerySet, codes: Collection[str] | None) -> list:
    if codes is None:
        return list(rows)
    return list(rows.filter(code__in=codes)) if codes else []


def versions_on(day: date, regulations: Iterable[Regulation]) -> list[RegulationVersion]:
    """The version of each regulation in force on a day, in the town's order; none for what is not published yet."""
    by_pk = {regulation.pk: regulation for regulation in regulations}
    if not by_pk:
        return []
    rows = (
        RegulationVersion.objects.filter(regulation__in=by_pk, published_on__lte=day)
        .order_by("regulation_id", "-number")
        .distinct("regulation_id")
    )
    found = {row.regulation_id: row for row in rows}
    for pk, row in found.items():
        row.regulation = by_pk[pk]
    return [found[pk] for pk in by_pk if pk in found]
