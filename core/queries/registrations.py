"""Requests for a file as agents read them, and the files they look like."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Lower

from core.enums import RegistrationMode, RegistrationState
from core.models import Child, CommuneSettings, FamilyRegistration, Guardian, Household
from core.queries.plain_text import plain

REGISTRATION_ORDERS = {
    "demande": ("asked_at", "pk"),
    "nom": ("last_name", "first_name", "pk"),
    "ville": ("city", "pk"),
}


@dataclass(kw_only=True)
class Duplicate:
    """A file that may be the same family's, and what makes one think so."""

    household: Household
    reasons: list[str] = field(default_factory=list)


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


def possible_duplicates(registration: FamilyRegistration) -> list[Duplicate]:
    """Files with the same address mail, the same telephone, or a child of the same name born the same day, the most
    alike first. Four queries at most."""
    reasons: dict[int, list[str]] = defaultdict(list)
    same_person = Guardian.objects.annotate(mail=Lower("email")).filter(
        Q(mail=registration.email.lower()) | Q(phone=registration.phone) & ~Q(phone="")
    )
    for guardian in same_person:
        if guardian.email.lower() == registration.email.lower():
            reasons[guardian.household_id].append(f"même adresse mail que {guardian}")
        if guardian.phone == registration.phone:
            reasons[guardian.household_id].append(f"même téléphone que {guardian}")
    told = {(child.birth_date, plain(str(child))) for child in registration.children.all()}
    for child in Child.objects.filter(birth_date__in={day for day, _ in told}):
        if (child.birth_date, plain(str(child))) in told:
            reasons[child.household_id].append(f"{child}, né(e) le {child.birth_date:%d/%m/%Y}")
    households = Household.objects.prefetch_related(
        Prefetch("guardians", Guardian.objects.select_related("user")),
        Prefetch("children", Child.objects.select_related("school")),
    )
    found = [Duplicate(household=one, reasons=reasons[one.pk]) for one in households.filter(pk__in=reasons)]
    return sorted(found, key=lambda one: (-len(one.reasons), one.household.number))
