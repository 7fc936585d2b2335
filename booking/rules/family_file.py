"""What a family's file must hold before it may book: documents, consents, no debt; and the sentence for each lack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from billing.pricing.fields import Euros
from booking.rules.values import RuleModel
from core.money import ZERO, format_euros
from core.papers import Agreed, Paper, Standing


class FileConditions(RuleModel):
    """What a town asks, documents and consents by their codes. Nothing given: nothing asked.

    `max_overdue` is what a family may owe past the due date and still book; `child_file`: all that the town wants to know of
    the child and of its family must be told.
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
    family_file: bool = False  # its address, the telephone of its adults: complete


CHILD_FILE = gettext_lazy("Le dossier de l’enfant (santé, repas, personnes autorisées) est à compléter")
FAMILY_FILE = gettext_lazy("Les informations de la famille (adresse, téléphone) sont à compléter")
_LACKS = {
    Standing.MISSING: gettext_lazy("Document à fournir : %(name)s"),
    Standing.RECEIVED: gettext_lazy("Document en cours de vérification par le service : %(name)s"),
    Standing.REFUSED: gettext_lazy("Document refusé, à renvoyer : %(name)s"),
    Standing.EXPIRED: gettext_lazy("Document périmé, à renouveler : %(name)s"),
}


def file_obstacles(conditions: FileConditions, facts: FileFacts) -> list[str]:
    """All that is missing, as French sentences without stop; empty when the file is complete."""
    found = paper_obstacles(conditions, facts)
    if conditions.max_overdue is not None and facts.overdue > conditions.max_overdue:
        found.append(
            _("%(amount)s restent à régler avant toute réservation") % {"amount": format_euros(facts.overdue)}
        )
    asked = (
        (conditions.child_file, facts.child_file, CHILD_FILE),
        (conditions.child_file, facts.family_file, FAMILY_FILE),
        (
            conditions.quotient_known,
            facts.quotient_known,
            gettext_lazy("Le quotient familial doit d’abord être calculé"),
        ),
        (conditions.member, facts.member, gettext_lazy("La famille doit d’abord adhérer")),
        (
            conditions.used_this_year,
            facts.used_this_year,
            gettext_lazy("Réservé aux enfants qui ont déjà fréquenté le service cette année"),
        ),
    )
    return found + [str(sentence) for wanted, known, sentence in asked if wanted and not known]


def paper_obstacles(conditions: FileConditions, facts: FileFacts) -> list[str]:
    """What is missing that the family hands in or answers by itself, on one page of the portal."""
    papers = [facts.documents.get(code, Paper(label=code)) for code in conditions.documents]
    texts = [facts.consents.get(code, Agreed(label=code, version=1)) for code in conditions.consents]
    return [_LACKS[paper.standing] % {"name": paper.label} for paper in papers if not paper.suffices] + [
        _consent_words(text) for text in texts if not text.suffices
    ]


def describe_file(conditions: FileConditions, names: Mapping[str, str]) -> list[str]:
    """What is asked, in sentences without stop. ``names``: of documents and consents, by their codes."""
    wanted = [
        *(
            _("Document à fournir : %(name)s") % {"name": names.get(code, code)}
            for code in conditions.documents
        ),
        *(_("Accord à donner : %(name)s") % {"name": names.get(code, code)} for code in conditions.consents),
    ]
    if conditions.max_overdue == ZERO:
        wanted.append(_("Aucun impayé"))
    elif conditions.max_overdue is not None:
        wanted.append(
            _("Pas plus de %(amount)s d’impayés") % {"amount": format_euros(conditions.max_overdue)}
        )
    asked = (
        (conditions.child_file, gettext_lazy("Dossier de l’enfant complet")),
        (conditions.quotient_known, gettext_lazy("Quotient familial connu de la commune")),
        (conditions.member, gettext_lazy("Adhésion de la famille")),
        (conditions.used_this_year, gettext_lazy("Enfant déjà venu au service cette année")),
    )
    return wanted + [str(sentence) for is_asked, sentence in asked if is_asked]


def _consent_words(text: Agreed) -> str:
    if 0 < text.agreed < text.version:
        return _("Accord à donner à la nouvelle version : %(name)s") % {"name": text.label}
    return _("Accord à donner : %(name)s") % {"name": text.label}
