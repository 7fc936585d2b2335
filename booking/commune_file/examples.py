"""Worked examples: what the town says its own rules give, run through the real engines without any database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from billing.pricing.facts import Tie
from billing.pricing.fields import Euros, Number
from billing.pricing.quote import NoTariffError, TariffVersion, version_on
from billing.pricing.rules import Flat, PricingFacts, Shape
from booking.commune_file.moments import ExampleDay, ExampleMoment, day_among, moment_before
from booking.commune_file.offer import period_columns
from booking.commune_file.tables import ActivityTable, PeriodTable, SlotTable, StageTable
from booking.commune_file.years import due_years, for_year
from booking.models import Activity, Period
from booking.queries.access import Standing as ChildStanding
from booking.queries.access import period_obstacles
from booking.rules.cutoffs import Verb
from booking.rules.family_file import FileConditions, FileFacts
from booking.rules.late import Access, LateCase, LateOutcome, describe_late, late_outcome
from booking.rules.opening_days import opening_days, why_closed
from booking.rules.stages import Decision, Stage, StageDecision, decide, decide_stages
from core.calendars import Calendar, HolidayRegion, SchoolZone
from core.commune_file.problems import Fault, fault, suggestion
from core.commune_file.sections import Proof, Section, TownFile
from core.commune_file.values import Code, FileModel, Line, OneOf, Text, reference
from core.levels import Level
from core.models import CalendarDay, Child, Establishment, Household
from core.money import format_euros
from core.papers import Agreed, Paper, Standing
from core.queries.calendar import corrected_calendar
from core.words import NBSP, moment, short_date

LevelWord = Annotated[str, OneOf(tuple(level.value for level in Level))]


class ExampleTable(FileModel):
    noun: ClassVar[str] = "exemple"

    name: Line = Field(alias="nom", description="Ce que l’exemple montre, en une phrase.")
    period: Annotated[str, reference("période", "periodes")] = Field(
        alias="periode", description="Code de la période, avec son `{annees}` s’il en a un."
    )
    slot: Code = Field(alias="accueil", description="Code de l’accueil.")
    act: Literal["reserver", "annuler"] = Field(
        "reserver", alias="acte", description="Ce que la famille fait ; une annulation n’a ni stade ni prix."
    )
    stage: Code | None = Field(
        None, alias="stade", description="Code du stade dont on parle ; sinon, celui qui est ouvert."
    )
    day: ExampleDay = Field(
        alias="date", description="Jour demandé : une date, ou « 1er lundi ouvert de mars »."
    )
    booked_at: ExampleMoment = Field(
        alias="reserve_le",
        description="Moment de la demande : une date avec heure, ou « dimanche d’avant à 23:55 ».",
    )
    level: LevelWord | None = Field(None, alias="niveau", description="Classe de l’enfant.")
    school: Annotated[str, reference("établissement", "etablissements")] | None = Field(
        None, alias="ecole", description="École de l’enfant ; sinon, celle de l’activité."
    )
    quotient: Number | None = Field(None, alias="quotient", description="Quotient familial justifié.")
    age: int | None = Field(None, alias="age", ge=0, le=30, description="Âge de l’enfant au premier jour.")
    resident: bool = Field(True, alias="habite_la_commune", description="La famille habite la commune.")
    tie: Literal["works_here", "partner_town"] | None = Field(
        None, alias="lien", description="Ce qui lie à la commune une famille qui habite ailleurs."
    )
    enrolled: bool = Field(True, alias="inscrit", description="Le service a inscrit l’enfant à l’activité.")
    overdue: Euros = Field(Decimal(0), alias="impayes", description="Impayés de la famille, en euros.")
    used_this_year: bool = Field(
        False, alias="deja_venu", description="L’enfant est déjà venu dans l’établissement cette année."
    )
    child_file: bool = Field(True, alias="dossier_enfant", description="Le dossier de l’enfant est complet.")
    documents: list[Code] | None = Field(
        None, alias="documents", description="Codes des documents acceptés ; sans cette clé, tous le sont."
    )
    consents: list[Code] | None = Field(
        None, alias="accords", description="Codes des règlements acceptés ; sans cette clé, tous le sont."
    )
    late_time: int = Field(
        1,
        alias="combientieme_retard",
        ge=1,
        le=366,
        description="Combien de jours en retard, celui-ci compris.",
    )
    expected: Literal["ouvert", "demande", "ferme"] = Field(
        alias="attendu", description="Ce que la famille doit voir ; `demande` : un agent décidera."
    )
    last_moment: ExampleMoment | None = Field(
        None, alias="dernier_moment", description="Dernière minute, comprise, pour le faire."
    )
    price: Euros | None = Field(None, alias="prix", description="Prix attendu, en euros.")
    reason: Annotated[Text, Field(min_length=1)] | None = Field(
        None, alias="motif", description="Texte que contient l’explication donnée à la famille."
    )

    @model_validator(mode="after")
    def _cancelling_costs_nothing(self) -> Self:
        for key, value in (("stade", self.stage), ("prix", self.price)):
            if self.act == "annuler" and value is not None:
                raise fault("une annulation n’a ni stade ni prix", key)
        return self


@dataclass(frozen=True)
class Answer:
    """What the engines say of an example. Moments are on the town's clock."""

    open: bool
    reason: str
    stage: StageTable | None = None
    last_moment: datetime | None = None
    price: Decimal | None = None
    asks_agent: bool = False

    @property
    def word(self) -> str:
        """As an example expects it."""
        if not self.open:
            return "ferme"
        return "demande" if self.asks_agent else "ouvert"


