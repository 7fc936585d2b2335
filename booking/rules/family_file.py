"""What a family's file must hold before it may book: documents, consents, no debt; and the sentence for each lack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pydantic import Field

from billing.pricing.fields import Euros
from booking.rules.values import RuleModel
from core.money import ZERO, format_euros
from core.papers import Agreed, Paper, Standing
from core.words import NBSP


class FileConditions(RuleModel):
    """What a town asks, documents and consents by their codes. Nothing given: nothing asked.

    `max_overdue` is what a family may owe past the due date and still book; `child_file`: all that the town wants to know of
    the child must be told.
    """

    documents: tuple[str, ...] = Field((), strict=False)
    consents: tuple[str, ...] = Field((), strict=False)
    max_overdue: Euros | None = None
    quotient_known: bool = False
    member: bool = False
    used_this_year: bool = False
    child_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What is known of a family, its papers and its agreements by their codes."""

    documents: Mapping[str, Paper] = field(default_factory=dict)
    consents: Mapping[str, Agreed] = field(default_factory=dict)
    overdue: Decimal = ZERO
    quotient_known: bool = False
    member: bool = False
    used_this_year: bool = False
    child_file: bool = False  # complete


CHILD_FILE = "Le dossier de l’enfant (santé, repas, personnes autorisées) est à compléter"
_LACKS = {
    Standing.MISSING: "Document à fournir",
    Standing.RECEIVED: "Document en cours de vérification par le service",
    Standing.REFUSED: "Document refusé, à renvoyer",
    Standing.EXPIRED: "Document périmé, à renouveler",
}


def file_obstacles(conditions: FileConditions, facts: FileFacts) -> list[str]:
    """All that is missing, as French sentences without stop; empty when the file is complete."""
    found = paper_obstacles(conditions, facts)
    if conditions.max_overdue is not None and facts.overdue > conditions.max_overdue:
        found.append(f"{format_euros(facts.overdue)} restent à régler avant toute réservation")
    asked = (
        (conditions.child_file, facts.child_file, CHILD_FILE),
        (conditions.quotient_known, facts.quotient_known, "Le quotient familial doit d’abord être calculé"),
        (conditions.member, facts.member, "La famille doit d’abord adhérer"),
        (
            conditions.used_this_year,
            facts.used_this_year,
            "Réservé aux enfants qui ont déjà fréquenté le service cette année",
        ),
    )
    return found + [sentence for wanted, known, sentence in asked if wanted and not known]


def paper_obstacles(conditions: FileConditions, facts: FileFacts) -> list[str]:
    """What is missing that the family hands in or answers by itself, on one page of the portal."""
    papers = [facts.documents.get(code, Paper(label=code)) for code in conditions.documents]
    texts = [facts.consents.get(code, Agreed(label=code, version=1)) for code in conditions.consents]
    return [f"{_LACKS[paper.standing]}{NBSP}: {paper.label}" for paper in papers if not paper.suffices] + [
        f"{_consent_words(text)}{NBSP}: {text.label}" for text in texts if not text.suffices
    ]


def describe_file(conditions: FileConditions, names: Mapping[str, str]) -> list[str]:
    """What is asked, in sentences without stop. ``names``: of documents and consents, by their codes."""
    wanted = [
        *(f"Document à fournir{NBSP}: {names.get(code, code)}" for code in conditions.documents),
        *(f"Accord à donner{NBSP}: {names.get(code, code)}" for code in conditions.consents),
    ]
    if conditions.max_overdue == ZERO:
        wanted.append("Aucun impayé")
    elif conditions.max_overdue is not None:
        wanted.append(f"Pas plus de {format_euros(conditions.max_overdue)} d’impayés")
    asked = (
        (conditions.child_file, "Dossier de l’enfant complet"),
        (conditions.quotient_known, "Quotient familial connu de la commune"),
        (conditions.member, "Adhésion de la famille"),
        (conditions.used_this_year, "Enfant déjà venu au service cette année"),
    )
    return wanted + [sentence for is_asked, sentence in asked if is_asked]


def _consent_words(text: Agreed) -> str:
    return "Accord à donner à la nouvelle version" if 0 < text.agreed < text.version else "Accord à donner"
