"""Dossier de l’enfant: the town's diets and rules, what is known of a child, and every change somebody made or asked for,
of its family too.

Health is a table apart, sealed with the installation's keys. Only services/health.py opens it to somebody, and each
reading leaves a row that the database refuses to change.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from core.child_file import (
    CHILD_FIELDS,
    CLEAR_FIELDS,
    Access,
    DossierField,
    FileChangeState,
    FileGroup,
    MealKind,
    Value,
    fields_of,
)
from core.models.accounts import User
from core.models.families import Child, Guardian, Household
from core.secrets import seal, unseal

Owner = Child | Household | Guardian
_OF_CHILD = [field.value for field in CHILD_FIELDS]
_OF_HOME = [field.value for field in fields_of(FileGroup.HOME)]
_OF_ADULT = [field.value for field in fields_of(FileGroup.ADULT)]
_CLEAR = sorted(field.value for field in CLEAR_FIELDS)


class MealChoice(models.Model):
    """Régime: one of the meals that the town's canteens prepare. A choice no longer offered stays for those who have it."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("nom", max_length=80)
    kind = models.CharField("nature", max_length=12, choices=MealKind, default=MealKind.SERVED)
    is_offered = models.BooleanField("proposé aux familles", default=True)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "régime"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(name="mealchoice_kind_known", condition=Q(kind__in=MealKind.values))
        ]

    def __str__(self) -> str:
        return self.name


class ChildMeal(models.Model):
    """The meal of a child from a day on, until the next row. No row, or no meal: the usual one."""

    child = models.ForeignKey(Child, models.CASCADE, related_name="meals", verbose_name="enfant")
    meal = models.ForeignKey(
        MealChoice, models.PROTECT, null=True, related_name="children", verbose_name="régime"
    )
    valid_from = models.DateField("à partir du")
    recorded_at = models.DateTimeField("enregistré le")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="enregistré par")

    class Meta:
        verbose_name = "régime d’un enfant"
        verbose_name_plural = "régimes des enfants"
        ordering = ["-valid_from"]
        constraints = [models.UniqueConstraint(fields=["child", "valid_from"], name="childmeal_one_a_day")]

    def __str__(self) -> str:
        return f"{self.child} : {self.meal or 'repas habituel'}"


class ChildFact(models.Model):
    """What is known of a child and is not about health: one row a field, its entries as core.child_file tells."""

    child = models.ForeignKey(Child, models.CASCADE, related_name="facts", verbose_name="enfant")
    field = models.CharField("rubrique", max_length=16, choices=DossierField)
    entries = models.JSONField("valeur")

    class Meta:
        verbose_name = "renseignement"
        constraints = [
            models.UniqueConstraint(fields=["child", "field"], name="childfact_one_a_field"),
            models.CheckConstraint(name="childfact_field_clear", condition=Q(field__in=_CLEAR)),
        ]

    def __str__(self) -> str:
        return f"{self.child} : {self.get_field_display()}"


def photo_token() -> str:
    return secrets.token_hex(16)


def photo_path(photo: "PickupPhoto", _name: str) -> str:
    return f"personnes/{photo.token}.jpg"


class PickupPhoto(models.Model):
    """The face of somebody who may fetch a child. An entry of the child's file names it by its token; one that none
    names any more goes (services/pickup_photos.py)."""

    child = models.ForeignKey(Child, models.CASCADE, related_name="pickup_photos", verbose_name="enfant")
    token = models.CharField("repère", max_length=32, unique=True, default=photo_token, editable=False)
    file = models.FileField("photo", upload_to=photo_path)
    at = models.DateTimeField("reçue le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="donnée par")

    class Meta:
        verbose_name = "photo d’une personne autorisée"
        verbose_name_plural = "photos des personnes autorisées"

    def __str__(self) -> str:
        return f"Photo donnée pour {self.child}"


class HealthRecord(models.Model):
    """The health of a child, sealed."""

    child = models.OneToOneField(
        Child, models.CASCADE, primary_key=True, related_name="health_record", verbose_name="enfant"
    )
    sealed = models.TextField("santé chiffrée", editable=False)

    class Meta:
        verbose_name = "dossier de santé"
        verbose_name_plural = "dossiers de santé"

    def __str__(self) -> str:
        return f"Santé de {self.child}"

    @property
    def values(self) -> dict[DossierField, Value]:
        """Opened, without a trace: for services/health.py, and to compare before writing."""
        return {DossierField(name): json.loads(value) for name, value in unseal(self.sealed).items()}

    @values.setter
    def values(self, values: Mapping[DossierField, Value]) -> None:
        self.sealed = seal({field.value: json.dumps(value) for field, value in values.items() if value})


class HealthReading(models.Model):
    """Who was shown the health of a child, when and on which page."""

    child = models.ForeignKey(Child, models.CASCADE, related_name="health_readings", verbose_name="enfant")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("le")
    place = models.CharField("où", max_length=160)

    class Meta:
        verbose_name = "lecture de santé"
        verbose_name_plural = "lectures de santé"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="healthreading_latest"),
            models.Index(fields=["child", "-at"], name="healthreading_of_child"),
        ]

    def __str__(self) -> str:
        return f"{self.child} – {self.place}"


