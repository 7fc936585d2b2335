"""States of booking, their legal moves, and the groups that views and queries use."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BookingMode(TextChoices):
    INSTANT = "instant", "Réservation immédiate"
    REQUEST = "request", "Demande étudiée par un agent"


class PaymentMode(TextChoices):
    PREPAID = "prepaid", "Paiement à la réservation"
    INVOICED = "invoiced", "Facturé plus tard"
    FREE = "free", "Gratuit"


class RefundRule(TextChoices):
    """What becomes of the money of a day that was paid or invoiced, and then cancelled in time."""

    AGENT = "agent", "Un agent décide"
    CREDIT = "credit", "Avoir sur le compte de la famille"
    LIST = "list", "Remboursement par la régie"
    NONE = "none", "Ni avoir ni remboursement"


class OfficePrice(TextChoices):
    """What a family pays for what an agent books for it."""

    NORMAL = "normal", "Prix normal"
    LATE = "late", "Prix du retard"
    FREE = "free", "Gratuit"


class OfficePayment(TextChoices):
    """How a family pays, in a prepaid period, what an agent books for it."""

    BASKET = "basket", "Dans le panier de la famille"
    INVOICE = "invoice", "À facturer"


class PriorityCriterion(TextChoices):
    """What makes a demand come before others. Facts are read from the town's data; the others an agent ticks."""

    RESIDENT = "resident", "Habite la commune"
    WORKS_HERE = "works_here", "Un parent travaille dans la commune"
    SIBLING = "sibling", "Frère ou sœur déjà accepté dans cette activité"
    ATTENDED = "attended", "A déjà fréquenté cette activité"
    BOTH_WORK = "both_work", "Les deux parents travaillent"
    LONE_PARENT = "lone_parent", "Parent seul"
    OTHER = "other", "Situation reconnue par le service"

    @classmethod
    def ticked(cls) -> tuple["PriorityCriterion", ...]:
        """Those that no data of the portal proves."""
        return cls.BOTH_WORK, cls.LONE_PARENT, cls.OTHER


class AbsenceState(TextChoices):
    """Where an absence that a family reported stands."""

    SETTLED = "settled", _("Enregistrée")
    AWAITING = "awaiting", _("Justificatif attendu")
    ACCEPTED = "accepted", _("Justificatif accepté")
    REFUSED = "refused", _("Justificatif refusé")
    TAKEN_BACK = "undone", _("Retirée par la famille")


class PlanningView(TextChoices):
    MONTH = "month", "Mois"
    WEEK = "week", "Semaine"


class PlaceState(TextChoices):
    """The one truth of who holds which opening."""

    REQUESTED = "requested", _("En attente de traitement")
    HELD = "held", _("En attente de paiement")
    CONFIRMED = "confirmed", _("Acceptée")
    RELEASED = "released", _("Libérée")


_S = PlaceState
PLACE_MOVES: dict[PlaceState, frozenset[PlaceState]] = {
    _S.REQUESTED: frozenset({_S.CONFIRMED, _S.HELD, _S.RELEASED}),
    # Back to REQUESTED: an agent takes a decision back.
    _S.HELD: frozenset({_S.CONFIRMED, _S.RELEASED, _S.REQUESTED}),
    _S.CONFIRMED: frozenset({_S.RELEASED, _S.REQUESTED}),
    # CONFIRMED: money that comes late takes the place back, if it is still free.
    _S.RELEASED: frozenset({_S.CONFIRMED, _S.REQUESTED}),
}
# States that count against the capacity of an opening (a hold only while it lasts: Place.objects.live).
TAKING = (_S.HELD, _S.CONFIRMED)
LIVE = (_S.REQUESTED, _S.HELD, _S.CONFIRMED)


class LineAction(TextChoices):
    ADD = "add", _("Demande de réservation")
    CANCEL = "cancel", _("Demande d’annulation")


class LineState(TextChoices):
    """What became of one line of a request."""

    # The guide’s word for a line; the request itself says « en attente de paiement ».
    AWAITING_PAYMENT = "awaiting_payment", _("en attente de traitement")
    PENDING = "pending", _("en attente de traitement")
    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("refusée")
    CANCELLED = "cancelled", _("annulée")


_L = LineState
LINE_MOVES: dict[LineState, frozenset[LineState]] = {
    _L.PENDING: frozenset({_L.ACCEPTED, _L.REFUSED, _L.CANCELLED, _L.AWAITING_PAYMENT}),
    # Back to PENDING: an agent takes a decision back.
    _L.AWAITING_PAYMENT: frozenset({_L.ACCEPTED, _L.CANCELLED, _L.REFUSED, _L.PENDING}),
    _L.ACCEPTED: frozenset({_L.CANCELLED, _L.PENDING}),
    _L.REFUSED: frozenset({_L.PENDING}),
    # Money that comes after the basket lapsed; an agent takes a cancellation of a whole service back.
    _L.CANCELLED: frozenset({_L.ACCEPTED, _L.REFUSED, _L.PENDING}),
}


class ReservationState(TextChoices):
    """Derived from the lines (booking.rules.reservation_state), stored for lists."""

    AWAITING_PAYMENT = "awaiting_payment", _("Réservation en attente de paiement")
    PENDING = "pending", _("Réservation en attente de traitement")
    ACCEPTED = "accepted", _("Réservation acceptée")
    REFUSED = "refused", _("Réservation refusée")
    CANCELLED = "cancelled", _("Réservation annulée")
    PARTIAL = "partial", _("Des présences acceptées et d’autres refusées ou annulées")


class Mark(TextChoices):
    """What an act of attendance says of a child. NONE takes the others back."""

    NONE = "none", "À pointer"
    PRESENT = "present", "Présent"
    ABSENT = "absent", "Absent"


class ChangeKind(TextChoices):
    """What an agent does to a whole service, a class or a day."""

    CANCELLED = "cancelled", "Annulé"
    MEAL = "meal", "Repas remplacé"


class WaitingMode(TextChoices):
    """Who offers a freed place to the families that wait."""

    AUTOMATIC = "automatic", "Proposée aussitôt à la famille suivante"
    AGENT = "agent", "Proposée par le service"


class WaitingState(TextChoices):
    """What became of a child's wait for a full day."""

    WAITING = "waiting", _("Sur la liste d’attente")
    OFFERED = "offered", _("Place proposée")
    ACCEPTED = "accepted", _("Place réservée")
    DECLINED = "declined", _("Proposition refusée")
    LAPSED = "lapsed", _("Proposition sans réponse")
    LEFT = "left", _("Liste quittée")
    REMOVED = "removed", _("Retirée de la liste")


_W = WaitingState
WAITING_MOVES: dict[WaitingState, frozenset[WaitingState]] = {
    # ACCEPTED without an offer: the family booked the day by itself, places having been added.
    _W.WAITING: frozenset({_W.OFFERED, _W.ACCEPTED, _W.LEFT, _W.REMOVED}),
    _W.OFFERED: frozenset({_W.ACCEPTED, _W.DECLINED, _W.LAPSED, _W.LEFT, _W.REMOVED}),
}
OPEN_WAITING = (_W.WAITING, _W.OFFERED)
