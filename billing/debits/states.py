"""States of mandates, debits and batches, their legal moves, and the groups that constraints and queries use."""

from django.db.models import TextChoices


class MandateState(TextChoices):
    DRAFT = "draft", "À signer"
    ACTIVE = "active", "En vigueur"
    REVOKED = "revoked", "Révoqué"
    EXPIRED = "expired", "Caduc"


MANDATE_MOVES: dict[MandateState, frozenset[MandateState]] = {
    MandateState.DRAFT: frozenset({MandateState.ACTIVE}),
    MandateState.ACTIVE: frozenset({MandateState.REVOKED, MandateState.EXPIRED}),
    MandateState.REVOKED: frozenset(),
    MandateState.EXPIRED: frozenset(),
}


class MandateAct(TextChoices):
    SIGNED = "signed", "Signature"
    AMENDED = "amended", "Changement de compte"
    REVOKED = "revoked", "Révocation"
    EXPIRED = "expired", "Caducité"
    READ = "read", "Lecture du mandat par un agent"


class Sequence(TextChoices):
    """SEPA sequence types. A town's mandates are recurrent: neither OOFF nor FNAL."""

    FIRST = "FRST", "Premier"
    RECURRENT = "RCUR", "Récurrent"


class DebitState(TextChoices):
    PLANNED = "planned", "Annoncé"
    DROPPED = "dropped", "Écarté"
    SENT = "sent", "Remis à la banque"
    PAID = "paid", "Encaissé"
    REJECTED = "rejected", "Rejeté"


_D = DebitState

DEBIT_MOVES: dict[DebitState, frozenset[DebitState]] = {
    _D.PLANNED: frozenset({_D.SENT, _D.DROPPED}),
    _D.SENT: frozenset({_D.PAID, _D.REJECTED, _D.DROPPED}),
    _D.PAID: frozenset({_D.REJECTED}),
    _D.DROPPED: frozenset(),
    _D.REJECTED: frozenset(),
}

LIVE_DEBITS = frozenset({_D.PLANNED, _D.SENT})  # may still become money: an invoice has one at most


class BatchState(TextChoices):
    DRAFT = "draft", "En préparation"
    SENT = "sent", "Remis à la banque"
    SETTLED = "settled", "Encaissé"
    CANCELLED = "cancelled", "Abandonné"


_B = BatchState

BATCH_MOVES: dict[BatchState, frozenset[BatchState]] = {
    _B.DRAFT: frozenset({_B.SENT, _B.CANCELLED}),
    _B.SENT: frozenset({_B.SETTLED, _B.CANCELLED}),
    _B.SETTLED: frozenset(),
    _B.CANCELLED: frozenset(),
}