class ExamplesSection(Section):
    key = "exemples"
    model = ExampleTable
    about = "Des exemples que `portail commune check` vérifie. Ils ne sont pas gardés par la commune."
    many = True
    stored = False

    def check(self, file: TownFile) -> Iterator[Fault]:
        for rank, example in file.ranked(self.key):
            found = _offer(file, example)
            if found is None:  # the period itself is wrong, and says so
                continue
            _, period = found
            slots = {slot.code: slot for slot in period.slots}
            if example.slot not in slots:
                yield Fault(
                    (self.key, rank, "accueil"),
                    f"accueil inconnu de cette période{suggestion(example.slot, slots)}",
                )
            elif example.stage:
                stages = {stage.code for stage in slots[example.slot].stages}
                if example.stage not in stages:
                    near = suggestion(example.stage, stages)
                    yield Fault((self.key, rank, "stade"), f"stade inconnu de cet accueil{near}")

    def prove(self, file: TownFile, *, today: date) -> Iterator[Proof]:
        for rank, example in file.ranked(self.key):
            yield Proof((self.key, rank), example.name, tuple(_Case(file, example, today).failures()))


def _offer(file: TownFile, example: ExampleTable) -> tuple[ActivityTable, PeriodTable] | None:
    return next(
        (
            (activity, period)
            for activity in file.all("activites")
            for period in activity.periods
            if period.code == example.period
        ),
        None,
    )


