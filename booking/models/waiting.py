"""The waiting list of a full day: how a period's works, who waits, and what happened to each."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import ngettext

from booking.enums import OPEN_WAITING, OfficePrice, WaitingMode, WaitingState
from booking.models.groups import SlotGroup
from booking.models.offer import Opening, Period
from booking.models.reservations import Reservation, ReservationLine
from core.models import Child, User


class WaitingPolicy(models.Model):
    """How the waiting list of a period works. A period without one has no waiting list."""

    period = models.OneToOneField(
        Period, models.CASCADE, related_name="waiting_policy", verbose_name="période"
    )
    mode = models.CharField("qui propose les places", max_length=9, choices=WaitingMode)
    offer_minutes = models.IntegerField("durée d’une proposition (minutes)", default=1440)

    class Meta:
        verbose_name = "liste d’attente d’une période"
        constraints = [
            models.CheckConstraint(name="waitingpolicy_mode_known", condition=Q(mode__in=WaitingMode.values)),
            models.CheckConstraint(
                name="waitingpolicy_offer_minutes",
                condition=Q(offer_minutes__gte=5, offer_minutes__lte=20160),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} – {self.get_mode_display()}"

    @property
    def delay(self) -> str:
        """How long an offer stands: « 2 heures », « 1 jour »."""
        if self.offer_minutes % 1440 == 0:
            days = self.offer_minutes // 1440
            return ngettext("%(count)s jour", "%(count)s jours", days) % {"count": days}
        if self.offer_minutes % 60 == 0:
            hours = self.offer_minutes // 60
            return ngettext("%(count)s heure", "%(count)s heures", hours) % {"count": hours}
        minutes = self.offer_minutes
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


class WaitingEntryQuerySet(models.QuerySet["WaitingEntry"]):
    def offered(self, now: datetime) -> "WaitingEntryQuerySet":
        """Offers that stand at this moment: a predicate, never a job. Each counts in ``Opening.taken``."""
        return self.filter(state=WaitingState.OFFERED, offer_until__gte=now)

    def lapsed(self, now: datetime) -> "WaitingEntryQuerySet":
        """Offers whose time is over, still counted in ``Opening.taken`` because nobody has tidied them up yet."""
        return self.filter(state=WaitingState.OFFERED, offer_until__lt=now)

    def standing(self, now: datetime) -> "WaitingEntryQuerySet":
        """Who is on the list at this moment: those who wait and those who have an offer."""
        return self.filter(state__in=OPEN_WAITING).exclude(state=WaitingState.OFFERED, offer_until__lt=now)


class WaitingEntry(models.Model):
    """A child waits for a place of an opening. Entries of an opening change only while the opening is locked.

    ``rank`` orders the list; it is no position: ranks have holes. While an offer stands the place is counted in
    ``Opening.taken``, so that nobody else can have it.
    """

    opening = models.ForeignKey(
        Opening, models.PROTECT, related_name="waiting_entries", verbose_name="ouverture"
    )
    child = models.ForeignKey(Child, models.PROTECT, related_name="waiting_entries", verbose_name="enfant")
    group = models.ForeignKey(
        SlotGroup, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="groupe"
    )
    state = models.CharField("état", max_length=8, choices=WaitingState, default=WaitingState.WAITING)
    rank = models.IntegerField("rang")
    joined_at = models.DateTimeField("inscrit le")
    joined_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="inscrit par")
    offered_at = models.DateTimeField("proposée le", null=True, blank=True)
    offer_until = models.DateTimeField("proposée jusqu’à", null=True, blank=True)
    reservation = models.ForeignKey(
        Reservation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="waiting_entries",
        verbose_name="réservation",
    )
    reason = models.CharField("motif", max_length=200, blank=True)
    # At which price the office lets this child have the day past the rules that stop its family; "": the rules hold.
    office_price = models.CharField(
        "prix décidé par le service", max_length=6, choices=OfficePrice, blank=True, default=""
    )

    objects = WaitingEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription en liste d’attente"
        verbose_name_plural = "inscriptions en liste d’attente"
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["opening", "child"], condition=Q(state__in=OPEN_WAITING), name="waitingentry_unique"
            ),
            models.CheckConstraint(
                name="waitingentry_state_known", condition=Q(state__in=WaitingState.values)
            ),
            models.CheckConstraint(
                name="waitingentry_office_price_known",
                condition=Q(office_price__in=["", *OfficePrice.values]),
            ),
            models.CheckConstraint(
                name="waitingentry_offer_has_term",
                condition=~Q(state=WaitingState.OFFERED)
                | Q(offered_at__isnull=False, offer_until__isnull=False),
            ),
            models.CheckConstraint(
                name="waitingentry_accepted_has_reservation",
                condition=~Q(state=WaitingState.ACCEPTED) | Q(reservation__isnull=False),
            ),
            models.CheckConstraint(
                name="waitingentry_removed_has_reason",
                condition=~Q(state=WaitingState.REMOVED) | ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["opening", "rank"], condition=Q(state__in=OPEN_WAITING), name="waitingentry_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child} – {self.opening}"


class WaitingEvent(models.Model):
    """Every act on an entry, with who and when. Append-only: the database refuses changes."""

    entry = models.ForeignKey(WaitingEntry, models.CASCADE, related_name="events", verbose_name="inscription")
    at = models.DateTimeField("le")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="par")
    act = models.CharField("acte", max_length=250)
    to_state = models.CharField("état", max_length=8, choices=WaitingState)

    class Meta:
        verbose_name = "événement de liste d’attente"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.act


class RetakeClaim(models.Model):
    """A late cancellation that stays due unless another family takes the place: then it is given back."""

    line = models.OneToOneField(
        ReservationLine, models.PROTECT, related_name="retake_claim", verbose_name="ligne annulée"
    )
    opening = models.ForeignKey(
        Opening, models.PROTECT, related_name="retake_claims", verbose_name="ouverture"
    )
    since = models.DateTimeField("annulée le")
    retaken_at = models.DateTimeField("place reprise le", null=True, blank=True)
    # One place taken from the waiting list gives back one cancellation.
    retaken_by = models.OneToOneField(
        ReservationLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="retaken_claim",
        verbose_name="reprise par",
    )

    class Meta:
        verbose_name = "annulation tardive en attente de reprise"
        verbose_name_plural = "annulations tardives en attente de reprise"
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                name="retakeclaim_retaken_whole",
                condition=Q(retaken_at__isnull=True, retaken_by__isnull=True)
                | Q(retaken_at__isnull=False, retaken_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["opening", "since"], condition=Q(retaken_at__isnull=True), name="retakeclaim_open"
            ),
        ]

    def __str__(self) -> str:
        return str(self.line)
