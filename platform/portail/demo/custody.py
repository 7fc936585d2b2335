"""A child of Bellegarde who lives one week in two at each of its parents’."""

from core.clock import now
from core.custody import CustodyMode
from core.models import Child, Custody, Household, User
from core.services.custody import record_custody
from tenants.context import town_timezone

FIRST, SECOND = "F00109", "F00110"


def share_a_child(agent: User) -> None:
    """Written once; even weeks at the second parent’s."""
    if Custody.objects.exists():
        return
    at = now()
    record_custody(
        child=Child.objects.filter(household__number=FIRST).earliest("pk"),
        second=Household.objects.get(number=SECOND),
        mode=CustodyMode.WEEKS,
        even_weeks=True,
        valid_from=at.astimezone(town_timezone()).date(),
        proof="Convention parentale",
        by=agent,
        now=at,
    )
