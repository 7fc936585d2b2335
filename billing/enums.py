"""States of money, their legal moves, and the groups that views and queries use."""

from django.db.models import TextChoices

from core.retold import gettext_noop


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
    REVERSED = "reversed", "Annulé chez le prestataire"


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
    _P.STARTED: frozenset(
        {_P.PAID, _P.BANK_PENDING, _P.REFUSED, _P.CANCELLED, _P.EXPIRED, _P.SUSPECT, _P.REVERSED}
    ),
    _P.CANCELLED: frozenset({_P.PAID, _P.BANK_PENDING, _P.REFUSED, _P.EXPIRED, _P.SUSPECT}),
    _P.REFUSED: frozenset({_P.PAID, _P.BANK_PENDING, _P.SUSPECT}),
    _P.EXPIRED: frozenset({_P.PAID, _P.BANK_PENDING, _P.SUSPECT}),
    # A suspicion ends by the provider's word, never by its silence.
    _P.SUSPECT: frozenset({_P.PAID, _P.BANK_PENDING, _P.REFUSED, _P.CANCELLED, _P.REVERSED}),
    _P.BANK_PENDING: frozenset({_P.PAID, _P.REFUSED, _P.REVERSED}),
    _P.PAID: frozenset({_P.REVERSED}),
    _P.FAILED: frozenset(),
    # Undone on purpose: an older announcement that comes late must not count the money again.
    _P.REVERSED: frozenset(),
}

OPEN_PAYMENTS = frozenset({_P.CREATED, _P.STARTED, _P.SUSPECT})  # may still become money by itself
WAITING_PAYMENTS = frozenset({_P.CREATED, _P.STARTED})  # the provider has not decided
SETTLED_PAYMENTS = frozenset({_P.PAID, _P.BANK_PENDING})  # counts as money received
DEAD_PAYMENTS = frozenset({_P.REFUSED, _P.CANCELLED, _P.EXPIRED, _P.FAILED, _P.REVERSED})


class Trigger(TextChoices):
    """What made us look at a payment."""

    START = "start", "Ouverture"
    RETURN = "return", "Retour du navigateur"
    NOTIFICATION = "notification", "Notification du prestataire"
    POLL = "poll", "Relève automatique"
    STAFF = "staff", "Vérification par un agent"
    COUNTER = "counter", "Guichet"


class Means(TextChoices):
    """How money comes. ``ONLINE`` payments name their provider's account; the others have none."""

    ONLINE = "online", gettext_noop("En ligne")
    CASH = "cash", gettext_noop("Espèces")
    CHEQUE = "cheque", gettext_noop("Chèque")
    CESU = "cesu", "CESU"
    ANCV = "ancv", gettext_noop("Chèques-vacances")
    TRANSFER = "transfer", gettext_noop("Virement")
    DEBIT = "debit", gettext_noop("Prélèvement")


COUNTER_MEANS = frozenset({Means.CASH, Means.CHEQUE, Means.CESU, Means.ANCV, Means.TRANSFER})
# Paper that lies in the till until it is deposited.
TILL_MEANS = frozenset({Means.CASH, Means.CHEQUE, Means.CESU, Means.ANCV})


class EntryKind(TextChoices):
    """Why the journal of a régie has a line."""

    RECEIVED = "received", "Encaissement"
    CANCELLED = "cancelled", "Annulation de quittance"
    CORRECTED = "corrected", "Correction après arrêté"
    UNPAID = "unpaid", "Impayé"
    REVERSED = "reversed", "Annulation chez le prestataire"
    REFUNDED = "refunded", "Remboursement"


class ClosingKind(TextChoices):
    DAY = "day", "Journée"
    MONTH = "month", "Mois"


class DocumentKind(TextChoices):
    INVOICE = "invoice", "Facture"
    CREDIT = "credit", "Avoir"
    RECEIPT = "receipt", "Paiement"
    QUITTANCE = "counter", "Quittance"
    DEPOSIT = "deposit", "Bordereau de versement"
    HANDOVER = "handover", "Bordereau de prise en charge"


class CreditUse(TextChoices):
    """What a régie does with the credit of a household when it issues its next invoice."""

    FIRST = "first", "Utilisé d’abord, sans rien demander"
    DEMAND = "demand", "Utilisé à la demande de la famille"


class CampaignState(TextChoices):
    COMPUTING = "computing", "Calcul en cours"
    DRAFT = "draft", "Brouillon"
    ISSUING = "issuing", "Émission en cours"
    ISSUED = "issued", "Émise"
    CANCELLED = "cancelled", "Abandonnée"


_C = CampaignState

CAMPAIGN_MOVES: dict[CampaignState, frozenset[CampaignState]] = {
    _C.COMPUTING: frozenset({_C.DRAFT, _C.CANCELLED}),
    _C.DRAFT: frozenset({_C.COMPUTING, _C.ISSUING, _C.CANCELLED}),
    _C.ISSUING: frozenset({_C.ISSUED}),
    _C.ISSUED: frozenset(),
    _C.CANCELLED: frozenset(),
}

OPEN_CAMPAIGNS = frozenset({_C.COMPUTING, _C.DRAFT, _C.ISSUING})  # their lines are spoken for


class Outcome(TextChoices):
    """What a campaign makes of one household."""

    INVOICE = "invoice", "Facture"
    CREDIT = "credit", "Avoir"
    CARRIED = "carried", "Reporté sur la prochaine facture"
    NOTHING = "nothing", "Rien à facturer"


class AnomalyKind(TextChoices):
    """Something that an agent should look at before a campaign is issued."""

    NO_PAYER = "no_payer", "Dossier sans payeur"
    NO_EMAIL = "no_email", "Payeur sans adresse électronique"
    NEGATIVE = "negative", "Total négatif"
    NO_PROOF = "no_proof", "Prix sans justificatif de ressources"
    UNMARKED = "unmarked", "Réservations sans pointage"
