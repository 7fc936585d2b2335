"""Who of a family reads the mails about its bookings."""

from core.guardian_roles import GuardianRole
from core.models import User


def family_account(household_id: int, *, preferred: User | None = None) -> User | None:
    """``preferred`` when it is a family's account, else the household's oldest one. None: nobody has an account."""
    if preferred is not None and preferred.is_family:
        return preferred
    managers = User.objects.filter(guardian__household=household_id, guardian__role=GuardianRole.MANAGER)
    return managers.order_by("pk").first()
