from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from billing.models import Payment, Tariff
from booking.enums import LineAction, LineState, ReservationState
from booking.models.carts import Cart
from booking.models.offer import Opening, Period, Stage
from core.models import Child, Household, User


class Reservation(models.Model):
    """One numbered request: additions and cancellations for one child and one period.

    The number that people see is the primary key. A family's cancellation is a new reservation, as the guides
    tell it. ``pay_before`` is what the family was
    told; a running payment may keep the places longer (Place.held_until), never shorter.
    """

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="reservations", verbose_name="dossier"
    )
    child = models.ForeignKey(Child, models.PROTECT, related_name="reservations", verbose_name="enfant")
    period = models.ForeignKey(Period, models.PROTECT, related_name="reservations", verbose_name="période")
    cart = models.ForeignKey(
        Cart, models.PROTECT, null=True, blank=True, related_name="reservations", verbose_name="panier"
    )
    state = models.CharField("état", max_length=16, choices=ReservationState)
    total = models.DecimalField("montant", max_digits=10, decimal_places=2, default=0)
    first_date = models.DateField("du")
    last_date = models.DateField("au")
    pay_before = models.DateTimeField("à régler avant", null=True, blank=True)
    created_at = models.DateTimeField("créée le")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, verbose_name="créée par")

    class Meta:
        verbose_name = "réservation"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="reservation_state_known", condition=Q(state__in=ReservationState.values)
            ),
            models.CheckConstraint(
                name="reservation_awaiting_has_cart",
                condition=~Q(state=ReservationState.AWAITING_PAYMENT)
                | Q(cart__isnull=False, pay_before__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["household", "-id"], name="reservation_household"),
            models.Index(fields=["created_at"], name="reservation_created"),
            models.Index(
                fields=["pay_before"],
                condition=Q(state=ReservationState.AWAITING_PAYMENT),
                name="reservation_awaiting",
            ),
        ]

    def __str__(self) -> str:
        return f"Réservation n° {self.display_number}"

    @property
    def name(self) -> str:
        """What a family reads of it, in its language; ``str()`` is French, and may be kept."""
        return gettext("Réservation n° %(display_number)s") % {"display_number": self.display_number}

    @property
    def display_number(self) -> str:
        return f"{self.pk:05d}"


class PaymentItem(models.Model):
    """Which reservations an attempt pays. A reservation may be in several attempts; the first that brings money wins."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="items", verbose_name="paiement")
    reservation = models.ForeignKey(
        Reservation, models.PROTECT, related_name="payment_items", verbose_name="réservation"
    )
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    # The lines it pays: a demand that an agent accepted in part has others.
    line_ids = models.JSONField("lignes payées", default=list)

    class Meta:
        verbose_name = "réservation payée"
        constraints = [models.UniqueConstraint(fields=["payment", "reservation"], name="paymentitem_unique")]

    def __str__(self) -> str:
        return f"{self.payment} – {self.reservation}"


class ReservationLine(models.Model):
    """One day of a request. Prices are frozen here when the place is held, with the facts that made them."""

    reservation = models.ForeignKey(
        Reservation, models.CASCADE, related_name="lines", verbose_name="réservation"
    )
    opening = models.ForeignKey(Opening, models.PROTECT, related_name="lines", verbose_name="ouverture")
    stage = models.ForeignKey(Stage, models.PROTECT, verbose_name="stade")
    action = models.CharField("demande", max_length=6, choices=LineAction)
    state = models.CharField("état", max_length=16, choices=LineState)
    label = models.CharField("libellé", max_length=80)
    tariff_label = models.CharField("désignation", max_length=120, blank=True)
    price = models.DecimalField("prix", max_digits=10, decimal_places=2, default=0)
    price_reasons = models.JSONField("pourquoi ce prix", default=list)
    price_facts = models.JSONField("faits du prix", default=dict)
    tariff = models.ForeignKey(Tariff, models.SET_NULL, null=True, related_name="+", verbose_name="tarif")
    # The price is an estimate: see billing.models.Charge.
    rated_later = models.BooleanField("prix connu plus tard", default=False)
    reason = models.CharField("motif", max_length=200, blank=True)

    class Meta:
        verbose_name = "ligne de réservation"
        ordering = ["opening__date", "opening__slot__position"]
        constraints = [
            models.UniqueConstraint(fields=["reservation", "opening"], name="reservationline_unique"),
            models.CheckConstraint(
                name="reservationline_state_known", condition=Q(state__in=LineState.values)
            ),
            models.CheckConstraint(
                name="reservationline_refused_has_reason",
                condition=~Q(state=LineState.REFUSED) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.opening}"

    @property
    def is_owed(self) -> bool:
        """Something is due for it, or may be once its week or its month is closed."""
        return bool(self.price) or self.rated_later


class ReservationEvent(models.Model):
    """History: every act on a request, with who and when. Append-only: the database refuses changes."""

    reservation = models.ForeignKey(
        Reservation, models.CASCADE, related_name="events", verbose_name="réservation"
    )
    at = models.DateTimeField("le")
    by = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="par")
    act = models.CharField("acte", max_length=200)
    to_state = models.CharField("état", max_length=16, choices=ReservationState)

    class Meta:
        verbose_name = "événement de réservation"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.act
