"""A family that had two files, united by the office: what a double becomes."""

from datetime import timedelta

from core.clock import now
from core.models import Child, Guardian, Household, HouseholdMerge, User
from core.services.household_merges import unite_households

DOUBLE = "F00090"


def unite_a_double(agent: User) -> None:
    """The last family of the town, written a second time at the desk by mistake. Nothing when it was done before."""
    kept = Household.objects.filter(children__isnull=False, custodies__isnull=True).order_by("number").last()
    if kept is None or HouseholdMerge.objects.exists():
        return
    child, adult = kept.children.earliest("pk"), kept.guardians.earliest("pk")
    gone = Household.objects.create(number=DOUBLE, name=kept.name, postcode=kept.postcode, city=kept.city)
    twin = Child.objects.create(
        household=gone,
        first_name=child.first_name,
        last_name=child.last_name,
        birth_date=child.birth_date,
        school=child.school,
        level=child.level,
    )
    same = Guardian.objects.create(
        household=gone, first_name=adult.first_name, last_name=adult.last_name, phone="06 00 00 00 34"
    )
    unite_households(
        gone=gone,
        kept=kept,
        children={twin.pk: child.pk},
        guardians={same.pk: adult.pk},
        reason="Même famille, inscrite deux fois : au guichet et en ligne.",
        by=agent,
        now=now() - timedelta(days=8),
    )