class FieldPolicy(models.Model):
    """What the town lets families do with a field, where it is not core.child_file.DEFAULT_POLICIES."""

    field = models.CharField("rubrique", max_length=16, choices=DossierField, unique=True)
    access = models.CharField("accès des familles", max_length=12, choices=Access)
    is_checked = models.BooleanField("validé par un agent")

    class Meta:
        verbose_name = "rubrique du dossier"
        verbose_name_plural = "rubriques du dossier"
        constraints = [
            models.CheckConstraint(
                name="fieldpolicy_field_known", condition=Q(field__in=DossierField.values)
            ),
            models.CheckConstraint(name="fieldpolicy_access_known", condition=Q(access__in=Access.values)),
        ]

    def __str__(self) -> str:
        return self.get_field_display()


class FileChange(models.Model):
    """One field somebody changed or asked to change: before, after, who, and what the office decided. It is said of a
    child, of a home or of one of its adults.

    Both values are sealed whatever the field, so that health is nowhere in clear.
    """

    child = models.ForeignKey(
        Child, models.CASCADE, null=True, blank=True, related_name="file_changes", verbose_name="enfant"
    )
    household = models.ForeignKey(
        Household, models.CASCADE, null=True, blank=True, related_name="file_changes", verbose_name="dossier"
    )
    guardian = models.ForeignKey(
        Guardian,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="file_changes",
        verbose_name="responsable",
    )
    field = models.CharField("rubrique", max_length=16, choices=DossierField)
    sealed = models.TextField("avant et après, chiffrés", editable=False)
    state = models.CharField("état", max_length=8, choices=FileChangeState)
    at = models.DateTimeField("demandé le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="demandé par")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidé par"
    )
    reason = models.CharField("motif", max_length=200, blank=True)

    class Meta:
        verbose_name = "changement du dossier"
        verbose_name_plural = "changements du dossier"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "field"],
                condition=Q(state=FileChangeState.PENDING),
                name="filechange_one_pending",
            ),
            models.UniqueConstraint(
                fields=["household", "field"],
                condition=Q(state=FileChangeState.PENDING),
                name="filechange_one_pending_of_home",
            ),
            models.UniqueConstraint(
                fields=["guardian", "field"],
                condition=Q(state=FileChangeState.PENDING),
                name="filechange_one_pending_of_adult",
            ),
            models.CheckConstraint(
                name="filechange_of_one",
                condition=Q(
                    child__isnull=False, household__isnull=True, guardian__isnull=True, field__in=_OF_CHILD
                )
                | Q(child__isnull=True, household__isnull=False, guardian__isnull=True, field__in=_OF_HOME)
                | Q(child__isnull=True, household__isnull=True, guardian__isnull=False, field__in=_OF_ADULT),
            ),
            models.CheckConstraint(name="filechange_field_known", condition=Q(field__in=DossierField.values)),
            models.CheckConstraint(
                name="filechange_state_known", condition=Q(state__in=FileChangeState.values)
            ),
            models.CheckConstraint(
                name="filechange_pending_undecided",
                condition=~Q(state=FileChangeState.PENDING) | Q(decided_at__isnull=True),
            ),
            models.CheckConstraint(
                name="filechange_refused_says_why",
                condition=~Q(state=FileChangeState.REFUSED) | (Q(decided_by__isnull=False) & ~Q(reason="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["at", "id"], condition=Q(state=FileChangeState.PENDING), name="filechange_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.owner} : {self.get_field_display()}"

    @classmethod
    def of(cls, owner: Owner) -> models.QuerySet["FileChange"]:
        return cls._default_manager.filter(**{_key(owner): owner})

    @classmethod
    def new(cls, owner: Owner, **values: Any) -> "FileChange":
        """Unsaved."""
        return cls(**{_key(owner): owner}, **values)

    @property
    def owner(self) -> Owner:
        """Whom or what it is said of."""
        owner = self.child or self.guardian or self.household
        assert owner is not None  # the database refuses a change of nobody
        return owner

    @property
    def family(self) -> Household:
        owner = self.owner
        return owner if isinstance(owner, Household) else owner.household

    @property
    def before(self) -> Value:
        return json.loads(unseal(self.sealed)["before"])

    @property
    def after(self) -> Value:
        return json.loads(unseal(self.sealed)["after"])

    def keep(self, *, before: Value, after: Value) -> None:
        """Seal both values; the caller saves."""
        self.sealed = seal({"before": json.dumps(before), "after": json.dumps(after)})


def _key(owner: Owner) -> str:
    match owner:
        case Child():
            return "child"
        case Guardian():
            return "guardian"
    return "household"
