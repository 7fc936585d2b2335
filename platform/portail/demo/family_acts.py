"""What families of Bellegarde ask besides booking: a correction of their data, a grandmother who looks; a mail that failed."""

from datetime import timedelta

from core.clock import now
from core.enums import DataRequestKind, MailState
from core.guardian_roles import GuardianRole
from core.models import DataRequest, Guardian, Household, OutgoingMail
from core.services.guardians import invite_guardian
from core.services.own_data import ask_about_data


def write_family_acts() -> None:
    if DataRequest.objects.exists():
        return
    household = Household.objects.get(number="F00002")
    guardian = household.guardians.filter(user__isnull=False).select_related("user").earliest("pk")
    if guardian.user is None:
        return
    at = now()
    ask_about_data(
        household=household,
        kind=DataRequestKind.CORRECTION,
        message="Notre rue a changé de nom : c’est maintenant « rue des Micocouliers ».",
        by=guardian.user,
        now=at - timedelta(days=12),
    )
    invite_guardian(
        guardian=Guardian(
            first_name="Odile",
            last_name=household.name,
            role=GuardianRole.PICKUP,
            phone="06 55 00 90 12",
        ),
        household=household,
        by=guardian.user,
        now=at,
    )
    OutgoingMail.objects.create(
        to="adresse.perdue@exemple.example",
        subject="Votre réservation est enregistrée",
        text="Bonjour,\n",
        state=MailState.FAILED,
        attempts=8,
        last_error="550 5.1.1 Boîte inconnue",
        created_at=at - timedelta(days=3),
    )
