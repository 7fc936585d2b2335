from django.db import models
from django.db.models import F, Q

from core.guardian_roles import GuardianRole
from core.levels import Level
from core.models.accounts import User
from core.models.places import Establishment
from core.residence import NON_RESIDENT_TIES, Residence


class Household(models.Model):
    """Dossier famille: the people who share a file, a basket and invoices."""

    number = models.CharField("numéro de dossier", max_length=12, unique=True)
    name = models.CharField("nom du dossier", max_length=120)
    address = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("ville", max_length=100, blank=True)
    is_resident = models.BooleanField("habite la commune", default=True)
    # Read only for a family that lives elsewhere: some towns open earlier, or cost less, to those who have one.
    tie = models.CharField("lien avec la commune", max_length=12, choices=NON_RESIDENT_TIES, blank=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    # A double: everything it had is there now. It stays for its number, that old documents bear.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="réuni dans"
    )
    # Its people asked to be forgotten, or were not heard of for years: what the books need is all that is left.
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "dossier famille"
        verbose_name_plural = "dossiers familles"
        ordering = ["name", "number"]
        constraints = [
            models.CheckConstraint(
                name="household_not_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    @property
    def residence(self) -> Residence:
        if self.is_resident:
            return Residence.RESIDENT
        return Residence(self.tie) if self.tie else Residence.OUTSIDE

    @property
    def address_lines(self) -> list[str]:
        return [line for line in (self.address, f"{self.postcode} {self.city}".strip()) if line]


class Guardian(models.Model):
    """Responsable: an adult of a household, with or without an account."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="guardians", verbose_name="dossier")
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="guardian", verbose_name="compte"
    )
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    is_payer = models.BooleanField("payeur", default=True)
    role = models.CharField("rôle", max_length=8, choices=GuardianRole, default=GuardianRole.MANAGER)

    class Meta:
        verbose_name = "responsable"
        ordering = ["-is_payer", "last_name", "first_name"]
        constraints = [
            models.CheckConstraint(name="guardian_role_known", condition=Q(role__in=GuardianRole.values)),
            # Who only comes for the children has no account; who only looks does not pay.
            models.CheckConstraint(
                name="guardian_pickup_has_no_account",
                condition=~Q(role=GuardianRole.PICKUP) | Q(user__isnull=True),
            ),
            models.CheckConstraint(
                name="guardian_payer_is_manager",
                condition=Q(is_payer=False) | Q(role=GuardianRole.MANAGER),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def is_manager(self) -> bool:
        return self.role == GuardianRole.MANAGER

    @property
    def role_name(self) -> str:
        return GuardianRole(self.role).short


class Child(models.Model):
    household = models.ForeignKey(Household, models.CASCADE, related_name="children", verbose_name="dossier")
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    birth_date = models.DateField("date de naissance")
    school = models.ForeignKey(
        Establishment, models.PROTECT, null=True, blank=True, related_name="pupils", verbose_name="école"
    )
    level = models.CharField(
        "niveau", max_length=12, choices=[(level.value, level.label) for level in Level], blank=True
    )
    class_name = models.CharField("classe", max_length=60, blank=True)

    # Set for the time of a reunion of files: the database then lets what is frozen follow the child.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="réuni à"
    )

    # The household that looks at it is not the one that keeps its file: see core.queries.custody.
    is_shared = False

    class Meta:
        verbose_name = "enfant"
        ordering = ["first_name", "last_name"]
        constraints = [
            models.CheckConstraint(
                name="child_level_known", condition=Q(level__in=["", *(level.value for level in Level)])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"
