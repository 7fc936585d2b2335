"""Demandes d’inscription: families that ask for a file by themselves, until an agent, or the town's rule, answers."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.enums import RegistrationState
from core.levels import Level
from core.models.accounts import User
from core.models.families import Household
from core.models.places import Establishment


def new_token() -> str:
    return secrets.token_urlsafe(24)


class FamilyRegistration(models.Model):
    """What a visitor told of a family. Nothing of it is in a file before it is accepted.

    ``token`` is sent to the address: who brings it back reads that mailbox. ``household``: the file it became, or the
    one it was joined to.
    """

    token = models.CharField("jeton", max_length=40, unique=True, default=new_token)
    first_name = models.CharField(_("prénom"), max_length=80)
    last_name = models.CharField(_("nom"), max_length=80)
    email = models.EmailField(_("adresse mail"))
    phone = models.CharField(_("téléphone"), max_length=20)
    address = models.CharField(_("adresse"), max_length=200)
    postcode = models.CharField(_("code postal"), max_length=5)
    city = models.CharField(_("ville"), max_length=100)
    message = models.CharField("message au service", max_length=500, blank=True)
    # In which the form was filled in: the account and its mails keep it.
    language = models.CharField("langue", max_length=8, blank=True)
    state = models.CharField(
        "état", max_length=8, choices=RegistrationState, default=RegistrationState.UNPROVED
    )
    asked_at = models.DateTimeField("demandée le")
    proved_at = models.DateTimeField("adresse confirmée le", null=True, blank=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    # Nobody when the town opens files by itself.
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidée par"
    )
    reason = models.CharField("motif du refus", max_length=300, blank=True)
    household = models.ForeignKey(
        Household,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name="dossier",
    )

    class Meta:
        verbose_name = "demande d’inscription"
        verbose_name_plural = "demandes d’inscription"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="familyregistration_state_known", condition=Q(state__in=RegistrationState.values)
            ),
            models.CheckConstraint(
                name="familyregistration_proved_before_read",
                condition=Q(state=RegistrationState.UNPROVED) | Q(proved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="familyregistration_taken_has_file",
                condition=~Q(state__in=[RegistrationState.ACCEPTED, RegistrationState.JOINED])
                | Q(household__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="familyregistration_refused_says_why",
                condition=~Q(state=RegistrationState.REFUSED)
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(state=RegistrationState.WAITING),
                name="familyregistration_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def address_lines(self) -> list[str]:
        return [self.address, f"{self.postcode} {self.city}"]


class RegisteredChild(models.Model):
    registration = models.ForeignKey(
        FamilyRegistration, models.CASCADE, related_name="children", verbose_name="demande"
    )
    first_name = models.CharField(_("prénom"), max_length=80)
    last_name = models.CharField(_("nom"), max_length=80)
    birth_date = models.DateField(_("date de naissance"))
    school = models.ForeignKey(
        Establishment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("école")
    )
    level = models.CharField(
        _("niveau"), max_length=12, choices=[(level.value, level.label) for level in Level], blank=True
    )

    class Meta:
        verbose_name = "enfant d’une demande"
        verbose_name_plural = "enfants d’une demande"
        ordering = ["birth_date", "pk"]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"
