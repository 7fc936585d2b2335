"""Who works at the desk of a demo town, one account a role."""

from dataclasses import dataclass

from billing.models import Regie
from booking.models import Activity
from core.rights import Given, Role, ScopeKind


@dataclass(frozen=True, kw_only=True)
class Colleague:
    title: str
    email: str
    name: str
    given: Given


def staff_of(slug: str) -> list[Colleague]:
    """The administrator first; then a régisseur of one régie and an animateur of one school, where the town has them."""
    staff = [
        Colleague(
            title="Agent (administrateur)",
            email=f"agent@{slug}.example",
            name="Morgane Guichet",
            given=Given(role=Role.ADMIN, kind=ScopeKind.TOWN),
        )
    ]
    if regie := Regie.objects.order_by("position", "name").first():
        staff.append(
            Colleague(
                title=f"Régisseur ({regie.name})",
                email=f"regisseur@{slug}.example",
                name="Camille Caisse",
                given=Given(role=Role.TREASURER, kind=ScopeKind.REGIE, code=regie.code),
            )
        )
    if activity := Activity.objects.select_related("establishment").order_by("position", "name").first():
        school = activity.establishment
        staff.append(
            Colleague(
                title=f"Animateur ({school.name})",
                email=f"animateur@{slug}.example",
                name="Noa Préau",
                given=Given(role=Role.LEADER, kind=ScopeKind.ESTABLISHMENT, code=school.code),
            )
        )
    return staff
