"""The file of a child as pages read it. Nothing here opens its health: that is an act, in services/health.py."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from core.child_file import (
    DEFAULT_POLICIES,
    USUAL_MEAL,
    USUAL_MEAL_NAME,
    Access,
    ChildField,
    FileChangeState,
    Policy,
    Value,
    photo_of,
)
from core.guardian_roles import GuardianRole
from core.models import (
    Child,
    ChildFact,
    ChildMeal,
    FieldPolicy,
    FileChange,
    HealthReading,
    HealthRecord,
    MealChoice,
)
from core.queries.families import children_named, households_named
from core.queries.plain_text import plain


def field_policies() -> dict[ChildField, Policy]:
    """The town's rule for each field. The meal is hidden where the town offers no choice. Two queries."""
    policies = dict(DEFAULT_POLICIES)
    for row in FieldPolicy.objects.all():
        policies[ChildField(row.field)] = Policy(Access(row.access), is_checked=row.is_checked)
    if not MealChoice.objects.exists():
        policies[ChildField.MEAL] = Policy(Access.HIDDEN, is_checked=True)
    return policies


def meal_names() -> dict[str, str]:
    """Every choice of the town by its code, the usual meal first. One query."""
    return {USUAL_MEAL: gettext(USUAL_MEAL_NAME)} | dict(MealChoice.objects.values_list("code", "name"))


def meals_offered(*, kept: str = "") -> dict[str, str]:
    """What a family may choose, and what its child has (``kept``) even if it is no longer offered. One query."""
    rows = MealChoice.objects.filter(Q(is_offered=True) | Q(code=kept))
    return {USUAL_MEAL: gettext(USUAL_MEAL_NAME)} | dict(rows.values_list("code", "name"))


def meals_on(children: Collection[int], day: date) -> dict[int, MealChoice]:
    """The diets of a day by child; a child who is not there eats the usual meal. One query."""
    rows = (
        ChildMeal.objects.filter(child__in=children, valid_from__lte=day)
        .select_related("meal")
        .order_by("child_id", "-valid_from")
        .distinct("child_id")
    )
    return {row.child_id: row.meal for row in rows if row.meal}


@dataclass(frozen=True, kw_only=True)
class Pickup:
    """Somebody who may fetch a child; ``photo``: a token, empty without a photograph."""

    name: str
    link: str
    phone: str
    photo: str


def pickups_of(children: Collection[int]) -> dict[int, list[Pickup]]:
    """Who may fetch each of these children: those of its own file, then those of its family's. Two queries."""
    found: dict[int, list[Pickup]] = defaultdict(list)
    for fact in ChildFact.objects.filter(child__in=children, field=ChildField.PICKUPS):
        found[fact.child_id] += [
            Pickup(
                name=entry.get("name", ""),
                link=entry.get("link", ""),
                phone=entry.get("phone", ""),
                photo=photo_of(ChildField.PICKUPS, entry),
            )
            for entry in fact.entries
        ]
    adults = Child.objects.filter(pk__in=children, household__guardians__role=GuardianRole.PICKUP)
    named = ("first_name", "last_name", "phone")
    for pk, first, last, phone in adults.values_list(
        "pk", *(f"household__guardians__{one}" for one in named)
    ):
        found[pk].append(Pickup(name=f"{first} {last}", link="", phone=phone, photo=""))
    return found


def clear_values(child: Child, *, day: date) -> dict[ChildField, Value]:
    """All that is known of a child but its health; the meal is the one of ``day``. Two queries."""
    values = {ChildField(fact.field): fact.entries for fact in ChildFact.objects.filter(child=child)}
    latest = child.meals.filter(valid_from__lte=day).select_related("meal").first()
    if latest:
        values[ChildField.MEAL] = [{"meal": latest.meal.code if latest.meal else USUAL_MEAL}]
    return values


def missing_fields(
    values: Mapping[ChildField, Value],
    *,
    policies: Mapping[ChildField, Policy],
    asked: Collection[ChildField] = (),
) -> list[ChildField]:
    """What the town wants and does not know; ``asked``: fields whose change waits for an agent."""
    return [
        field
        for field, policy in policies.items()
        if policy.is_mandatory and not values.get(field) and field not in asked
    ]


def incomplete_children(children: Collection[int], *, day: date) -> set[int]:
    """The children of whom something that the town wants is neither known nor asked. Six queries at most.

    Of health, only what fields were answered is looked at, never the answers.
    """
    wanted = {field for field, policy in field_policies().items() if policy.is_mandatory}
    if not wanted:
        return set()
    of_them = {"child__in": list(children)}
    pending = FileChange.objects.filter(state=FileChangeState.PENDING, **of_them)
    fed = ChildMeal.objects.filter(valid_from__lte=day, **of_them).values_list("child", flat=True)
    said = {
        *ChildFact.objects.filter(**of_them).values_list("child", "field"),
        *pending.values_list("child", "field"),
        *((pk, ChildField.MEAL) for pk in fed),
        *((row.pk, field) for row in HealthRecord.objects.filter(**of_them) for field in row.values),
    }
    return {pk for pk in children if any((pk, field) not in said for field in wanted)}


def pending_changes(child: Child) -> QuerySet[FileChange]:
    return FileChange.objects.filter(child=child, state=FileChangeState.PENDING).select_related("by")


def last_refusals(child: Child) -> list[FileChange]:
    """The fields whose last change was refused: what the family must still read. One query."""
    latest = (
        FileChange.objects.filter(child=child)
        .order_by("field", "-at", "-pk")
        .distinct("field")
        .select_related("decided_by")
    )
    return [change for change in latest if change.state == FileChangeState.REFUSED]


def find_changes(
    text: str = "", *, state: FileChangeState = FileChangeState.PENDING, field: str = ""
) -> QuerySet[FileChange]:
    """Changes in one state, the longest waiting first, whose child or file holds every word. One query."""
    rows = FileChange.objects.filter(state=state).select_related("child__household", "by", "decided_by")
    if field:
        rows = rows.filter(field=field)
    for word in map(plain, text.split()):
        rows = rows.filter(Q(child__in=children_named(word)) | Q(child__household__in=households_named(word)))
    return rows.order_by("at", "pk")


def find_readings(text: str = "", *, child: int | None = None) -> QuerySet[HealthReading]:
    """Who read whose health, the latest first. Every word is in a child's name or in a reader's. One query."""
    rows = HealthReading.objects.select_related("child__household", "by")
    if child:
        rows = rows.filter(child=child)
    for word in map(plain, text.split()):
        rows = rows.filter(Q(child__in=children_named(word)) | Q(by__name__plain__contains=word))
    return rows
