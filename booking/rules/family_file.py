"""What a family's file must hold before it may book: documents, consents, no debt; and the sentence for each lack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from pydantic import Field

from billing.pricing.fields import Euros
from booking.rules.values import RuleModel
from core.money import ZERO, format_euros
from core.words import NBSP


class RequiredDocument(RuleModel):
    """A paper of the file. `max_age_days`: how old it may be when it is handed in; both limits may hold."""

    code: str
    label: str
    each_school_year: bool = False
    max_age_days: int | None = Field(None, ge=1, le=3660)


class Consent(RuleModel):
    """A text that families agree to, in its current version."""

    code: str
    label: str
    version: int = Field(1, ge=1)


class FileConditions(RuleModel):
    """What a town asks. Nothing given: nothing asked.

    `max_overdue` is what a family may owe past the due date and still book.
    """

    documents: tuple[RequiredDocument, ...] = Field((), strict=False)
    consents: tuple[Consent, ...] = Field((), strict=False)
    max_overdue: Euros | None = None
    quotient_known: bool = False
    member: bool = False
    used_this_year: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper received by the town; `issued` is its own date when it has one."""

    received: date
    issued: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What is known of a family. Documents by their code; consents: the version agreed to, by code."""

    documents: Mapping[str, Document] = field(default_factory=dict)
    consents: Mapping[str, int] = field(default_factory=dict)
    overdue: Decimal = ZERO
    quotient_known: bool = False
    member: bool = False
    used_this_year: bool = False


def file_obstacles(conditions: FileConditions, facts: FileFacts, *, school_year_from: date) -> list[str]:
    """All that is missing, as French sentences without stop; empty when the file is complete."""
    found = [
        sentence
        for wanted in conditions.documents
        if (sentence := _document_obstacle(wanted, facts.documents.get(wanted.code), school_year_from))
    ]
    found += [
        f"Accord à donner{NBSP}: {wanted.label}"
        for wanted in conditions.consents
        if facts.consents.get(wanted.code, 0) < wanted.version
    ]
    if conditions.max_overdue is not None and facts.overdue > conditions.max_overdue:
        found.append(f"{format_euros(facts.overdue)} restent à régler avant toute réservation")
    asked = (
        (conditions.quotient_known, facts.quotient_known, "Le quotient familial doit d’abord être calculé"),
        (conditions.member, facts.member, "La famille doit d’abord adhérer"),
        (
            conditions.used_this_year,
            facts.used_this_year,
            "Réservé aux enfants qui ont déjà fréquenté le service cette année",
        ),
    )
    return found + [sentence for wanted, known, sentence in asked if wanted and not known]


def _document_obstacle(wanted: RequiredDocument, given: Document | None, school_year_from: date) -> str:
    if given is None:
        return f"Document à fournir{NBSP}: {wanted.label}"
    if wanted.each_school_year and given.received < school_year_from:
        return f"Document à renouveler pour cette année scolaire{NBSP}: {wanted.label}"
    if wanted.max_age_days is not None:
        oldest = given.received - timedelta(days=wanted.max_age_days)
        if (given.issued or given.received) < oldest:
            return f"Document trop ancien{NBSP}: {wanted.label}"
    return ""
