"""What the town offers to eat, and what is known of a child, written as an agent does."""

from datetime import datetime

from core.child_file import DossierField, MealKind, Value
from core.models import Child, FieldPolicy, MealChoice
from core.services.child_file import write_values
from tests.factories.people import an_agent

NUTS: Value = [{"known": "yes", "text": "Arachides : gonflement des lèvres"}]
PAI: Value = [{"known": "yes", "from": "2026-09-01", "until": "2027-08-31"}]


def some_meals() -> None:
    MealChoice.objects.bulk_create(
        [
            MealChoice(code="sans-viande", name="Sans viande"),
            MealChoice(code="panier", name="Panier repas (PAI)", kind=MealKind.PAI_OWN, position=1),
            MealChoice(code="sans-sel", name="Sans sel", is_offered=False, position=2),
        ]
    )


def a_policy(field: DossierField, access: str, *, is_checked: bool = False) -> None:
    FieldPolicy.objects.create(field=field, access=access, is_checked=is_checked)


def tells(child: Child, values: dict[DossierField, Value], *, now: datetime) -> None:
    write_values(child=child, values=values, by=an_agent(), now=now, valid_from=now.date())
