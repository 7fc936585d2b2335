"""Requests for a file as agents read them, and the files they look like."""

from django.db.models import Q, QuerySet

from core.enums import RegistrationMode, RegistrationState
from core.models import CommuneSettings, FamilyRegistration
from core.queries.look_alikes import LookAlike, look_alikes
from core.queries.plain_text import plain

REGISTRATION_ORDERS = {
    "demande": ("asked_at", "pk"),
    "nom": ("last_name__plain", "first_name__plain", "pk"),
    "ville": ("city", "pk"),
}


def registration_mode() -> RegistrationMode:
    mode = CommuneSettings.objects.values_list("registration", flat=True).first()
    return RegistrationMode(mode or RegistrationMode.CLOSED)


def find_registrations(
    text: str = "", *, state: str = RegistrationState.WAITING
) -> QuerySet[FamilyRegistration]:
    """Requests in one state whose guardian or children hold every word. Two queries."""
    rows = FamilyRegistration.objects.filter(state=state).select_related("household", "decided_by")
    for word in map(plain, text.split()):
        rows = rows.filter(
            Q(first_name__plain__contains=word)
            | Q(last_name__plain__contains=word)
            | Q(email__plain__contains=word)
            | Q(children__first_name__plain__contains=word)
            | Q(children__last_name__plain__contains=word)
        )
    return rows.distinct().prefetch_related("children__school")


def possible_duplicates(registration: FamilyRegistration) -> list[LookAlike]:
    return look_alikes(
        emails=[registration.email],
        phones=[registration.phone],
        children=[(child.birth_date, str(child)) for child in registration.children.all()],
    )
