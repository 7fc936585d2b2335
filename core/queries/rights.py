"""What an agent may do, and who may give more."""

from core.models import RoleGrant, User
from core.rights import Rights, Role, rights_from


def rights_of(agent: User) -> Rights:
    """One query."""
    return rights_from(grant.given for grant in RoleGrant.objects.filter(agent=agent))


def administrators() -> list[User]:
    """Those who can give a right today, by name."""
    return list(
        User.objects.agents()
        .filter(is_active=True, grants__role=Role.ADMIN, activated_at__isnull=False)
        .order_by("name", "pk")
        .distinct()
    )
