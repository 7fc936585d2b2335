"""What ties a family to the town."""

from enum import StrEnum


class Residence(StrEnum):
    """The closest tie when there are several."""

    RESIDENT = "resident"
    WORKS_HERE = "works_here"
    PARTNER_TOWN = "partner_town"
    OUTSIDE = "outside"


NON_RESIDENT_TIES = [
    (Residence.WORKS_HERE.value, "un parent travaille dans la commune"),
    (Residence.PARTNER_TOWN.value, "habite une commune partenaire"),
]
"""What a family that lives elsewhere may have with the town, in the words of an agent."""