class _Case:
    """One example in its setting: the period of this school year, its calendar, the child."""

    def __init__(self, file: TownFile, example: ExampleTable, today: date) -> None:
        self.file, self.example = file, example
        town = file.one("commune")
        zone, region = SchoolZone(town.school_zone), HolidayRegion(town.holiday_region.upper())
        offer = _offer(file, example)
        assert offer is not None
        self.activity = offer[0]
        self.period = for_year(offer[1], due_years(zone, region, today)[0])
        self.tz = ZoneInfo(town.timezone)
        self.columns = period_columns(self.period, self.tz)
        self.calendar: Calendar = corrected_calendar(
            zone=zone,
            region=region,
            start=self.period.dates[0],
            end=self.period.dates[1],
            days=self._corrected_days(),
        )

    def failures(self) -> Iterator[str]:
        """What differs from the example, in French; nothing when it holds."""
        example = self.example
        open_days = opening_days(
            calendar=self.calendar,
            **{name: self.columns[name] for name in ("start", "end", "weekdays", "in_school_holidays")},
        )
        day = day_among(example.day, open_days)
        if day is None:
            yield f"la période n’a pas de «{NBSP}{example.day}{NBSP}»"
            return
        answer = self._answer(day, is_open_day=day in open_days)
        if answer.word != example.expected:
            yield f"attendu{NBSP}: {_WORDS[example.expected]}{NBSP}; obtenu{NBSP}: {_WORDS[answer.word]} – {answer.reason}"
        if example.last_moment is not None:
            wanted = moment_before(example.last_moment, day)
            if answer.last_moment != wanted:
                got = moment(answer.last_moment) if answer.last_moment else "aucun"
                yield f"dernier moment attendu{NBSP}: {moment(wanted)}{NBSP}; obtenu{NBSP}: {got}"
        if example.price is not None and answer.price != example.price:
            got = format_euros(answer.price) if answer.price is not None else "aucun"
            yield f"prix attendu{NBSP}: {format_euros(example.price)}{NBSP}; obtenu{NBSP}: {got}"
        if example.reason and example.reason not in answer.reason:
            yield f"motif attendu{NBSP}: «{NBSP}{example.reason}{NBSP}»{NBSP}; obtenu{NBSP}: «{NBSP}{answer.reason}{NBSP}»"

    def _answer(self, day: date, *, is_open_day: bool) -> Answer:
        now = moment_before(self.example.booked_at, day).replace(tzinfo=self.tz)
        if not is_open_day:
            return Answer(open=False, reason=self._why_closed(day))
        slot = next(slot for slot in self.period.slots if slot.code == self.example.slot)
        if self.example.act == "annuler":
            decision = self._cancellation(slot, day, now)
            return Answer(decision.open, decision.reason, last_moment=self._local(decision.last_moment))
        stage, decision = self._decision(slot, day, now)
        obstacles = self._obstacles(now)
        late = self._late(stage, day)
        closed = late is not None and late.access in {Access.CLOSED, Access.WAIT}
        reasons = obstacles or ([describe_late(stage.late)] if closed else [decision.reason])
        return Answer(
            open=decision.open and not obstacles and not closed,
            reason="; ".join(reasons),
            stage=stage,
            last_moment=self._local(decision.last_moment),
            price=_whole(late) if late else self._price(stage, day),
            asks_agent=late is not None and late.access == Access.ASK,
        )

    def _cancellation(self, slot: SlotTable, day: date, now: datetime) -> Decision:
        return decide(
            self.period.cancel_rule,
            service_start=datetime.combine(day, slot.starts, tzinfo=self.tz),
            period=self.period.dates,
            now=now,
            calendar=self.calendar,
            tz=self.tz,
            verb=Verb.CANCEL,
        )

    def _local(self, at: datetime | None) -> datetime | None:
        return at.astimezone(self.tz).replace(tzinfo=None) if at else None

    def _why_closed(self, day: date) -> str:
        start, end = self.period.dates
        if not start <= day <= end:
            return f"le {short_date(day)} est hors de la période"
        return (
            why_closed(day, self.columns["in_school_holidays"], self.calendar)
            or "ce jour de la semaine est fermé"
        )

    def _decision(self, slot: SlotTable, day: date, now: datetime) -> tuple[StageTable, StageDecision]:
        """The stage the example names, else the one that is open, else the last one."""
        decisions = decide_stages(
            [
                Stage(key=stage.code, label=stage.name, rule=stage.cutoff, levels=stage.levels)
                for stage in slot.stages
            ],
            service_start=datetime.combine(day, slot.starts, tzinfo=self.tz),
            period=self.period.dates,
            level=self._level,
            now=now,
            calendar=self.calendar,
            tz=self.tz,
        )
        pairs = list(zip(slot.stages, decisions, strict=True))
        named = [pair for pair in pairs if pair[0].code == self.example.stage]
        return (named or [pair for pair in pairs if pair[1].open] or pairs[-1:])[0]

    def _obstacles(self, now: datetime) -> list[str]:
        """What stops this child from booking the period at all: rows that are never saved stand for the town's."""
        place = self._establishment(self.activity.establishment)
        activity = Activity(
            code=self.activity.code,
            establishment=place,
            for_pupils=self.activity.for_pupils,
            needs_enrolment=self.activity.needs_enrolment,
        )
        child = Child(
            birth_date=self._birth_date(),
            level=self._level or "",
            school=self._establishment(self.example.school) if self.example.school else place,
            household=Household(is_resident=self.example.resident, tie=self.example.tie or ""),
        )
        period = Period(code=self.period.code, activity=activity, **self.columns)
        standing = ChildStanding(enrolled=self.example.enrolled, file=self._family_file())
        return period_obstacles(child=child, period=period, now=now, tz=self.tz, standing=standing)

    def _family_file(self) -> FileFacts:
        """Complete, unless the example says which documents and consents the family has given."""
        example, asked = self.example, self.period.file_conditions or FileConditions()
        return FileFacts(
            documents={
                code: Paper(
                    label=self._name("documents", code),
                    standing=Standing.ACCEPTED
                    if example.documents is None or code in example.documents
                    else Standing.MISSING,
                )
                for code in asked.documents
            },
            consents={
                code: Agreed(
                    label=self._name("reglements", code),
                    version=1,
                    agreed=int(example.consents is None or code in example.consents),
                )
                for code in asked.consents
            },
            overdue=example.overdue,
            quotient_known=example.quotient is not None,
            used_this_year=example.used_this_year,
            child_file=example.child_file,
            family_file=True,
        )

    def _name(self, section: str, code: str) -> str:
        table = self.file.find(section, code)
        return table.name if table else code

    def _birth_date(self) -> date:
        """Of a child who has the example's age on the first day; without one, an age that the period admits."""
        first_day, ages = self.period.dates[0], self.period.audience and self.period.audience.ages
        if self.example.age is None and ages and ages.unit == "mois":
            return first_day - timedelta(days=31 * (ages.min or 0))
        age = self.example.age
        if age is None:
            age = (ages.min or ages.max or 0) if ages else 0
        return first_day.replace(year=first_day.year - age)

    def _establishment(self, code: str) -> Establishment:
        return Establishment(code=code, name=self._name("etablissements", code))

    @property
    def _level(self) -> Level | None:
        return Level(self.example.level) if self.example.level else None

    def _price(self, stage: StageTable, day: date) -> Decimal | None:
        rule = self._tariff(stage, day)
        return rule.price(self._facts).amount if rule else None

    def _late(self, stage: StageTable, day: date) -> LateOutcome | None:
        """What the stage's own rule makes of the price, for a family that asks for this day alone."""
        if stage.late is None:
            return None
        tariff = self._tariff(stage, day) or Flat(type="flat", amount=Decimal(0))
        return late_outcome(
            stage.late, LateCase(tariff=tariff, facts=self._facts, time=self.example.late_time)
        )

    def _tariff(self, stage: StageTable, day: date) -> Shape | None:
        tariff = self.file.find("tarifs", stage.tariff)
        if tariff is None:
            return None
        try:
            return version_on(
                [TariffVersion(version.valid_from, version.rule) for version in tariff.versions], day
            ).rule
        except NoTariffError:
            return None

    @property
    def _facts(self) -> PricingFacts:
        tie = self.example.tie
        return PricingFacts(
            quotient=self.example.quotient,
            resident=self.example.resident,
            ties=frozenset({Tie(tie)} if tie and not self.example.resident else ()),
            level=self._level,
        )

    def _corrected_days(self) -> list[CalendarDay]:
        return [
            CalendarDay(
                kind=CalendarDay.Kind.CLOSED if day.effect == "ferme" else CalendarDay.Kind.OPEN,
                start=day.start,
                end=day.end,
                label=day.reason,
            )
            for day in self.file.all("calendrier")
            if day.establishment in {None, self.activity.establishment}
        ]


def _whole(late: LateOutcome) -> Decimal:
    """The price of a day that is asked for alone: fees are then due on it."""
    return late.unit.amount + sum((fee.amount for fee in late.fees), Decimal(0))


_WORDS = {"ouvert": "ouvert", "demande": "demande à un agent", "ferme": "fermé"}
