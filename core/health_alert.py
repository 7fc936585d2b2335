"""What the people around a child must see at a glance of what its file says of its health."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.child_file import YES, DossierField, Value


@dataclass(frozen=True, slots=True)
class HealthAlert:
    """On a given day. Falsy: nothing."""

    allergies: str = ""
    has_pai: bool = False

    def __bool__(self) -> bool:
        return bool(self.allergies) or self.has_pai

    def __str__(self) -> str:
        return " – ".join(filter(None, [self.allergies and f"Allergies : {self.allergies}", self._pai]))

    @property
    def heads(self) -> str:
        """What there is, without saying what: « Allergies – PAI »."""
        return " – ".join(filter(None, [self.allergies and "Allergies", self._pai]))

    @property
    def _pai(self) -> str:
        return "PAI" if self.has_pai else ""


NO_ALERT = HealthAlert()


def alert_on(health: Mapping[DossierField, Value], day: date) -> HealthAlert:
    allergies = next(iter(health.get(DossierField.ALLERGIES, [])), {})
    pai = next(iter(health.get(DossierField.PAI, [])), {})
    in_force = (
        pai.get("known") == YES
        and pai.get("from", "") <= day.isoformat()
        and day.isoformat() <= (pai.get("until") or "9999")
    )
    return HealthAlert(
        allergies=allergies.get("text", "") if allergies.get("known") == YES else "", has_pai=in_force
    )
