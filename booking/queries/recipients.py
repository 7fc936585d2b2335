"""Who of a family reads the mails about its bookings."""

from core.models import User


def family_account(household_id: int, *, preferred: User | None = None) -> User | None:
    """``preferred`` when it is a family's account, else the household's oldest one. None: nobody has an account."""
    if preferred is not None and preferred.is_family:
        return preferred
    return User.objects.filter(guardian__household=household_id).order_by("pk").first()
