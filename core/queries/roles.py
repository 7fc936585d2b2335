"""The roles that agents hold, as people read them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.models import Establishment, RoleGrant, User
from core.rights import ScopeKind
from core.scope_places import TOWN, Place, registered_places

GONE = "lieu disparu"


@dataclass(frozen=True, kw_only=True)
class HeldRole:
    grant: RoleGrant
    label: str
    where: str

    def __str__(self) -> str:
        return f"{self.label} ({self.where})"


def all_places() -> list[Place]:
    """The whole town first; a query a kind."""
    establishments = [
        Place(kind=ScopeKind.ESTABLISHMENT, code=place.code, label=place.name)
        for place in Establishment.objects.order_by("position", "name")
    ]
    return [TOWN, *establishments, *registered_places()]


def held_roles(agents: Sequence[User], places: Sequence[Place]) -> dict[int, list[HeldRole]]:
    """By agent, in the order they were given. One query."""
    names = {(place.kind, place.code): place.label for place in places}
    held: dict[int, list[HeldRole]] = defaultdict(list)
    for grant in RoleGrant.objects.filter(agent__in=agents).order_by("pk"):
        given = grant.given
        held[grant.agent_id].append(
            HeldRole(grant=grant, label=given.role.label, where=names.get((given.kind, given.code), GONE))
        )
    return held
