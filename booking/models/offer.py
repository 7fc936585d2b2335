"""The offer: what may be booked, where, when, until when and at which price. All of it is the town's data."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from billing.models import Regie, Tariff
from booking.enums import BookingMode, PaymentMode, PlanningView, RefundRule
from booking.rules.groups import Room
from core.models import Child, Establishment

if TYPE_CHECKING:
    from booking.models.groups import OpeningGroup, SlotGroup


class Activity(models.Model):
    """Service of an establishment: RESTAURATION, PERISCOLAIRE, MERCREDIS / VACANCES."""

    code = models.SlugField("code", max_length=80, unique=True)
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="activities", verbose_name="établissement"
    )
    regie = models.ForeignKey(
        Regie, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name="régie"
    )
    name = models.CharField("nom", max_length=120)
    # Who may book: children of the establishment (a school), enrolled children, or both conditions.
    for_pupils = models.BooleanField("réservée aux élèves de l’établissement", default=True)
    needs_enrolment = models.BooleanField("inscription préalable par le service", default=False)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "activité"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Period(models.Model):
    """« Cantine 2022-2023 »: dates, weekdays, mode and payment.

    Rules are documents of ``booking.rules``: ``cancel_rule`` of cutoffs, ``audience`` an eligibility.Public, ``week``
    a week_choice.WeekRules, ``file_conditions`` of family_file, ``absences`` an absence.AbsencePolicy, ``unbooked``
    a late effect (for a child who comes without being booked), ``minimum`` of minimum. Null: no such rule.
    """

    code = models.SlugField("code", max_length=80, unique=True)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="periods", verbose_name="activité")
    name = models.CharField("nom", max_length=120)
    start = models.DateField("du")
    end = models.DateField("au")
    weekdays = models.JSONField("jours d’ouverture")  # ISO numbers, 1 = Monday
    in_school_holidays = models.CharField(
        "vacances scolaires",
        max_length=8,
        choices=[
            ("closed", "fermé pendant les vacances"),
            ("only", "seulement pendant les vacances"),
            ("open", "ouvert aussi pendant les vacances"),
        ],
        default="closed",
    )
    levels = models.JSONField("niveaux admis", default=list, blank=True)  # empty: every level
    mode = models.CharField("mode", max_length=8, choices=BookingMode, default=BookingMode.INSTANT)
    payment = models.CharField("paiement", max_length=8, choices=PaymentMode, default=PaymentMode.INVOICED)
    view = models.CharField("présentation", max_length=5, choices=PlanningView, default=PlanningView.MONTH)
    opens_at = models.DateTimeField("ouverture des réservations", null=True, blank=True)
    closes_at = models.DateTimeField("clôture des réservations", null=True, blank=True)
    cancel_rule = models.JSONField("délai d’annulation")
    cancel_help = models.TextField("pour annuler hors délai", blank=True)
    shows_places = models.BooleanField("affiche les places restantes", default=False)
    audience = models.JSONField("public", null=True, blank=True)
    week = models.JSONField("règles de la semaine", null=True, blank=True)
    file_conditions = models.JSONField("dossier demandé", null=True, blank=True)
    absences = models.JSONField("absences", null=True, blank=True)
    unbooked = models.JSONField("présence non réservée", null=True, blank=True)
    minimum = models.JSONField("effectif minimum", null=True, blank=True)
    refund = models.CharField(
        "argent d’un jour annulé à temps", max_length=6, choices=RefundRule, default=RefundRule.AGENT
    )

    class Meta:
        verbose_name = "période"
        ordering = ["-start", "name"]
        constraints = [
            models.CheckConstraint(
                name="period_order",
                condition=Q(start__lte=F("end")),
                violation_error_message="La fin précède le début.",
            ),
            models.CheckConstraint(name="period_mode_known", condition=Q(mode__in=BookingMode.values)),
            models.CheckConstraint(name="period_payment_known", condition=Q(payment__in=PaymentMode.values)),
            models.CheckConstraint(name="period_refund_known", condition=Q(refund__in=RefundRule.values)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def dates(self) -> tuple[date, date]:
        return self.start, self.end

    @property
    def has_waiting_list(self) -> bool:
        """Whether families may wait for its full days (booking.models.waiting)."""
        return hasattr(self, "waiting_policy")


class Slot(models.Model):
    """A column of the planning: « PERISCOLAIRE MATIN 07:30-08:30 ». Local hours of the town."""

    code = models.SlugField("code", max_length=80)
    period = models.ForeignKey(Period, models.CASCADE, related_name="slots", verbose_name="période")
    label = models.CharField("libellé", max_length=80)
    starts = models.TimeField("début")
    ends = models.TimeField("fin")
    capacity = models.IntegerField("places", null=True, blank=True)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "accueil"
        ordering = ["position", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["period", "code"], name="slot_code_unique"),
            models.CheckConstraint(name="slot_hours_order", condition=Q(starts__lt=F("ends"))),
            models.CheckConstraint(
                name="slot_capacity_positive", condition=Q(capacity__isnull=True) | Q(capacity__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def hours(self) -> str:
        return f"{self.starts:%H:%M} - {self.ends:%H:%M}"


class Stage(models.Model):
    """Stade de réservation of a slot: its own cut-off, price and audience.

    ``cutoff`` is a document of booking.rules.cutoffs; ``late``, one of booking.rules.late: what booking at this stage
    costs on top of its tariff, and who decides.
    """

    code = models.SlugField("code", max_length=80)
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="stages", verbose_name="accueil")
    label = models.CharField("libellé", max_length=80)
    cutoff = models.JSONField("délai de réservation")
    levels = models.JSONField("niveaux admis", default=list, blank=True)
    tariff = models.ForeignKey(Tariff, models.PROTECT, null=True, blank=True, verbose_name="tarif")
    late = models.JSONField("retard", null=True, blank=True)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "stade de réservation"
        ordering = ["slot__position", "position"]
        constraints = [models.UniqueConstraint(fields=["slot", "code"], name="stage_code_unique")]

    def __str__(self) -> str:
        return self.label


class Opening(models.Model):
    """A slot on a date. ``taken`` counts the places held or confirmed; the database refuses one too many.

    Its part by age or level group is in booking.models.groups.
    """

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="openings", verbose_name="accueil")
    date = models.DateField("date")
    capacity = models.IntegerField("places", null=True, blank=True)
    taken = models.IntegerField("occupées", default=0)
    closed_reason = models.CharField("fermé", max_length=120, blank=True)

    class Meta:
        verbose_name = "ouverture"
        ordering = ["date", "slot__position"]
        constraints = [
            models.UniqueConstraint(fields=["slot", "date"], name="opening_unique"),
            models.CheckConstraint(
                name="opening_not_oversold", condition=Q(capacity__isnull=True) | Q(taken__lte=F("capacity"))
            ),
            models.CheckConstraint(name="opening_taken_not_negative", condition=Q(taken__gte=0)),
        ]
        indexes = [models.Index(fields=["date"], name="opening_date")]

    def __str__(self) -> str:
        return f"{self.slot} {self.date:%d/%m/%Y}"

    @property
    def room(self) -> Room:
        """What nobody holds, of the day and of its groups. Prefetch ``groups`` to read several."""
        return Room(free=self.free, groups={one.group_id: one.free for one in self.groups.all()})

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else self.capacity - self.taken

    def counter(self, group: "SlotGroup | None") -> "Opening | OpeningGroup":
        """What counts the places of a group of its slot; without one, itself."""
        return next(one for one in self.groups.all() if one.group_id == group.pk) if group else self

    def count(self, group_id: int | None, step: int) -> None:
        """Follow in memory what was counted in the database; ``groups`` must have been prefetched."""
        self.taken += step
        for one in self.groups.all():
            if one.group_id == group_id:
                one.taken += step


class Enrolment(models.Model):
    """Inscription: the office lets a child book an activity."""

    child = models.ForeignKey(Child, models.CASCADE, related_name="enrolments", verbose_name="enfant")
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="enrolments", verbose_name="activité")
    valid_from = models.DateField("à partir du")
    valid_until = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "inscription"
        constraints = [
            models.UniqueConstraint(fields=["child", "activity", "valid_from"], name="enrolment_unique")
        ]

    def __str__(self) -> str:
        return f"{self.child} – {self.activity}"
