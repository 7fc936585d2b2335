"""The demo shows a family that had two files, united once."""

from core.models import Household, HouseholdMerge
from portail.demo.merged import unite_a_double
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings


def test_a_double_is_united_with_its_family(commune):
    town_settings()
    family, agent = a_family(school=None), an_agent()
    for _ in range(2):
        unite_a_double(agent)
    merge = HouseholdMerge.objects.get()
    assert (merge.kept, merge.gone.merged_into) == (family.household, family.household)
    assert Household.objects.filter(merged_into=None).count() == 1
    assert family.household.children.get() == family.child
    assert family.user.guardian.household == family.household
