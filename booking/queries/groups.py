"""The age and level groups that places are shared out by."""

from booking.models import SlotGroup


def slot_groups(**which: object) -> dict[int, list[SlotGroup]]:
    """By slot, in the order in which they take children; ``which`` is a filter on groups. One query."""
    found: dict[int, list[SlotGroup]] = {}
    for group in SlotGroup.objects.filter(**which).order_by("slot_id", "position", "pk"):
        found.setdefault(group.slot_id, []).append(group)
    return found
