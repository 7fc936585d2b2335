"""What the installation knows of its towns, in the ``public`` schema. No business data lives here."""

from datetime import timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.timezone import now
from django_tenants.models import DomainMixin, TenantMixin

from tenants.enums import CommuneStatus

SLUG_PATTERN = r"^[a-z][a-z0-9-]{1,40}$"
SCHEMA_PREFIX = "c_"
OPENING_TAKES_AT_MOST = timedelta(minutes=10)


def schema_name_for(slug: str) -> str:
    """The schema of a town: safe by construction (prefix, lower case, fixed alphabet) and never changed."""
    return SCHEMA_PREFIX + slug.replace("-", "_")


def validate_timezone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError("Fuseau horaire inconnu : %(value)s", params={"value": value})


class Commune(TenantMixin):
    auto_create_schema = False  # tenants.services.opening copies the template schema instead

    slug = models.CharField(
        "identifiant", max_length=41, unique=True, validators=[RegexValidator(SLUG_PATTERN)]
    )
    name = models.CharField("nom", max_length=120)
    insee = models.CharField("code INSEE", max_length=5, blank=True)
    timezone = models.CharField(
        "fuseau horaire", max_length=40, default="Europe/Paris", validators=[validate_timezone]
    )
    theme = models.CharField("thème", max_length=40, default="portail")
    status = models.CharField("état", max_length=12, choices=CommuneStatus, default=CommuneStatus.OPENING)
    status_reason = models.TextField("motif", blank=True)
    created_at = models.DateTimeField("ouverte le", auto_now_add=True)

    class Meta:
        verbose_name = "commune"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="commune_status_known", condition=Q(status__in=CommuneStatus.values)),
            models.CheckConstraint(
                name="commune_schema_prefixed", condition=Q(schema_name__startswith=SCHEMA_PREFIX)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_ready(self) -> bool:
        return self.status == CommuneStatus.READY

    @property
    def opening_broke(self) -> bool:
        """Its opening failed, or was killed before it could say so."""
        too_long = now() - self.created_at > OPENING_TAKES_AT_MOST
        return self.status == CommuneStatus.FAILED or (self.status == CommuneStatus.OPENING and too_long)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Domain(DomainMixin):
    class Meta:
        verbose_name = "nom d’hôte"

    def __str__(self) -> str:
        return self.domain


class VendorUserManager(BaseUserManager["VendorUser"]):
    def create_user(self, *, email: str, password: str | None, name: str) -> "VendorUser":
        user = self.model(email=self.normalize_email(email), name=name)
        user.set_password(password)
        user.save()
        return user


class VendorUser(AbstractBaseUser):
    """A person of the vendor. Never an account of a town: those live in the town's own schema."""

    email = models.EmailField("adresse électronique", unique=True)
    name = models.CharField("nom", max_length=120)
    is_active = models.BooleanField("actif", default=True)

    objects = VendorUserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "compte de l’éditeur"
        constraints = [models.UniqueConstraint(Lower("email"), name="vendoruser_email_unique")]

    def __str__(self) -> str:
        return self.name


class VendorFactor(models.Model):
    """The key that a telephone shares with the console, sealed by whoever writes it; and the wrong codes of late."""

    user = models.OneToOneField(
        VendorUser, models.CASCADE, related_name="second_factor", verbose_name="compte"
    )
    sealed = models.TextField("clé chiffrée", editable=False)
    confirmed_at = models.DateTimeField("activée le")
    # The last 30-second step whose code was taken: a code read over a shoulder is good once.
    last_step = models.BigIntegerField("dernier pas accepté", default=0)
    wrong = models.IntegerField("codes faux de suite", default=0)
    wrong_at = models.DateTimeField("dernier code faux", null=True, blank=True)

    class Meta:
        verbose_name = "double vérification"

    def __str__(self) -> str:
        return f"Double vérification de {self.user}"


class VendorRecoveryCode(models.Model):
    """One of ten codes written on paper, good once. Only its digest is kept."""

    user = models.ForeignKey(VendorUser, models.CASCADE, related_name="recovery_codes", verbose_name="compte")
    digest = models.CharField("empreinte", max_length=64)
    used_at = models.DateTimeField("utilisé le", null=True, blank=True)

    class Meta:
        verbose_name = "code de secours"
        verbose_name_plural = "codes de secours"
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="vendorrecoverycode_unique")]

    def __str__(self) -> str:
        return f"Code de secours de {self.user}"


class VendorSession(models.Model):
    """A device signed in to the console; it lives as long as the session of the framework that it names."""

    user = models.ForeignKey(VendorUser, models.CASCADE, related_name="sessions", verbose_name="compte")
    key = models.CharField("session", max_length=40, unique=True)
    opened_at = models.DateTimeField("ouverte le")
    seen_at = models.DateTimeField("vue le")
    address = models.CharField("adresse réseau", max_length=45, blank=True)
    device = models.CharField("appareil", max_length=300, blank=True)  # as the browser names itself

    class Meta:
        verbose_name = "session ouverte"
        verbose_name_plural = "sessions ouvertes"
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"Session de {self.user}"
