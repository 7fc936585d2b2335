from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from billing.models.regies import Regie
from billing.models.tariffs import Tariff
from billing.pricing.facts_words import frozen_in_words
from core.models import Child, Household
from core.money import round_euros


class Charge(models.Model):
    """Ligne à facturer: what a household owes for one thing on one day, not yet on an invoice.

    ``source`` is unique: the same place or attendance never makes two charges. A row is never edited, only voided:
    what changes later is another row, that ``corrects`` the first one of the same thing.
    ``facts`` (billing.pricing.frozen) made the price, in ``tariff``. ``rated_later``: the price is an estimate until
    its week, month… is closed; a campaign then rates it again.
    """

    regie = models.ForeignKey(Regie, models.PROTECT, related_name="charges", verbose_name="régie")
    household = models.ForeignKey(Household, models.PROTECT, related_name="charges", verbose_name="dossier")
    child = models.ForeignKey(Child, models.PROTECT, null=True, verbose_name="enfant")
    source = models.CharField("origine", max_length=80, unique=True)
    service_date = models.DateField("date")
    group_label = models.CharField("service", max_length=250)
    label = models.CharField("désignation", max_length=120)
    quantity = models.DecimalField("quantité", max_digits=8, decimal_places=2, default=1)
    unit_price = models.DecimalField("prix", max_digits=10, decimal_places=2)
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    reasons = models.JSONField("pourquoi ce prix", default=list)
    facts = models.JSONField("faits du prix", default=dict)
    tariff = models.ForeignKey(Tariff, models.SET_NULL, null=True, related_name="+", verbose_name="tarif")
    rated_later = models.BooleanField("prix connu plus tard", default=False)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", verbose_name="corrige"
    )
    # Of a day that two households pay: the part of this one in per cent; the second part tells of which source.
    share = models.DecimalField("part", max_digits=5, decimal_places=2, null=True)
    share_of = models.CharField("part de", max_length=80, blank=True, db_index=True)
    created_at = models.DateTimeField("créée le")
    voided_at = models.DateTimeField("annulée le", null=True, blank=True)
    void_reason = models.CharField("motif", max_length=200, blank=True)

    class Meta:
        verbose_name = "ligne à facturer"
        verbose_name_plural = "lignes à facturer"
        ordering = ["service_date", "pk"]
        constraints = [
            models.CheckConstraint(
                name="charge_amount_is_product",
                condition=Q(amount=Round(F("quantity") * F("unit_price"), precision=2)),
            ),
            models.CheckConstraint(
                name="charge_voided_has_reason", condition=Q(voided_at__isnull=True) | ~Q(void_reason="")
            ),
        ]
        indexes = [
            models.Index(fields=["household", "regie", "service_date"], name="charge_household"),
            models.Index(
                fields=["regie", "household", "service_date"],
                condition=Q(rated_later=True, voided_at__isnull=True),
                name="charge_rated_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.service_date:%d/%m/%Y}"

    @property
    def thing(self) -> str:
        """The source of what it is about, whoever pays and however often it was corrected. Needs ``corrects``."""
        first = self.corrects or self
        return first.share_of or first.source

    def part_of(self, price: Decimal) -> Decimal:
        """Its part of a whole price: the first one is rounded, the second one is the rest, so that they add up."""
        if self.share is None:
            return price
        if not self.share_of:
            return round_euros(price * self.share / 100)
        return price - round_euros(price * (100 - self.share) / 100)

    @property
    def facts_told(self) -> list[tuple[str, str]]:
        """The facts that made the price, in words."""
        return frozen_in_words(self.facts)
