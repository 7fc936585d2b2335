"""A service that does not take place as planned: one act of an agent on many children."""

from django.db import models
from django.db.models import Q

from booking.enums import ChangeKind, PlaceState
from booking.models.offer import Opening
from booking.models.reservations import ReservationLine
from core.models import User


class ServiceChange(models.Model):
    """Annulation groupée, or a meal replaced by another: what, why, for whom, and what it did.

    ``openings``: those that the act closed (a whole service), or whose meal it changed. The figures are those of the
    act; euros. ``told_at`` is set once every family's mail is written.
    """

    kind = models.CharField("nature", max_length=9, choices=ChangeKind)
    title = models.CharField("objet", max_length=200)
    reason = models.CharField("motif", max_length=110)
    first_date = models.DateField("du")
    last_date = models.DateField("au")
    class_name = models.CharField("classe", max_length=60, blank=True)
    level = models.CharField("niveau", max_length=12, blank=True)
    openings = models.ManyToManyField(Opening, related_name="changes", verbose_name="ouvertures")
    children = models.IntegerField("enfants", default=0)
    families = models.IntegerField("familles", default=0)
    voided = models.DecimalField("non facturé", max_digits=10, decimal_places=2, default=0)
    credited = models.DecimalField("à rendre", max_digits=10, decimal_places=2, default=0)
    at = models.DateTimeField("le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    told_at = models.DateTimeField("familles prévenues le", null=True, blank=True)
    undone_at = models.DateTimeField("reprise le", null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="reprise par"
    )

    class Meta:
        verbose_name = "annulation groupée"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(name="servicechange_kind_known", condition=Q(kind__in=ChangeKind.values)),
            models.CheckConstraint(
                name="servicechange_undone_has_author",
                condition=Q(undone_at__isnull=True) | Q(undone_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(told_at__isnull=True), name="servicechange_untold")
        ]

    def __str__(self) -> str:
        return self.title


class ChangedLine(models.Model):
    """A booked day that the act concerned, and the state its place had before."""

    change = models.ForeignKey(ServiceChange, models.CASCADE, related_name="lines", verbose_name="annulation")
    line = models.ForeignKey(ReservationLine, models.PROTECT, related_name="+", verbose_name="ligne")
    before = models.CharField("état avant", max_length=9, choices=PlaceState)

    class Meta:
        verbose_name = "jour concerné"
        constraints = [models.UniqueConstraint(fields=["change", "line"], name="changedline_unique")]

    def __str__(self) -> str:
        return f"{self.change} : {self.line}"
