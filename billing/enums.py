"""States of money, their legal moves, and the groups that views and queries use."""

from django.db.models import TextChoices


class PaymentState(TextChoices):
    CREATED = "created", "Préparé"
    STARTED = "started", "En cours chez le prestataire"
    BANK_PENDING = "bank_pending", "En attente de validation par la banque"
    PAID = "paid", "Règlement validé"
    REFUSED = "refused", "Règlement refusé par la banque"
    CANCELLED = "cancelled", "Abandonné"
    EXPIRED = "expired", "Expiré"
    FAILED = "failed", "Non transmis au prestataire"
    SUSPECT = "suspect", "À vérifier par la régie"


class Fulfilment(TextChoices):
    """What a payment was for: has it been delivered?"""

    NONE = "none", "Sans objet"
    PENDING = "pending", "À faire"
    DONE = "done", "Fait"
    UNPLACED = "unplaced", "Payé mais plus de place"


_P = PaymentState

# Money wins over any earlier verdict: a payment abandoned, refused or expired may still turn out paid.
PAYMENT_MOVES: dict[PaymentState, frozenset[PaymentState]] = {
    _P.CREATED: frozenset({_P.STARTED, _P.FAILED}),
    _P.STARTED: frozenset({_P.PAID, _P.BANK_PENDING, _P.REFUSED, _P.CANCELLED, _P.EXPIRED, _P.SUSPECT}),
    _P.CANCELLED: frozenset({_P.PAID, _P.BANK_PENDING, _P.REFUSED, _P.EXPIRED, _P.SUSPECT}),
    _P.REFUSED: frozenset({_P.PAID, _P.BANK_PENDING, _P.SUSPECT}),
    _P.EXPIRED: frozenset({_P.PAID, _P.BANK_PENDING, _P.SUSPECT}),
    _P.SUSPECT: frozenset({_P.PAID, _P.BANK_PENDING, _P.REFUSED, _P.CANCELLED, _P.EXPIRED}),
    _P.BANK_PENDING: frozenset({_P.PAID, _P.REFUSED}),
    _P.FAILED: frozenset(),
    _P.PAID: frozenset(),
}

OPEN_PAYMENTS = frozenset({_P.CREATED, _P.STARTED, _P.SUSPECT})  # may still become money by itself
WAITING_PAYMENTS = frozenset({_P.CREATED, _P.STARTED})  # the provider has not decided
SETTLED_PAYMENTS = frozenset({_P.PAID, _P.BANK_PENDING})  # counts as money received
DEAD_PAYMENTS = frozenset({_P.REFUSED, _P.CANCELLED, _P.EXPIRED, _P.FAILED})


class Trigger(TextChoices):
    """What made us look at a payment."""

    START = "start", "Ouverture"
    RETURN = "return", "Retour du navigateur"
    NOTIFICATION = "notification", "Notification du prestataire"
    POLL = "poll", "Relève automatique"
    STAFF = "staff", "Vérification par un agent"


class DocumentKind(TextChoices):
    INVOICE = "invoice", "Facture"
    RECEIPT = "receipt", "Paiement"
