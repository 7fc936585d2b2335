"""Whether an agent must show a second factor, and on which device it is not asked."""

from datetime import datetime

from core.models import RoleGrant, SecondFactor, SecuritySettings, TrustedDevice, User
from core.rights import Role
from core.totp import digest_of

POWERFUL = (Role.ADMIN, Role.TREASURER)


def security() -> SecuritySettings:
    """The town's, or what holds until it says otherwise."""
    return SecuritySettings.objects.first() or SecuritySettings()


def has_factor(user: User) -> bool:
    return SecondFactor.objects.filter(user=user).exists()


def holders() -> set[int]:
    """The keys of the accounts that have one. One query."""
    return set(SecondFactor.objects.values_list("user_id", flat=True))


def wants_factor(user: User) -> bool:
    """Whether the town demands one of this agent."""
    match security().factor:
        case SecuritySettings.Factor.ALL:
            return True
        case SecuritySettings.Factor.POWERFUL:
            return RoleGrant.objects.filter(agent=user, role__in=POWERFUL).exists()
    return False


def is_trusted(user: User, token: str, *, now: datetime) -> bool:
    trusted = TrustedDevice.objects.filter(user=user, digest=digest_of(token), until__gt=now)
    return bool(token) and trusted.exists()
