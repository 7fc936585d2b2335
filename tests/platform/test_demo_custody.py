"""The demo shows a child of two households, recorded once."""

from core.models import Child, Custody, Household
from portail.demo.custody import FIRST, SECOND, share_a_child
from tests.factories.people import an_agent
from tests.factories.world import a_family


def test_one_child_is_shared(commune):
    agent = an_agent()
    for number in (FIRST, SECOND):
        home = a_family(school=None).household
        Household.objects.filter(pk=home.pk).update(number=number)
    share_a_child(agent)
    share_a_child(agent)
    custody = Custody.objects.get()
    assert custody.second.number == SECOND
    assert custody.child == Child.objects.get(household__number=FIRST)
