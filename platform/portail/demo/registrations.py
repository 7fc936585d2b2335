"""Two families that ask for a file at Bellegarde; the second one looks like a family that already has one."""

from datetime import date, timedelta

from core.clock import now
from core.models import Child, Establishment, FamilyRegistration, RegisteredChild
from core.services.registrations import ask_registration, prove_address

NEWCOMER, KNOWN = "lea.marchal@exemple.example", "camille.autre@exemple.example"


def write_registrations() -> None:
    if FamilyRegistration.objects.exists():
        return
    at = now()
    school = Establishment.objects.filter(pupils__isnull=False).first()
    _ask(
        FamilyRegistration(
            first_name="Léa",
            last_name="Marchal",
            email=NEWCOMER,
            phone="06 55 00 12 34",
            address="14 chemin des Cigales",
            postcode="30127",
            city="Bellegarde",
            message="Nous arrivons dans la commune le mois prochain.",
        ),
        [
            RegisteredChild(
                first_name="Gabin",
                last_name="Marchal",
                birth_date=date(2019, 9, 12),
                school=school,
                level="CP",
            )
        ],
        hours=26,
    )
    known = Child.objects.select_related("household").filter(household__number="F00002").earliest("pk")
    _ask(
        FamilyRegistration(
            first_name="Alex",
            last_name=known.last_name,
            email=KNOWN,
            phone="06 55 00 56 78",
            address=known.household.address or "2 rue du Moulin",
            postcode="30127",
            city="Bellegarde",
        ),
        [
            RegisteredChild(
                first_name=known.first_name,
                last_name=known.last_name,
                birth_date=known.birth_date,
                school=known.school,
                level=known.level,
            )
        ],
        hours=3,
    )
    for registration in FamilyRegistration.objects.all():
        prove_address(registration=registration, now=at)


def _ask(registration: FamilyRegistration, children: list[RegisteredChild], *, hours: int) -> None:
    ask_registration(registration=registration, children=children, now=now() - timedelta(hours=hours))
