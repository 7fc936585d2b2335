"""Places of a slot shared out by age or level: « Moins de 6 ans : 16 places », on each of its days."""

from django.db import models
from django.db.models import F, Q

from booking.models.offer import Opening, Slot
from booking.rules.eligibility import AgeRange
from booking.rules.groups import Group


class SlotGroup(models.Model):
    """``ages`` is an eligibility.AgeRange, read on the day itself. A child is of the first group that takes it."""

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="groups", verbose_name="accueil")
    code = models.SlugField("code", max_length=80)
    label = models.CharField("libellé", max_length=80)
    levels = models.JSONField("niveaux", default=list, blank=True)  # empty: every level
    ages = models.JSONField("âges", null=True, blank=True)
    capacity = models.IntegerField("places", null=True, blank=True)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "groupe"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["slot", "code"], name="slotgroup_code_unique"),
            models.CheckConstraint(
                name="slotgroup_capacity_positive", condition=Q(capacity__isnull=True) | Q(capacity__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def rule(self) -> Group:
        ages = AgeRange.model_validate(self.ages) if self.ages else None
        return Group(key=self.pk, levels=frozenset(self.levels), ages=ages)


class OpeningGroup(models.Model):
    """The places of a group on one day. ``taken`` is its part of ``Opening.taken``: the database refuses one too many.

    It changes only while the opening is locked.
    """

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="groups", verbose_name="ouverture")
    group = models.ForeignKey(SlotGroup, models.CASCADE, related_name="days", verbose_name="groupe")
    capacity = models.IntegerField("places", null=True, blank=True)
    taken = models.IntegerField("occupées", default=0)

    class Meta:
        verbose_name = "places d’un groupe"
        ordering = ["group__position", "group_id"]
        constraints = [
            models.UniqueConstraint(fields=["opening", "group"], name="openinggroup_unique"),
            models.CheckConstraint(
                name="openinggroup_not_oversold",
                condition=Q(capacity__isnull=True) | Q(taken__lte=F("capacity")),
            ),
            models.CheckConstraint(name="openinggroup_taken_not_negative", condition=Q(taken__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.opening} – {self.group}"

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else self.capacity - self.taken
