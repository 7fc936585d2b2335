"""What an adult of a family may do on the portal: one role each, and the pages that a contact may open."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class GuardianRole(TextChoices):
    MANAGER = "manager", _("Responsable : voit tout, réserve et paie")
    CONTACT = "contact", _("Contact : voit les enfants et les réservations, sans rien changer")
    PICKUP = "pickup", _("Peut venir chercher les enfants, sans compte")

    @property
    def short(self) -> str:
        return str(_SHORT[self])


_SHORT = {
    GuardianRole.MANAGER: _("Responsable"),
    GuardianRole.CONTACT: _("Contact"),
    GuardianRole.PICKUP: _("Peut venir chercher les enfants"),
}


def stronger(one: GuardianRole, other: GuardianRole) -> GuardianRole:
    """Of two roles of one person, the one that may do more: they are named from the most to the least."""
    return min(one, other, key=list(GuardianRole).index)


# Closed unless named here: a new page is for managers until somebody decides otherwise.
CONTACT_READS = frozenset(
    {
        "account", "account_info", "reservation_list", "reservation_detail", "absence_list", "absence_detail",
        "waiting_lists",
    }
)  # fmt: skip
# About the person's own account, not the family: all that such a page does.
CONTACT_ACTS = frozenset({"notifications", "account_sessions"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def may_open(role: str, page: str | None, method: str) -> bool:
    """Whether a guardian of this role may send this request to the family page of a URL name."""
    if role == GuardianRole.MANAGER:
        return True
    if role == GuardianRole.PICKUP:
        return False
    return page in CONTACT_ACTS or (page in CONTACT_READS and method in SAFE_METHODS)
