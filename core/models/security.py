"""What stands beside a password: open sessions, the second factor, its recovery codes, the devices it is not asked on."""

from django.conf import settings
from django.db import models

from core.secrets import seal, unseal


class OpenSession(models.Model):
    """A device on which an account is signed in; it lives as long as the session of the framework that it names."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions", verbose_name="compte"
    )
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


class SecondFactor(models.Model):
    """The key that an agent's telephone shares with the town, sealed: a code of it is asked for at the door."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor", verbose_name="compte"
    )
    sealed = models.TextField("clé chiffrée", editable=False)
    confirmed_at = models.DateTimeField("activée le")
    # The last 30-second step whose code was taken: a code read over a shoulder is good once.
    last_step = models.BigIntegerField("dernier pas accepté", default=0)

    class Meta:
        verbose_name = "double vérification"

    def __str__(self) -> str:
        return f"Double vérification de {self.user}"

    @property
    def key(self) -> str:
        return unseal(self.sealed)["key"]

    @key.setter
    def key(self, value: str) -> None:
        self.sealed = seal({"key": value})


class RecoveryCode(models.Model):
    """One of ten codes written on paper, good once. Only its digest is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes", verbose_name="compte"
    )
    digest = models.CharField("empreinte", max_length=64)
    used_at = models.DateTimeField("utilisé le", null=True, blank=True)

    class Meta:
        verbose_name = "code de secours"
        verbose_name_plural = "codes de secours"
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recoverycode_unique")]

    def __str__(self) -> str:
        return f"Code de secours de {self.user}"


class TrustedDevice(models.Model):
    """A browser on which the second factor is not asked again before a date. Its cookie holds what is digested here."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="trusted_devices", verbose_name="compte"
    )
    digest = models.CharField("empreinte", max_length=64, unique=True)
    until = models.DateTimeField("jusqu’au")

    class Meta:
        verbose_name = "appareil de confiance"
        verbose_name_plural = "appareils de confiance"

    def __str__(self) -> str:
        return f"Appareil de confiance de {self.user}"


class SecuritySettings(models.Model):
    """Who must hold a second factor, and for how long a device may be trusted. One row."""

    class Factor(models.TextChoices):
        FREE = "free", "Facultative"
        POWERFUL = "powerful", "Obligatoire pour les administrateurs et les régisseurs"
        ALL = "all", "Obligatoire pour tous les agents"

    id = models.SmallIntegerField(primary_key=True, default=1)
    factor = models.CharField("double vérification", max_length=8, choices=Factor, default=Factor.FREE)
    trust_days = models.IntegerField("ne pas la redemander sur un appareil pendant (jours)", default=30)

    class Meta:
        verbose_name = "sécurité du guichet"
        constraints = [
            models.CheckConstraint(name="securitysettings_single_row", condition=models.Q(id=1)),
            models.CheckConstraint(
                name="securitysettings_factor_known",
                condition=models.Q(factor__in=["free", "powerful", "all"]),
            ),
            models.CheckConstraint(
                name="securitysettings_trust_days",
                condition=models.Q(trust_days__gte=0, trust_days__lte=90),
            ),
        ]

    def __str__(self) -> str:
        return self.get_factor_display()
