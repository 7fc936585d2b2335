"""Values that several tables of the offer share."""

from typing import Annotated

from pydantic import PlainSerializer

from booking.rules.eligibility import LevelSet
from core.levels import Level, LevelGroup


def _shortest_levels(levels: frozenset[Level]) -> list[str]:
    """Whole groups by their name, in school order."""
    words: list[str] = []
    for group in LevelGroup:
        if set(group.levels) <= levels:
            words.append(group.value)
        else:
            words.extend(level.value for level in group.levels if level in levels)
    return words


Levels = Annotated[LevelSet, PlainSerializer(_shortest_levels, return_type=list)]
"""Classes and schools, as a town's file writes them: ["elementaire", "GS"]."""
