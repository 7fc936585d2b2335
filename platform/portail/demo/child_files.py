"""What the demo's towns know of some children: diets, an allergy, a PAI, who may fetch them; one change that waits."""

from datetime import timedelta

from core.child_file import ChildField, Value
from core.clock import now
from core.models import Child, FileChange, MealChoice, User
from core.services.child_file import propose_changes, write_values
from tenants.context import town_timezone

ALLERGY: Value = [{"known": "yes", "text": "Arachides et noisettes : gonflement des lèvres"}]
NO_ALLERGY: Value = [{"known": "no"}]
CONDUCT: Value = [
    {"text": "Trousse d’urgence dans le bureau de la direction. Donner l’antihistaminique, appeler le 15."}
]
DOCTOR: Value = [{"name": "Dr Anis Fenouil", "phone": "04 66 00 00 12"}]
PICKUPS: Value = [
    {"name": "Odile Genêt", "link": "grand-mère", "phone": "06 00 00 00 21"},
    {"name": "Gaël Tilleul", "link": "voisin", "phone": "06 00 00 00 22"},
]
EVERY = 5  # one neighbour in so many does not eat the usual meal


def write_child_files(*, agent: User) -> None:
    """Nothing when a file was written before, or when the town offers no diet."""
    diets = list(MealChoice.objects.filter(is_offered=True))
    if FileChange.objects.exists() or not diets:
        return
    at = now()
    today = at.astimezone(town_timezone()).date()
    written = {"by": agent, "now": at, "valid_from": today - timedelta(days=60)}
    elder, *others = Child.objects.order_by("household__number", "pk").select_related("household")
    pai: Value = [{"known": "yes", "until": (today + timedelta(days=240)).isoformat()}]
    write_values(
        child=elder,
        values={
            ChildField.ALLERGIES: ALLERGY,
            ChildField.PAI: pai,
            ChildField.CONDUCT: CONDUCT,
            ChildField.DOCTOR: DOCTOR,
            ChildField.INSURANCE: [{"company": "Assurance des Garrigues", "number": "SC-1042"}],
            ChildField.PICKUPS: PICKUPS,
            ChildField.SWIMMING: [{"swims": "yes"}],
        },
        **written,
    )
    for rank, child in enumerate(others):
        values: dict[ChildField, Value] = {ChildField.ALLERGIES: NO_ALLERGY}
        if rank % EVERY == 0:
            values[ChildField.MEAL] = [{"meal": diets[rank // EVERY % len(diets)].code}]
        write_values(child=child, values=values, **written)
    guardian = elder.household.guardians.get(user__isnull=False)
    wish: Value = [{"meal": diets[0].code}]
    propose_changes(child=elder, values={ChildField.MEAL: wish}, by=guardian.user, now=at, today=today)
