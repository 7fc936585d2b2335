"""The file of a child as pages read it. Nothing here opens its health: that is an act, in services/health.py."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from core.child_file import (
    CHILD_FIELDS,
    DEFAULT_POLICIES,
    FAMILY_FIELDS,
    ROW_FIELDS,
    SHAPES,
    USUAL_MEAL,
    USUAL_MEAL_NAME,
    WEIGHED_FIELDS,
    Access,
    Choices,
    DossierField,
    FileChangeState,
    FileGroup,
    Policy,
    Value,
    fields_of,
    photo_of,
)
from core.enums import EstablishmentKind
from core.guardian_roles import GuardianRole
from core.models import (
    Child,
    ChildFact,
    ChildMeal,
    Establishment,
    FieldPolicy,
    FileChange,
    Guardian,
    HealthReading,
    HealthRecord,
    Household,
    MealChoice,
)
from core.models.child_file import Owner
from core.queries.families import children_named, households_named
from core.queries.plain_text import plain
from core.queries.reach import reached_children, reached_households
from core.rights import Reach

# Whom a change is said of, with the family, and who asked and decided it.
CHANGE_PEOPLE = ("child__household", "child__school", "guardian__household", "household", "by", "decided_by")

_ROWS = {Child: FileGroup.IDENTITY, Household: FileGroup.HOME, Guardian: FileGroup.ADULT}


def field_policies(fields: Collection[DossierField] = CHILD_FIELDS) -> dict[DossierField, Policy]:
    """The town's rule for each of these. The meal is hidden where the town offers no choice. Two queries at most."""
    policies = {field: DEFAULT_POLICIES[field] for field in fields}
    for row in FieldPolicy.objects.filter(field__in=policies):
        field = DossierField(row.field)
        policies[field] = Policy(Access(row.access), is_checked=row.is_checked or field in WEIGHED_FIELDS)
    if DossierField.MEAL in policies and not MealChoice.objects.exists():
        policies[DossierField.MEAL] = Policy(Access.HIDDEN, is_checked=True)
    return policies


def shown_fields() -> set[DossierField]:
    """What the town lets families see of a child's own row: its age, its school. One query."""
    rules = field_policies(fields_of(FileGroup.IDENTITY))
    return {field for field, policy in rules.items() if policy.is_visible}


def meal_names() -> dict[str, str]:
    """Every choice of the town by its code, the usual meal first. One query."""
    return {USUAL_MEAL: gettext(USUAL_MEAL_NAME)} | dict(MealChoice.objects.values_list("code", "name"))


def meals_offered(*, kept: Collection[str] = ()) -> dict[str, str]:
    """What a family may choose, and what its child has (``kept``) even if it is no longer offered. One query."""
    rows = MealChoice.objects.filter(Q(is_offered=True) | Q(code__in=kept))
    return {USUAL_MEAL: gettext(USUAL_MEAL_NAME)} | dict(rows.values_list("code", "name"))


def town_choices() -> Choices:
    """Every answer of the town's own in words. Two queries."""
    return {"meal": meal_names(), "school": dict(Establishment.objects.values_list("code", "name"))}


