"""The mails of the portal whose words a town may make its own, and what its subjects may name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MAIL_NAMES: Mapping[str, str] = {
    "reservation_recorded": "Réservation enregistrée",
    "reservation_by_office": "Réservation faite par le service",
    "reservation_decided": "Demande acceptée ou refusée",
    "reservation_expired": "Panier non payé à temps",
    "reminder_basket": "Rappel : panier à payer",
    "reminder_cutoff": "Rappel : date limite de réservation",
    "reminder_draft": "Rappel : réservation commencée",
    "waiting_offer": "Une place est libre",
    "service_cancelled": "Service annulé",
    "absence_reported": "Absence signalée",
    "absence_decided": "Absence étudiée",
    "invoice_issued": "Facture disponible",
    "invoice_reminder": "Rappel de facture",
    "invoice_paid": "Facture réglée",
    "payment_ticket": "Paiement reçu",
    "document_refused": "Document refusé",
    "document_expiring": "Document bientôt périmé",
    "quotient_expiring": "Quotient bientôt périmé",
    "activation": "Compte à activer",
}
"""Template → what an agent calls it."""

SUBJECT_WORDS: Mapping[str, str] = {
    "{objet}": "l’objet habituel",
    "{commune}": "le nom de la commune",
    "{service}": "le nom du service",
}


@dataclass(frozen=True, kw_only=True)
class OwnText:
    """What a town says in one mail. Empty: the portal's own words."""

    subject: str = ""
    introduction: str = ""


@dataclass(frozen=True, kw_only=True)
class Voice:
    """Who the town's mails are from, where an answer goes, and what they say of their own."""

    sender: str = ""
    reply_to: str = ""
    texts: Mapping[str, OwnText] = field(default_factory=dict)


def subject_of(own: OwnText, *, usual: str, commune: str, service: str) -> str:
    """The subject of a mail, on one line."""
    subject = own.subject or usual
    for word, value in (("{objet}", usual), ("{commune}", commune), ("{service}", service)):
        subject = subject.replace(word, value)
    return " ".join(subject.splitlines()).strip()
