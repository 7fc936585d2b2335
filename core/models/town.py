"""The town's own settings: one typed row each, edited by the town, travelling with its schema."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from core.enums import AccessibilityState, RegistrationMode, Theme


class CommuneSettings(models.Model):
    id = models.SmallIntegerField(primary_key=True, default=1)
    heading = models.CharField("en-tête", max_length=120)
    tagline = models.CharField("phrase d’accroche", max_length=200, blank=True)
    service_name = models.CharField("service", max_length=120)
    address = models.CharField("adresse", max_length=200)
    postcode = models.CharField("code postal", max_length=5)
    city = models.CharField("ville", max_length=100)
    phone = models.CharField("téléphone", max_length=20)
    email = models.EmailField("adresse électronique", blank=True)
    welcome_title = models.CharField("titre d’accueil", max_length=200, blank=True)
    welcome_text = models.TextField("texte d’accueil", blank=True)
    opening_hours = models.TextField("horaires d’ouverture", blank=True)
    no_period_help = models.TextField("que faire si aucune période n’apparaît", blank=True)
    school_zone = models.CharField("zone scolaire", max_length=16)
    holiday_region = models.CharField("jours fériés", max_length=24, default="METROPOLE")
    # How the town calls its bookings on « Mon compte », and the button that begins one.
    booking_block_title = models.CharField(
        "titre du bloc des réservations", max_length=80, default="Cantine / Périscolaire"
    )
    booking_button = models.CharField(
        "bouton de réservation", max_length=80, default="NOUVELLE RESERVATION et/ou Modification Périscolaire"
    )
    hold_minutes = models.IntegerField("délai de paiement du panier (minutes)", default=60)
    # The family did not ask at this very moment: it has to see the mail first.
    office_hold_hours = models.IntegerField(
        "délai de paiement de ce que le guichet réserve (heures)", default=72
    )
    registration = models.CharField(
        "inscription en ligne", max_length=8, choices=RegistrationMode, default=RegistrationMode.CLOSED
    )
    # Eleven letters or digits, as telephones show it; empty: the town pays for no short message.
    sms_sender = models.CharField(
        "expéditeur des SMS", max_length=11, blank=True, validators=[RegexValidator(r"^[A-Za-z0-9]{3,11}$")]
    )
    # How long before a cut-off families who forgot are reminded of it; 0: never.
    reminder_hours = models.IntegerField("rappel avant une date limite (heures)", default=24)

    accessibility = models.CharField(
        "accessibilité déclarée", max_length=8, choices=AccessibilityState, default=AccessibilityState.NONE
    )
    # The audit that the declaration rests on, and the share of criteria that are met.
    audited_on = models.DateField("date de l’audit", null=True, blank=True)
    audited_by = models.CharField("auteur de l’audit", max_length=120, blank=True)
    audit_rate = models.IntegerField("taux de conformité (%)", null=True, blank=True)

    class Meta:
        verbose_name = "paramètres de la commune"
        constraints = [
            models.CheckConstraint(
                name="communesettings_accessibility_audited",
                condition=Q(accessibility=AccessibilityState.NONE) | Q(audited_on__isnull=False),
                violation_error_message="Sans audit, le portail est déclaré non conforme : donnez la date de l’audit.",
            ),
            models.CheckConstraint(
                name="communesettings_audit_rate",
                condition=Q(audit_rate__isnull=True) | Q(audit_rate__gte=0, audit_rate__lte=100),
            ),
            models.CheckConstraint(
                name="communesettings_reminder_hours",
                condition=Q(reminder_hours__gte=0, reminder_hours__lte=168),
            ),
            models.CheckConstraint(
                name="communesettings_registration_known",
                condition=Q(registration__in=RegistrationMode.values),
            ),
            models.CheckConstraint(name="communesettings_single_row", condition=Q(id=1)),
            models.CheckConstraint(
                name="communesettings_hold_minutes", condition=Q(hold_minutes__gte=5, hold_minutes__lte=1440)
            ),
            models.CheckConstraint(
                name="communesettings_office_hold_hours",
                condition=Q(office_hold_hours__gte=1, office_hold_hours__lte=720),
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def address_lines(self) -> list[str]:
        return [*self.address.splitlines(), f"{self.postcode} {self.city}"]

    @property
    def phone_link(self) -> str:
        """The number as a phone dials it: only digits and a leading +."""
        return "tel:" + "".join(c for c in self.phone if c.isdigit() or c == "+")


class Branding(models.Model):
    PICTURES = ("logo", "favicon", "banner")

    id = models.SmallIntegerField(primary_key=True, default=1)
    accent = models.CharField(
        "couleur", max_length=7, default="#1f5f8b", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")]
    )
    theme = models.CharField("thème", max_length=12, choices=Theme, default=Theme.CLASSIC, blank=True)
    logo = models.FileField("logo", upload_to="branding", blank=True)
    favicon = models.FileField("icône de l’onglet", upload_to="branding", blank=True)
    banner = models.FileField("photo d’en-tête", upload_to="branding", blank=True)

    class Meta:
        verbose_name = "identité visuelle"
        constraints = [
            models.CheckConstraint(name="branding_single_row", condition=Q(id=1)),
            models.CheckConstraint(name="branding_theme_known", condition=Q(theme__in=Theme.values)),
        ]

    def __str__(self) -> str:
        return self.accent