def offered_choices(known: Mapping[DossierField, Value]) -> Choices:
    """What may be chosen: what is offered, and what is ``known`` already. Two queries."""
    kept = {entry.get(key, "") for value in known.values() for entry in value for key in ("meal", "school")}
    schools = Establishment.objects.filter(Q(kind__in=EstablishmentKind.schools()) | Q(code__in=kept))
    return {"meal": meals_offered(kept=kept), "school": dict(schools.values_list("code", "name"))}


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
    for fact in ChildFact.objects.filter(child__in=children, field=DossierField.PICKUPS):
        found[fact.child_id] += [
            Pickup(
                name=entry.get("name", ""),
                link=entry.get("link", ""),
                phone=entry.get("phone", ""),
                photo=photo_of(DossierField.PICKUPS, entry),
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


def clear_values(child: Child, *, day: date) -> dict[DossierField, Value]:
    """What is known of a child apart from its row and its health; the meal is the one of ``day``. Two queries."""
    values = {DossierField(fact.field): fact.entries for fact in ChildFact.objects.filter(child=child)}
    latest = child.meals.filter(valid_from__lte=day).select_related("meal").first()
    if latest:
        values[DossierField.MEAL] = [{"meal": latest.meal.code if latest.meal else USUAL_MEAL}]
    return values


def fields_said_of(row: Owner) -> list[DossierField]:
    """The fields whose parts are columns of this row."""
    return fields_of(_ROWS[type(row)])


def row_values(row: Owner) -> dict[DossierField, Value]:
    """What the columns of a child, a home or an adult say, as the fields of the file. No query but a child's school."""
    said = {
        field: {part.key: text for part in SHAPES[field].parts if (text := _column(row, part.key))}
        for field in fields_said_of(row)
    }
    return {field: [entry] for field, entry in said.items() if entry}


def _column(row: Owner, key: str) -> str:
    match getattr(row, key):
        case date() as day:
            return day.isoformat()
        case Establishment() as school:
            return school.code
        case None:
            return ""
        case text:
            return str(text)


def missing_fields(
    values: Mapping[DossierField, Value],
    *,
    policies: Mapping[DossierField, Policy],
    asked: Collection[DossierField] = (),
) -> list[DossierField]:
    """What the town wants and does not know; ``asked``: fields whose change waits for an agent."""
    return [
        field
        for field, policy in policies.items()
        if policy.is_mandatory and not values.get(field) and field not in asked
    ]


def incomplete_children(children: Collection[int], *, day: date) -> set[int]:
    """The children of whom something that the town wants is neither known nor asked. Seven queries at most.

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
        *((pk, DossierField.MEAL) for pk in fed),
        *((row.pk, field) for row in HealthRecord.objects.filter(**of_them) for field in row.values),
    }
    if wanted & ROW_FIELDS:
        rows = Child.objects.filter(pk__in=list(children)).select_related("school")
        said |= {(row.pk, field) for row in rows for field in row_values(row)}
    return {pk for pk in children if any((pk, field) not in said for field in wanted)}


def counts_for_file(guardian: Guardian) -> bool:
    """Whether what the town wants of adults is wanted of this one: of those who keep the file, not of who only looks or
    comes for the children."""
    return guardian.is_manager


def incomplete_households(households: Collection[int]) -> set[int]:
    """The families of whom something that the town wants (an address, a telephone) is neither known nor asked. Four
    queries at most."""
    wanted = {field for field, policy in field_policies(FAMILY_FIELDS).items() if policy.is_mandatory}
    if not wanted:
        return set()
    homes = Household.objects.filter(pk__in=list(households))
    adults = Guardian.objects.filter(household__in=list(households))
    asked = set(
        FileChange.objects.filter(Q(household__in=homes) | Q(guardian__in=adults))
        .filter(state=FileChangeState.PENDING)
        .values_list("household", "guardian", "field")
    )
    lacking: set[int] = set()
    for home in homes:
        known = set(row_values(home)) | {field for pk, _, field in asked if pk == home.pk}
        if wanted & set(fields_of(FileGroup.HOME)) - known:
            lacking.add(home.pk)
    for adult in filter(counts_for_file, adults):
        known = set(row_values(adult)) | {field for _, pk, field in asked if pk == adult.pk}
        if wanted & set(fields_of(FileGroup.ADULT)) - known:
            lacking.add(adult.household_id)
    return lacking


def pending_changes(owner: Owner) -> QuerySet[FileChange]:
    return FileChange.of(owner).filter(state=FileChangeState.PENDING).select_related("by")


def last_refusals(child: Child) -> list[FileChange]:
    """The fields whose last change was refused: what the family must still read. One query."""
    latest = (
        FileChange.objects.filter(child=child)
        .order_by("field", "-at", "-pk")
        .distinct("field")
        .select_related("decided_by")
    )
    return [change for change in latest if change.state == FileChangeState.REFUSED]


def family_changes(household: Household) -> dict[int | None, list[FileChange]]:
    """What waits or was refused last, field by field: of the home (under None), and of each adult by its key. One query."""
    latest = (
        FileChange.objects.filter(Q(household=household) | Q(guardian__household=household))
        .order_by("guardian_id", "field", "-at", "-pk")
        .distinct("guardian_id", "field")
        .select_related("by", "decided_by")
    )
    found: dict[int | None, list[FileChange]] = defaultdict(list)
    for change in latest:
        if change.state in {FileChangeState.PENDING, FileChangeState.REFUSED}:
            found[change.guardian_id].append(change)
    return found


def waiting_of_family(household: Household) -> QuerySet[FileChange]:
    """What waits for an agent of a home, of its adults and of its children, the oldest first. One query."""
    return find_changes().filter(
        Q(household=household) | Q(guardian__household=household) | Q(child__household=household)
    )


def reached_changes(reach: Reach) -> Q:
    """The changes of children and of families whom an agent's rights reach."""
    return (
        reached_children(reach, "child")
        | reached_households(reach, "household")
        | reached_households(reach, "guardian__household")
    )


def find_changes(
    text: str = "", *, state: FileChangeState = FileChangeState.PENDING, field: str = ""
) -> QuerySet[FileChange]:
    """Changes in one state, the longest waiting first, whose child or file holds every word. One query."""
    rows = FileChange.objects.filter(state=state).select_related(*CHANGE_PEOPLE)
    if field:
        rows = rows.filter(field=field)
    for word in map(plain, text.split()):
        homes = households_named(word)
        rows = rows.filter(
            Q(child__in=children_named(word))
            | Q(child__household__in=homes)
            | Q(guardian__household__in=homes)
            | Q(household__in=homes)
        )
    return rows.order_by("at", "pk")


def find_readings(text: str = "", *, child: int | None = None) -> QuerySet[HealthReading]:
    """Who read whose health, the latest first. Every word is in a child's name or in a reader's. One query."""
    rows = HealthReading.objects.select_related("child__household", "by")
    if child:
        rows = rows.filter(child=child)
    for word in map(plain, text.split()):
        rows = rows.filter(Q(child__in=children_named(word)) | Q(by__name__plain__contains=word))
    return rows
