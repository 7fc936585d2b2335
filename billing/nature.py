"""What a line is for, as tax law asks: care, or meals. Read in the words that the family reads."""

import re
from enum import Enum


class Nature(Enum):
    CARE = "Garde"
    MEAL = "Repas"
    BOTH = "Garde et repas, sur une même ligne"


_MEAL = re.compile(r"\b(repas|restauration|cantines?|déjeuners?|go[uû]ters?|pique-niques?)\b", re.IGNORECASE)
_WITH_MEAL = re.compile(r"\bavec\s+(le\s+)?repas\b", re.IGNORECASE)
_WITHOUT_MEAL = re.compile(r"\bsans\s+(le\s+)?repas\b", re.IGNORECASE)


def nature_of(*, group: str, label: str) -> Nature:
    """``group``: the service of the line; ``label``: what it says itself, which wins."""
    if _WITHOUT_MEAL.search(label):
        return Nature.CARE
    if _WITH_MEAL.search(label):
        return Nature.BOTH
    return Nature.MEAL if _MEAL.search(label) or _MEAL.search(group) else Nature.CARE
