"""What an agent may do, and who may give more."""

from django.db.models import QuerySet

from core.models import RoleGrant, User
from core.rights import Given, Right, Rights, Role, rights_from


def rights_of(agent: User) -> Rights:
    """One query."""
    return rights_from(grant.given for grant in RoleGrant.objects.filter(agent=agent))


def agents_who_may(right: Right, *, besides: int | None = None) -> QuerySet[User]:
    """Active agents whom a right reaches somewhere, by name: those to whom what it opens can be given. ``besides``: the key
    of one more, who has it already."""
    given: dict[int, list[Given]] = {}
    for grant in RoleGrant.objects.filter(agent__is_active=True):
        given.setdefault(grant.agent_id, []).append(grant.given)
    keys = {agent for agent, roles in given.items() if rights_from(roles).may(right)}
    if besides:
        keys.add(besides)
    return User.objects.agents().filter(pk__in=keys).order_by("name", "pk")


def administrators() -> list[User]:
    """Those who can give a right today, by name."""
    return list(
        User.objects.agents()
        .filter(is_active=True, grants__role=Role.ADMIN, activated_at__isnull=False)
        .order_by("name", "pk")
        .distinct()
    )
