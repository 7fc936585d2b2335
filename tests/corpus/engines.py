"""Runs one example of a town through the engine that its rule is for, and says what it gives."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from billing.pricing.rules import TARIFF_RULE, PricingFacts
from booking.commune_file.tables import PeriodTable
from booking.enums import ChangeKind, PriorityCriterion
from booking.rules.absence import AbsencePolicy, AbsenceReason, Proof, describe_absences
from booking.rules.absence_dues import Absence, Missed, Setting, settle
from booking.rules.cutoffs import CUTOFF_RULE, Verb, describe, last_moment, opening_moment
from booking.rules.eligibility import Audience, ChildFacts, Residence, obstacles
from booking.rules.family_file import FileConditions, FileFacts, describe_file, file_obstacles
from booking.rules.late import LATE_EFFECT, LateCase, describe_late, dragged_outcome, late_outcome
from booking.rules.minimum import Minimum, describe_minimum, shortfall
from booking.rules.values import WEEKDAY_CODES
from booking.rules.week_choice import WeekRules, period_faults, week_faults
from core.calendars import HolidayRegion, SchoolZone, build_calendar
from core.commune_file.papers import DocumentTable
from core.custody import Arrangement, CustodyMode
from core.levels import Level
from core.papers import Agreed, Paper, Standing

PARIS = ZoneInfo("Europe/Paris")
YEAR = (date(2022, 9, 1), date(2023, 7, 7))
CALENDAR = build_calendar(
    zone=SchoolZone.C, region=HolidayRegion.METROPOLE, start=YEAR[0], end=date(2025, 7, 31)
)
MONDAY = date(2023, 3, 6)

Example = dict[str, Any]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def euros(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _moment(rule: Any, example: Example) -> dict[str, Any]:
    start, end = (date.fromisoformat(day) for day in example.get("period", [str(day) for day in YEAR]))
    setting = {
        "service_start": at(example["service"]),
        "period": (start, end),
        "calendar": CALENDAR,
        "tz": PARIS,
    }
    last = last_moment(rule, **setting).at
    found = {"last": f"{last:%Y-%m-%d %H:%M}" if last else "fermé"}
    if "opens" in example:
        found["opens"] = f"{opening_moment(rule, **setting):%Y-%m-%d %H:%M}"
    return found


def _late(effect: Any, example: Example) -> dict[str, Any]:
    facts = PricingFacts(
        quotient=euros(example["quotient"]) if "quotient" in example else None,
        resident=example.get("resident", True),
        level=Level(example["level"]) if "level" in example else None,
    )
    tariff = TARIFF_RULE.validate_python(
        example.get("tariff") or {"type": "flat", "amount": example["normal"]}
    )
    case = LateCase(tariff=tariff, facts=facts, time=example.get("time", 1), place=example.get("place", 1))
    outcome = late_outcome(effect, case)
    return {
        "pays": outcome.unit.amount,
        "access": outcome.access.name.lower(),
        "fees": [fee.amount for fee in outcome.fees],
        "on_time_pays": dragged_outcome(effect, case).unit.amount,
    }


def _absence(policy: AbsencePolicy, example: Example) -> dict[str, Any]:
    services = [
        Missed(key=start, start=at(start), price=euros(example["price"])) for start in example["missed"]
    ]
    days = [missed.start.date() for missed in services]
    absence = Absence(
        first=date.fromisoformat(example["first"]) if "first" in example else min(days),
        last=date.fromisoformat(example["last"]) if "last" in example else max(days),
        reason=AbsenceReason(example["reason"]) if "reason" in example else None,
        noticed_at=at(example["told"]) if "told" in example else None,
        proof=Proof(example["proof"]) if "proof" in example else None,
        proof_at=at(example["proof_at"]) if "proof_at" in example else None,
        waived_before=example.get("waived_before", 0),
    )
    found = settle(policy, absence, services, Setting(period=YEAR, calendar=CALENDAR, tz=PARIS))
    return {"due": [one.amount for one in found], "says": plain(found[-1].reason)}


def _audience(audience: Audience, example: Example) -> dict[str, Any]:
    facts = ChildFacts(
        birth_date=date.fromisoformat(example.get("born", "2016-05-20")),
        level=Level(example["level"]) if "level" in example else None,
        establishment=example.get("school"),
        residence=Residence(example.get("residence", "resident")),
    )
    names = {code: code for code in audience.establishments}
    found = obstacles(audience, facts, on=YEAR[0], establishments=names)
    return {"refused": [plain(sentence) for sentence in found]}


class FileAsked:
    """What a town asks of a family's file: the documents as the town file writes them, then the conditions of a period."""

    def __init__(self, values: dict[str, Any]) -> None:
        documents = [DocumentTable.model_validate(one) for one in values.get("documents", ())]
        self.documents = {one.code: one.name for one in documents}
        self.consents = {one["code"]: one["nom"] for one in values.get("consents", ())}
        codes = {"documents": list(self.documents), "consents": list(self.consents)}
        self.conditions = FileConditions.model_validate(values | codes)

    def says(self) -> list[str]:
        return describe_file(self.conditions, self.documents | self.consents)


