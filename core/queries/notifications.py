from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from core.enums import NotificationKind
from core.guardian_roles import GuardianRole
from core.models import NotificationChoice, User


def wanted_kinds(user: User) -> list[NotificationKind]:
    refused = set(NotificationChoice.objects.filter(user=user, wanted=False).values_list("kind", flat=True))
    return [kind for kind in NotificationKind if kind.value not in refused]


def account_holders(household_ids: Collection[int]) -> QuerySet[User]:
    """The accounts of these households that use the portal and manage the family: a contact only looks. One query."""
    return (
        User.objects.families()
        .filter(guardian__household__in=household_ids, guardian__role=GuardianRole.MANAGER)
        .filter(is_active=True, activated_at__isnull=False)
        .select_related("guardian")
        .order_by("pk")
    )


def readers(household_ids: Collection[int], kind: NotificationKind) -> QuerySet[User]:
    """Those of them that want this kind of reminder. One query."""
    refusals = NotificationChoice.objects.filter(user=OuterRef("pk"), kind=kind, wanted=False)
    return account_holders(household_ids).filter(~Exists(refusals))
