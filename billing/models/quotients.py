"""What a household proved of its means, dated, and what the town decided about such proofs."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from billing.quotients import Effect, Fund, MeansBasis, QuotientSource, Validity
from core.models import Household, User
from core.secrets import seal, unseal


class QuotientQuerySet(models.QuerySet["Quotient"]):
    def standing(self) -> "QuotientQuerySet":
        return self.filter(withdrawn_at__isnull=True)


class Quotient(models.Model):
    """Both dates are included. A mistake is withdrawn with its reason, never erased.

    The database refuses two standing rows of one household and basis on the same day (migration 0007).
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="quotients", verbose_name="dossier")
    basis = models.CharField("nature", max_length=14, choices=MeansBasis, default=MeansBasis.QUOTIENT)
    value = models.DecimalField(
        "valeur", max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    fund = models.CharField("caisse", max_length=4, choices=Fund, blank=True)
    # As the proof tells it; empty: the children of the file are counted.
    children = models.IntegerField("enfants à charge", null=True, blank=True)
    valid_from = models.DateField("à partir du")
    valid_until = models.DateField("jusqu’au")
    source = models.CharField("origine", max_length=8, choices=QuotientSource)
    proof = models.CharField("justificatif", max_length=200, blank=True)
    as_of = models.DateField("calculé par la caisse pour", null=True, blank=True)
    received_on = models.DateField("reçu le")
    recorded_at = models.DateTimeField("enregistré le")
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="enregistré par"
    )
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retiré par"
    )
    withdrawn_reason = models.CharField("motif du retrait", max_length=200, blank=True)

    objects = QuotientQuerySet.as_manager()

    class Meta:
        verbose_name = "quotient"
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="quotient_dates_in_order", condition=Q(valid_until__gte=F("valid_from"))
            ),
            models.CheckConstraint(name="quotient_value_positive", condition=Q(value__gte=0)),
            models.CheckConstraint(
                name="quotient_withdrawn_has_reason",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
            ),
            models.CheckConstraint(name="quotient_basis_known", condition=Q(basis__in=MeansBasis.values)),
        ]
        indexes = [
            models.Index(
                fields=["valid_until"], condition=Q(withdrawn_at__isnull=True), name="quotient_expiry"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_basis_display()} {self.value}"


class QuotientDeclaration(models.Model):
    """A change that a family tells of, with its proof: an agent reads it, then records a quotient or refuses."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="quotient_declarations", verbose_name="dossier"
    )
    value = models.DecimalField(
        "quotient déclaré",
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    message = models.TextField("message", blank=True)
    proof = models.FileField("justificatif", upload_to="quotients", blank=True)
    at = models.DateTimeField("déclaré le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="déclaré par")
    closed_at = models.DateTimeField("traité le", null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="traité par"
    )
    answer = models.CharField("réponse", max_length=200, blank=True)
    quotient = models.OneToOneField(
        Quotient, models.PROTECT, null=True, blank=True, related_name="declaration", verbose_name="quotient"
    )

    class Meta:
        verbose_name = "déclaration de quotient"
        verbose_name_plural = "déclarations de quotient"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="quotientdeclaration_closed_has_author",
                condition=Q(closed_at__isnull=True) | Q(closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="quotientdeclaration_refused_has_answer",
                condition=Q(closed_at__isnull=True) | Q(quotient__isnull=False) | ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.at:%d/%m/%Y}"


class FundConsent(models.Model):
    """A family’s leave to ask its fund for the quotient, in the words it read, and how the request ended."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="fund_consents", verbose_name="dossier"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="donné par")
    at = models.DateTimeField("donné le")
    text = models.TextField("texte accepté")
    outcome = models.CharField("réponse de la caisse", max_length=20, blank=True)
    quotient = models.OneToOneField(
        Quotient, models.PROTECT, null=True, blank=True, related_name="consent", verbose_name="quotient"
    )

    class Meta:
        verbose_name = "consentement"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.household} {self.at:%d/%m/%Y}"


class QuotientSettings(models.Model):
    """One row a town. Without a SIRET or a token, API Particulier is not offered."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    effect = models.CharField("un quotient s’applique", max_length=12, choices=Effect, default=Effect.RECEIPT)
    validity = models.CharField("il vaut", max_length=14, choices=Validity, default=Validity.SCHOOL_YEAR)
    # 0: never.
    reminder_days = models.IntegerField("rappel avant l’échéance (jours)", default=30)
    siret = models.CharField("SIRET de la commune", max_length=14, blank=True)
    sealed_token = models.TextField("jeton chiffré", blank=True, editable=False)

    class Meta:
        verbose_name = "réglages des quotients"
        constraints = [
            models.CheckConstraint(name="quotientsettings_single_row", condition=Q(id=1)),
            models.CheckConstraint(
                name="quotientsettings_reminder_days",
                condition=Q(reminder_days__gte=0, reminder_days__lte=120),
            ),
            models.CheckConstraint(
                name="quotientsettings_siret_shape",
                condition=Q(siret="") | Q(siret__regex=r"^[0-9]{14}$"),
            ),
        ]

    def __str__(self) -> str:
        return "Réglages des quotients"

    @property
    def token(self) -> str:
        return unseal(self.sealed_token).get("token", "")

    @token.setter
    def token(self, value: str) -> None:
        self.sealed_token = seal({"token": value} if value else {})

    @property
    def asks_fund(self) -> bool:
        return bool(self.siret and self.sealed_token)
