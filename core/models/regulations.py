"""Règlements and autorisations, in versions, and what each family answered to each of them."""

from django.db import models
from django.db.models import Q

from core.enums import FileSubject, RegulationKind
from core.models.accounts import User
from core.models.families import Child, Household


class Regulation(models.Model):
    """« Règlement intérieur de la restauration », « Droit à l’image »."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("nom", max_length=120)
    kind = models.CharField("nature", max_length=7, choices=RegulationKind, default=RegulationKind.RULES)
    subject = models.CharField("concerne", max_length=9, choices=FileSubject, default=FileSubject.HOUSEHOLD)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "règlement"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(name="regulation_kind_known", condition=Q(kind__in=RegulationKind.values)),
            models.CheckConstraint(
                name="regulation_subject_known", condition=Q(subject__in=FileSubject.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_about_child(self) -> bool:
        return self.subject == FileSubject.CHILD

    @property
    def may_be_refused(self) -> bool:
        return self.kind == RegulationKind.CONSENT


class RegulationVersion(models.Model):
    """A text as it was published; another text is another version. The one that holds is the last published one."""

    regulation = models.ForeignKey(
        Regulation, models.CASCADE, related_name="versions", verbose_name="règlement"
    )
    number = models.IntegerField("version")
    text = models.TextField("texte")
    published_on = models.DateField("publiée le")

    class Meta:
        verbose_name = "version de règlement"
        verbose_name_plural = "versions de règlements"
        ordering = ["regulation", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["regulation", "number"], name="regulationversion_unique"),
            models.CheckConstraint(name="regulationversion_number", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.regulation}, version {self.number}"


class Agreement(models.Model):
    """What a guardian answered to a version, for the family or for one child. Never changed: a new answer is a new
    row, and the last one counts."""

    version = models.ForeignKey(
        RegulationVersion, models.PROTECT, related_name="agreements", verbose_name="version"
    )
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="agreements", verbose_name="dossier"
    )
    child = models.ForeignKey(
        Child, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name="enfant"
    )
    agrees = models.BooleanField("accepte")
    at = models.DateTimeField("le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "accord"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["household", "version"], name="agreement_household")]

    def __str__(self) -> str:
        return f"{self.version} – {self.child or self.household}"
