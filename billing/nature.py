"""What a line is for, as tax law asks: care, or meals. Its tariff says so, or the words that the family reads."""

import re

from django.db.models import TextChoices


class Nature(TextChoices):
    CARE = "care", "Garde"
    MEAL = "meal", "Repas"
    BOTH = "both", "Garde et repas, sur une même ligne"


_MEAL = re.compile(r"\b(repas|restauration|cantines?|déjeuners?|go[uû]ters?|pique-niques?)\b", re.IGNORECASE)
_WITH_MEAL = re.compile(r"\bavec\s+(le\s+)?repas\b", re.IGNORECASE)
_WITHOUT_MEAL = re.compile(r"\bsans\s+(le\s+)?repas\b", re.IGNORECASE)


def nature_of(*, group: str, label: str, said: str | None = None) -> Nature:
    """``said``: what its tariff says, which wins; ``label``: what the line says itself; ``group``: its service."""
    if said:
        return Nature(said)
    if _WITHOUT_MEAL.search(label):
        return Nature.CARE
    if _WITH_MEAL.search(label):
        return Nature.BOTH
    return Nature.MEAL if _MEAL.search(label) or _MEAL.search(group) else Nature.CARE
