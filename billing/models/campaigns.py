"""Campagne de facturation: what is going to be invoiced, looked at by an agent before numbers are given."""

from django.db import models
from django.db.models import F, Q

from billing.enums import AnomalyKind, CampaignState, Outcome
from billing.models.charges import Charge
from billing.models.documents import Invoice
from billing.models.regies import Regie
from core.models import Household, User


class Campaign(models.Model):
    """``groups``: the charges' own ``group_label`` that are invoiced (empty: all). ``corrective``: only what gives
    back or adds to something invoiced before. ``done`` of ``total`` households are computed, or issued."""

    regie = models.ForeignKey(Regie, models.PROTECT, related_name="campaigns", verbose_name="régie")
    label = models.CharField("libellé", max_length=120)
    first_date = models.DateField("du")
    last_date = models.DateField("au")
    groups = models.JSONField("services", default=list, blank=True)
    corrective = models.BooleanField("campagne corrective", default=False)
    minimum = models.DecimalField("facture minimale", max_digits=6, decimal_places=2, default=0)
    issued_on = models.DateField("date des factures")
    published_on = models.DateField("visible des familles le")
    due_on = models.DateField("à payer avant le")
    state = models.CharField("état", max_length=12, choices=CampaignState, default=CampaignState.COMPUTING)
    # The last household whose prices by volume were rated again.
    rated_until = models.IntegerField("prix revus jusqu’au dossier", default=0)
    done = models.IntegerField("dossiers faits", default=0)
    total = models.IntegerField("dossiers", default=0)
    created_at = models.DateTimeField("créée le")
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="créée par"
    )
    issued_at = models.DateTimeField("émise le", null=True, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="émise par")

    class Meta:
        verbose_name = "campagne de facturation"
        verbose_name_plural = "campagnes de facturation"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="campaign_state_known", condition=Q(state__in=CampaignState.values)),
            models.CheckConstraint(name="campaign_dates", condition=Q(first_date__lte=F("last_date"))),
            models.CheckConstraint(
                name="campaign_terms",
                condition=Q(published_on__gte=F("issued_on"), due_on__gte=F("published_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Draft(models.Model):
    """One household of a campaign. ``invoice`` is what became of it; ``announced_at``, when its payer was told."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="drafts", verbose_name="campagne")
    household = models.ForeignKey(Household, models.PROTECT, related_name="drafts", verbose_name="dossier")
    total = models.DecimalField("total", max_digits=10, decimal_places=2, default=0)
    outcome = models.CharField("suite", max_length=8, choices=Outcome, default=Outcome.NOTHING)
    closed_at = models.DateTimeField("traité le", null=True, blank=True)
    invoice = models.OneToOneField(
        Invoice, models.PROTECT, null=True, blank=True, related_name="draft", verbose_name="facture"
    )
    announced_at = models.DateTimeField("annoncée le", null=True, blank=True)

    class Meta:
        verbose_name = "projet de facture"
        verbose_name_plural = "projets de facture"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "household"], name="draft_one_a_household"),
            models.CheckConstraint(name="draft_outcome_known", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(
                name="draft_document_is_closed",
                condition=Q(invoice__isnull=True) | Q(closed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "id"], condition=Q(closed_at__isnull=True), name="draft_open"),
            models.Index(
                fields=["campaign", "id"],
                condition=Q(invoice__isnull=False, announced_at__isnull=True),
                name="draft_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} – {self.household}"


class DraftLine(models.Model):
    """A charge that a campaign proposes. Dropped, it stays to be invoiced by a later one."""

    # Its unique constraint begins with the draft, few lines are dropped: no index of their own to fill for each line.
    draft = models.ForeignKey(
        Draft, models.CASCADE, related_name="lines", db_index=False, verbose_name="projet"
    )
    charge = models.ForeignKey(
        Charge, models.PROTECT, related_name="draft_lines", verbose_name="ligne à facturer"
    )
    dropped_at = models.DateTimeField("écartée le", null=True, blank=True)
    dropped_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="écartée par"
    )
    drop_reason = models.CharField("motif", max_length=200, blank=True)

    class Meta:
        verbose_name = "ligne de projet"
        verbose_name_plural = "lignes de projet"
        ordering = ["charge__service_date", "charge_id"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "charge"], name="draftline_once"),
            models.CheckConstraint(
                name="draftline_dropped_says_why",
                condition=Q(dropped_at__isnull=True) | ~Q(drop_reason="") & Q(dropped_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.charge)


class Anomaly(models.Model):
    """What the computing of a campaign found strange; nothing is refused for it."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="anomalies", verbose_name="campagne")
    kind = models.CharField("nature", max_length=10, choices=AnomalyKind)
    household = models.ForeignKey(
        Household, models.CASCADE, null=True, related_name="+", verbose_name="dossier"
    )
    detail = models.CharField("détail", max_length=250)

    class Meta:
        verbose_name = "anomalie"
        ordering = ["kind", "household__name", "pk"]
        constraints = [
            models.CheckConstraint(name="anomaly_kind_known", condition=Q(kind__in=AnomalyKind.values))
        ]

    def __str__(self) -> str:
        return self.detail
