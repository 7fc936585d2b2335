"""What an adult of a family may do on the portal: one role each, and the pages that a contact may open."""

from django.db.models import TextChoices


class GuardianRole(TextChoices):
    MANAGER = "manager", "Responsable : voit tout, réserve et paie"
    CONTACT = "contact", "Contact : voit les enfants et les réservations, sans rien changer"
    PICKUP = "pickup", "Peut venir chercher les enfants, sans compte"

    @property
    def short(self) -> str:
        return self.label.partition(" :")[0].partition(",")[0]


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
