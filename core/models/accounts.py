from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core.enums import AccountKind


class UserManager(BaseUserManager["User"]):
    def families(self) -> models.QuerySet["User"]:
        return self.filter(kind=AccountKind.FAMILY)

    def agents(self) -> models.QuerySet["User"]:
        return self.filter(kind=AccountKind.AGENT)


class User(AbstractBaseUser):
    """An account of this town: a family's or an agent's. The same address may have one of each."""

    email = models.EmailField("adresse électronique")
    kind = models.CharField("type de compte", max_length=8, choices=AccountKind)
    name = models.CharField("nom affiché", max_length=120)
    is_active = models.BooleanField("actif", default=True)
    activated_at = models.DateTimeField("activé le", null=True, blank=True)
    # Set when the office hands out a provisional password: nothing else can be done before it is changed.
    must_change_password = models.BooleanField("doit changer de mot de passe", default=False)
    provisional_until = models.DateTimeField(
        "mot de passe provisoire valable jusqu’au", null=True, blank=True
    )
    # Reminders also come as short messages, where the town sends some.
    sms_reminders = models.BooleanField("rappels par SMS", default=False)
    # One of settings.LANGUAGES; empty as long as nobody chose: what the browser remembers, then French.
    language = models.CharField("langue", max_length=8, blank=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["kind", "name"]

    class Meta:
        verbose_name = "compte"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "kind",
                name="user_email_kind_unique",
                violation_error_message="Cette adresse a déjà un compte.",
            ),
            models.CheckConstraint(name="user_kind_known", condition=Q(kind__in=AccountKind.values)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_family(self) -> bool:
        return self.kind == AccountKind.FAMILY

    @property
    def is_agent(self) -> bool:
        return self.kind == AccountKind.AGENT

    @property
    def is_activated(self) -> bool:
        return self.activated_at is not None
