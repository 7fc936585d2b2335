"""Pointage: what really happened on a day. Acts are append-only; the last one of a child, by its own time, is the truth."""

from django.db import models
from django.db.models import F, Q

from booking.enums import Mark
from booking.models.offer import Opening
from core.models import Child, User


class AttendanceSheet(models.Model):
    """The sheet of one opening, once somebody has said « Terminer le pointage »."""

    opening = models.OneToOneField(
        Opening, models.PROTECT, related_name="attendance_sheet", verbose_name="ouverture"
    )
    closed_at = models.DateTimeField("terminée le")
    closed_by = models.ForeignKey(User, models.PROTECT, verbose_name="terminée par")

    class Meta:
        verbose_name = "feuille de pointage"

    def __str__(self) -> str:
        return f"Pointage {self.opening}"


class AttendanceAct(models.Model):
    """One act of marking a child. The database refuses to change it: a correction is a later act.

    ``uuid`` is made by the device, so that an act sent twice is recorded once. ``at`` is when it was done, by the
    device's clock set right at reception; ``received_at`` is when the server learnt it. ``seen`` is the act that the
    device showed when this one was made: another one in force at reception means that two devices disagree.
    Arrival and departure are local times of the town.
    """

    uuid = models.UUIDField("identifiant", unique=True)
    opening = models.ForeignKey(
        Opening, models.PROTECT, related_name="attendance_acts", verbose_name="ouverture"
    )
    child = models.ForeignKey(Child, models.PROTECT, related_name="attendance_acts", verbose_name="enfant")
    mark = models.CharField("pointage", max_length=8, choices=Mark)
    arrived = models.TimeField("arrivée", null=True, blank=True)
    left = models.TimeField("départ", null=True, blank=True)
    at = models.DateTimeField("le")
    received_at = models.DateTimeField("reçu le")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="par")
    device = models.CharField("appareil", max_length=40, blank=True)
    seen = models.UUIDField("acte affiché", null=True, blank=True)
    contested = models.BooleanField("contredit un autre appareil", default=False)

    class Meta:
        verbose_name = "acte de pointage"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(name="attendanceact_mark_known", condition=Q(mark__in=Mark.values)),
            models.CheckConstraint(
                name="attendanceact_times_of_present",
                condition=Q(mark=Mark.PRESENT) | Q(arrived__isnull=True, left__isnull=True),
            ),
            models.CheckConstraint(
                name="attendanceact_times_order",
                condition=Q(arrived__isnull=True) | Q(left__isnull=True) | Q(arrived__lte=F("left")),
            ),
        ]
        indexes = [models.Index(fields=["opening", "child", "-at", "-id"], name="attendanceact_latest")]

    def __str__(self) -> str:
        return f"{self.child} : {self.get_mark_display()}"