def _file(asked: FileAsked, example: Example) -> dict[str, Any]:
    given, agreed = example.get("documents", ()), example.get("consents", ())
    facts = FileFacts(
        documents={
            code: Paper(label=name, standing=Standing.ACCEPTED if code in given else Standing.MISSING)
            for code, name in asked.documents.items()
        },
        consents={
            code: Agreed(label=name, version=1, agreed=int(code in agreed))
            for code, name in asked.consents.items()
        },
        overdue=euros(example.get("overdue", 0)),
        quotient_known=example.get("quotient_known", False),
        member=example.get("member", False),
        used_this_year=example.get("used_this_year", False),
    )
    return {"lacks": [plain(one) for one in file_obstacles(asked.conditions, facts)]}


def _week(rules: WeekRules, example: Example) -> dict[str, Any]:
    chosen = {
        MONDAY + timedelta(weeks=week, days=WEEKDAY_CODES.index(code)): slots
        for week, days in enumerate(example["weeks"])
        for code, slots in days.items()
    }
    weeks = len(example["weeks"])
    open_days = [MONDAY + timedelta(weeks=week, days=day) for week in range(weeks) for day in range(5)]
    names = {slot: slot for slots in chosen.values() for slot in slots}
    found = [
        fault
        for week in range(weeks)
        for fault in week_faults(
            rules,
            chosen,
            monday=MONDAY + timedelta(weeks=week),
            open_days=open_days,
            calendar=CALENDAR,
            names=names,
        )
    ]
    return {"faults": [plain(fault) for fault in found + period_faults(rules, chosen, open_days=open_days)]}


class PeriodColumns:
    """Some keys of a period of the town file, each checked as the file checks it."""

    def __init__(self, values: dict[str, Any]) -> None:
        fields = {field.alias: field for field in PeriodTable.model_fields.values()}
        for key, value in values.items():
            field = fields[key]
            TypeAdapter(field.annotation).validate_python(value, strict=True)


class PriorityPoints:
    """Points by criterion, as the desk writes them for a period."""

    def __init__(self, points: dict[str, int]) -> None:
        self.points = {PriorityCriterion(name): value for name, value in points.items()}


class DayActs:
    """What an agent may do with the services of one day, each its own choice."""

    def __init__(self, acts: dict[str, str]) -> None:
        self.acts = {service: ChangeKind(kind) for service, kind in acts.items()}


class SharedChild:
    """The custody of a child of two households, as the desk writes it; each books its own days."""

    def __init__(self, values: dict[str, Any]) -> None:
        mode = CustodyMode(values["mode"])
        self.arrangement = Arrangement(mode=mode, first=1, second=2, even_weeks=values["even_weeks"])


def _shared(child: SharedChild, example: Example) -> dict[str, Any]:
    home = child.arrangement.home_on(date.fromisoformat(example["day"]))
    return {"books": {1: "premier foyer", 2: "second foyer"}[home] if home else "les deux"}


def _minimum(minimum: Minimum, example: Example) -> dict[str, Any]:
    children = example["children"]
    found = shortfall(minimum, children=children, residents=example.get("residents", children))
    return {"lacks": plain(found)}


def _cutoff(verb: Verb) -> tuple[Callable[[Any], Any], Callable[..., dict[str, Any]], Callable[[Any], Any]]:
    return CUTOFF_RULE.validate_python, _moment, lambda rule: describe(rule, verb).sentence


# What a rule is about → how it is read, how an example of it is run, how it is said.
ENGINES: dict[
    str, tuple[Callable[[Any], Any], Callable[..., dict[str, Any]] | None, Callable[[Any], Any]]
] = {
    "booking": _cutoff(Verb.BOOK),
    "cancelling": _cutoff(Verb.CANCEL),
    "late": (LATE_EFFECT.validate_python, _late, describe_late),
    "unbooked": (LATE_EFFECT.validate_python, _late, describe_late),
    "absence": (AbsencePolicy.model_validate, _absence, describe_absences),
    "audience": (
        Audience.model_validate,
        _audience,
        lambda audience: audience.model_dump(exclude_unset=True),
    ),
    "file": (FileAsked, _file, FileAsked.says),
    "week": (WeekRules.model_validate, _week, lambda rules: rules.model_dump(exclude_unset=True)),
    "custody": (SharedChild, _shared, lambda child: child.arrangement.mode.label),
    "minimum": (Minimum.model_validate, _minimum, describe_minimum),
    "period": (PeriodColumns, None, lambda _columns: "période"),
    "priority": (PriorityPoints, None, lambda rule: [one.label for one in rule.points]),
    "day": (DayActs, None, lambda rule: [one.label for one in rule.acts.values()]),
}
