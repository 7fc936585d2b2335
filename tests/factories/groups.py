"""Places of a canteen shared out between the little ones and the others."""

from datetime import date, datetime

from booking.models import SlotGroup
from booking.services.groups import share_places
from core.models import Child
from tests.factories.world import Canteen


def two_groups(
    canteen: Canteen, *, small: int | None, big: int | None, now: datetime
) -> tuple[SlotGroup, SlotGroup]:
    """« Moins de 6 ans » and « 6 ans et plus », each with its places on every day."""
    groups = tuple(
        SlotGroup.objects.create(
            slot=canteen.slot, code=code, label=label, ages=ages, capacity=capacity, position=position
        )
        for position, (code, label, ages, capacity) in enumerate(
            [("petits", "Moins de 6 ans", {"max": 5}, small), ("grands", "6 ans et plus", {"min": 6}, big)]
        )
    )
    share_places(period=canteen.period, today=now.date(), now=now)
    return groups[0], groups[1]


def little(child: Child) -> Child:
    """Four years old in March 2027."""
    child.birth_date = date(2022, 9, 1)
    child.save(update_fields=["birth_date"])
    return child
