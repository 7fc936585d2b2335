"""The words, icons and colours of states: the same everywhere, the guides' own."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class State:
    icon: str
    word: str
    tone: str


STATES = {
    # a place in the planning
    "new": State("new", _("Nouvelle demande"), "accent"),
    "cancel_request": State("undo", _("Demande d’annulation"), "no"),
    "pending": State("question", _("En attente de traitement"), "wait"),
    "accepted": State("check", _("Acceptée"), "ok"),
    "refused": State("cross", _("Refusée"), "no"),
    "cancelled": State("stop", _("Annulée"), "mute"),
    "mixed": State("mixed", _("Acceptée en partie"), "info"),
    "waiting": State("clock", _("Sur la liste d’attente"), "wait"),
    "offered": State("bell", _("Place proposée"), "info"),
    "full": State("full", _("Aucune place disponible"), "mute"),
    "closed": State("lock", _("Fermé"), "mute"),
    "expired": State("clock", _("Délai dépassé"), "mute"),
    # a document of the family's file
    "doc_missing": State("document", _("À fournir"), "wait"),
    "doc_received": State("question", _("En cours de vérification"), "wait"),
    "doc_accepted": State("check", _("Accepté"), "ok"),
    "doc_ending": State("clock", _("Bientôt périmé"), "wait"),
    "doc_refused": State("cross", _("Refusé"), "no"),
    "doc_expired": State("clock", _("Périmé"), "no"),
    # a conversation with the office
    "msg_new": State("new", _("Nouveau"), "accent"),
    "msg_open": State("question", _("En cours"), "wait"),
    "msg_waiting": State("clock", _("En attente de la famille"), "info"),
    "msg_closed": State("lock", _("Clos"), "mute"),
    "msg_answer": State("bell", _("Nouvelle réponse"), "accent"),
    # what the office has to do: agents read French
    "late": State("clock", "En retard", "no"),
    # money
    "awaiting_payment": State("clock", _("En attente de paiement"), "wait"),
    "paid": State("check", _("Payé"), "ok"),
    "unpaid": State("euro", _("Non soldé"), "wait"),
    "bank_pending": State("question", _("En attente de validation par la banque"), "wait"),
    "payment_refused": State("cross", _("Refusé par la banque"), "no"),
    "treasury": State("bank", _("Paiement géré par le Trésor public"), "info"),
}
