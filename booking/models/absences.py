from django.db import models
from django.db.models import F, Q

from booking.enums import AbsenceState
from booking.models.offer import Period
from booking.models.reservations import ReservationLine
from booking.rules.absence import PROOF_CHOICES, REASON_CHOICES
from core.models import Child, User


class AbsenceReport(models.Model):
    """« Signaler une absence »: a child will not come, or did not, from ``first`` to ``last`` (included).

    ``proof_until``: the last moment to hand in the paper that would change what is due (null: no limit). The file is
    deleted once an agent has decided: only the decision is kept. Taken back, a report has no days any more: it only says
    what happened, to who opens an old link.
    """

    child = models.ForeignKey(Child, models.PROTECT, related_name="absences", verbose_name="enfant")
    period = models.ForeignKey(Period, models.PROTECT, related_name="absence_reports", verbose_name="période")
    first = models.DateField("du")
    last = models.DateField("au")
    reason = models.CharField("motif", max_length=16, choices=REASON_CHOICES, blank=True)
    note = models.CharField("précision", max_length=200, blank=True)
    told_at = models.DateTimeField("signalée le")
    told_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="signalée par")
    state = models.CharField("état", max_length=8, choices=AbsenceState)
    proof = models.CharField("justificatif", max_length=11, choices=PROOF_CHOICES, blank=True)
    proof_file = models.FileField("fichier", upload_to="justificatifs/%Y", blank=True)
    proof_at = models.DateTimeField("reçu le", null=True, blank=True)
    proof_until = models.DateTimeField("attendu avant le", null=True, blank=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidée par"
    )
    decision_reason = models.CharField("motif de la décision", max_length=200, blank=True)
    taken_back_at = models.DateTimeField("retirée le", null=True, blank=True)
    taken_back_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retirée par"
    )

    class Meta:
        verbose_name = "absence signalée"
        verbose_name_plural = "absences signalées"
        ordering = ["-told_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="absencereport_order", condition=Q(first__lte=F("last"))),
            models.CheckConstraint(
                name="absencereport_state_known", condition=Q(state__in=AbsenceState.values)
            ),
            models.CheckConstraint(
                name="absencereport_decided_has_author",
                condition=~Q(state__in=[AbsenceState.ACCEPTED, AbsenceState.REFUSED])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="absencereport_taken_back_has_author",
                condition=~Q(state=AbsenceState.TAKEN_BACK)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
            models.CheckConstraint(
                name="absencereport_refused_has_reason",
                condition=~Q(state=AbsenceState.REFUSED) | ~Q(decision_reason=""),
            ),
        ]
        indexes = [models.Index(fields=["state", "told_at"], name="absencereport_state")]

    def __str__(self) -> str:
        return f"Absence de {self.child}"


class AbsentDay(models.Model):
    """One booked service that is missed: what remains due of its price (euros), and why. A line is missed once."""

    report = models.ForeignKey(AbsenceReport, models.CASCADE, related_name="days", verbose_name="absence")
    line = models.OneToOneField(
        ReservationLine, models.PROTECT, related_name="absent_day", verbose_name="ligne"
    )
    price = models.DecimalField("prix", max_digits=10, decimal_places=2)
    due = models.DecimalField("dû", max_digits=10, decimal_places=2)
    explanation = models.CharField("explication", max_length=300)

    class Meta:
        verbose_name = "jour manqué"
        verbose_name_plural = "jours manqués"
        ordering = ["line__opening__date", "line__opening__slot__position"]

    def __str__(self) -> str:
        return str(self.line)
