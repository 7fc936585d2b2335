"""The words, icons and colours of states: the same everywhere, the guides' own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    icon: str
    word: str
    tone: str


STATES = {
    # a place in the planning
    "new": State("new", "Nouvelle demande", "accent"),
    "cancel_request": State("undo", "Demande d’annulation", "no"),
    "pending": State("question", "En attente de traitement", "wait"),
    "accepted": State("check", "Acceptée", "ok"),
    "refused": State("cross", "Refusée", "no"),
    "cancelled": State("stop", "Annulée", "mute"),
    "mixed": State("mixed", "Acceptée en partie", "info"),
    "waiting": State("clock", "Sur la liste d’attente", "wait"),
    "offered": State("bell", "Place proposée", "info"),
    "full": State("full", "Aucune place disponible", "mute"),
    "closed": State("lock", "Fermé", "mute"),
    "expired": State("clock", "Délai dépassé", "mute"),
    # a document of the family's file
    "doc_missing": State("document", "À fournir", "wait"),
    "doc_received": State("question", "En cours de vérification", "wait"),
    "doc_accepted": State("check", "Accepté", "ok"),
    "doc_ending": State("clock", "Bientôt périmé", "wait"),
    "doc_refused": State("cross", "Refusé", "no"),
    "doc_expired": State("clock", "Périmé", "no"),
    # a conversation with the office
    "msg_new": State("new", "Nouveau", "accent"),
    "msg_open": State("question", "En cours", "wait"),
    "msg_waiting": State("clock", "En attente de la famille", "info"),
    "msg_closed": State("lock", "Clos", "mute"),
    "msg_answer": State("bell", "Nouvelle réponse", "accent"),
    # money
    "awaiting_payment": State("clock", "En attente de paiement", "wait"),
    "paid": State("check", "Payé", "ok"),
    "unpaid": State("euro", "Non soldé", "wait"),
    "bank_pending": State("question", "En attente de validation par la banque", "wait"),
    "payment_refused": State("cross", "Refusé par la banque", "no"),
    "treasury": State("bank", "Paiement géré par le Trésor public", "info"),
}
