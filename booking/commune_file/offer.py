"""The offer: read from the town, checked against the rest of the file, written to the town."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from billing.models import Regie, Tariff
from booking.commune_file.places import (
    filled,
    group_tables,
    priorities_table,
    prune_groups,
    staffing_table,
    write_groups,
    write_priorities,
    write_staffing,
)
from booking.commune_file.rules import PERIOD_RULES, STAGE_RULES, rule_documents, rule_values
from booking.commune_file.tables import WEEKDAY_WORDS, ActivityTable, PeriodTable, SlotTable, StageTable
from booking.commune_file.years import due_years, for_year, written_out
from booking.enums import OPEN_WAITING
from booking.models import Activity, Period, Slot, WaitingEntry, WaitingPolicy
from booking.services.groups import share_places
from booking.services.openings import OpeningsInUseError, resize_openings, sync_openings
from core.calendars import HolidayRegion, SchoolYear, SchoolZone
from core.clock import now
from core.clock import today as today_in
from core.commune_file.changes import ADDED, REMOVED, Change
from core.commune_file.lines import Path
from core.commune_file.problems import Fault, suggestion
from core.commune_file.rows import delete_absent, save_by_code
from core.commune_file.sections import Run, Section, TownFile
from core.levels import Level
from core.models import Establishment
from core.queries.calendar import town_calendar
from core.words import NBSP, plural
from tenants.context import town_timezone

_HOLIDAYS = {"ferme": "closed", "seulement": "only", "ouvert": "open"}
_MODES = {"immediate": "instant", "demande": "request"}
_PAYMENTS = {"panier": "prepaid", "facture": "invoiced", "gratuit": "free"}
_WAITING = {"automatique": "automatic", "agent": "agent"}
_VIEWS = {"mois": "month", "semaine": "week"}
_REFUNDS = {"agent": "agent", "avoir": "credit", "liste": "list", "aucun": "none"}


def _word(words: dict[str, str], value: str) -> str:
    return next(word for word, stored in words.items() if stored == value)


def _levels(levels: Iterable[Level]) -> list[str]:
    wanted = set(levels)
    return [level.value for level in Level if level in wanted]


def _aware(moment: datetime | None, tz: ZoneInfo) -> datetime | None:
    return moment.replace(tzinfo=tz) if moment else None


def _local(moment: datetime | None, tz: ZoneInfo) -> datetime | None:
    return moment.astimezone(tz).replace(tzinfo=None) if moment else None


def period_columns(item: PeriodTable, tz: ZoneInfo) -> dict[str, Any]:
    """The columns of booking.models.Period for a table of the file, its activity apart."""
    return {
        "name": item.name,
        "start": item.start,
        "end": item.end,
        "weekdays": [WEEKDAY_WORDS.index(day) + 1 for day in item.weekdays],
        "in_school_holidays": _HOLIDAYS[item.in_school_holidays],
        "levels": _levels(item.levels),
        "mode": _MODES[item.mode],
        "payment": _PAYMENTS[item.payment],
        "view": _VIEWS[item.view],
        "opens_at": _aware(item.opens_at, tz),
        "closes_at": _aware(item.closes_at, tz),
        "cancel_help": item.cancel_help,
        "shows_places": item.shows_places,
        **rule_documents(item, PERIOD_RULES),
        "refund": _REFUNDS[item.refund],
    }


def _period_table(row: Period, tz: ZoneInfo) -> PeriodTable:
    return PeriodTable.of(
        code=row.code,
        name=row.name,
        start=row.start,
        end=row.end,
        weekdays=[WEEKDAY_WORDS[number - 1] for number in row.weekdays],
        in_school_holidays=_word(_HOLIDAYS, row.in_school_holidays),
        levels=row.levels,
        mode=_word(_MODES, row.mode),
        payment=_word(_PAYMENTS, row.payment),
        view=_word(_VIEWS, row.view),
        opens_at=_local(row.opens_at, tz),
        closes_at=_local(row.closes_at, tz),
        cancel_help=row.cancel_help,
        shows_places=row.shows_places,
        **_waiting_values(row),
        priorities=priorities_table(row),
        **rule_values(row, PERIOD_RULES),
        refund=_word(_REFUNDS, row.refund),
        slots=[_slot_table(slot) for slot in row.slots.all()],
    )


def _waiting_values(row: Period) -> dict[str, Any]:
    policy: WaitingPolicy | None = getattr(row, "waiting_policy", None)
    if policy is None:
        return {}
    return {"waiting_list": _word(_WAITING, policy.mode), "offer_minutes": policy.offer_minutes}


def _slot_table(row: Slot) -> SlotTable:
    return SlotTable.of(
        code=row.code,
        name=row.label,
        starts=row.starts,
        ends=row.ends,
        capacity=row.capacity,
        groups=group_tables(row),
        staffing=staffing_table(row),
        stages=[
            StageTable.of(
                code=stage.code,
                name=stage.label,
                **rule_values(stage, STAGE_RULES),
                levels=stage.levels,
                tariff=stage.tariff.code if stage.tariff else None,
            )
            for stage in row.stages.all()
        ],
    )


def _filled(said: PeriodTable, found: PeriodTable | None) -> PeriodTable:
    """A period with the priorities and the staffing that the file leaves to the desk."""
    slots = {slot.code: slot.staffing for slot in found.slots} if found else {}
    return said.model_copy(
        update={
            "priorities": filled(said.priorities, found.priorities if found else None),
            "slots": [
                slot.model_copy(update={"staffing": filled(slot.staffing, slots.get(slot.code))})
                for slot in said.slots
            ],
        }
    )


class OfferSection(Section):
    key = "activites"
    model = ActivityTable
    about = "Les activités de chaque établissement, dans l’ordre, avec leurs périodes, accueils et stades."
    many = True
    spaces = ("activites", "periodes")

    def check(self, file: TownFile) -> Iterator[Fault]:
        town = file.one("commune")
        if town is None:
            return
        today = today_in(ZoneInfo(town.timezone))
        years = due_years(SchoolZone(town.school_zone), HolidayRegion(town.holiday_region.upper()), today)
        codes: set[str] = set()
        for rank, activity in file.ranked(self.key):
            for period_rank, period in enumerate(activity.periods):
                path = (self.key, rank, "periodes", period_rank)
                yield from _check_period(file, activity, period, path, years)
                for code in {for_year(period, year).code for year in years}:
                    if code in codes:
                        yield Fault((*path, "code"), f"une autre période s’appelle déjà «{NBSP}{code}{NBSP}»")
                    codes.add(code)

    def expand(self, file: TownFile, *, today: date, current: TownFile | None) -> list[ActivityTable]:
        town = file.one("commune")
        years = due_years(SchoolZone(town.school_zone), HolidayRegion(town.holiday_region.upper()), today)
        return written_out(file.all(self.key), years=years, today=today, current=current)

    def filled(self, said: list[ActivityTable], found: list[ActivityTable]) -> list[ActivityTable]:
        there = {period.code: period for activity in found for period in activity.periods}
        return [
            activity.model_copy(
                update={"periods": [_filled(one, there.get(one.code)) for one in activity.periods]}
            )
            for activity in said
        ]

    def still_says(self, said: ActivityTable | None, found: ActivityTable) -> bool:
        """The period that a new school year brings is missing in the town: its activity is still what was written."""
        if said is None:
            return False
        there = {period.code for period in found.periods}
        periods = [period for period in said.periods if period.code in there]
        return super().still_says(said.model_copy(update={"periods": periods}), found)

    def load(self) -> list[ActivityTable]:
        tz = town_timezone()
        rows = Activity.objects.select_related("establishment", "regie").prefetch_related(
            "periods__slots__stages__tariff",
            "periods__slots__groups",
            "periods__slots__staffing",
            "periods__priority_rules",
            "periods__waiting_policy",
        )
        return [
            ActivityTable.of(
                code=row.code,
                name=row.name,
                establishment=row.establishment.code,
                regie=row.regie.code if row.regie else None,
                for_pupils=row.for_pupils,
                needs_enrolment=row.needs_enrolment,
                periods=[_period_table(period, tz) for period in row.periods.all()],
            )
            for row in rows
        ]

    def write(self, wanted: list[ActivityTable], run: Run) -> None:
        places = {row.code: row for row in Establishment.objects.all()}
        regies = {row.code: row for row in Regie.objects.all()}
        ranks = {item.code: rank for rank, item in enumerate(wanted)}

        def values(item: ActivityTable) -> dict[str, Any]:
            return {
                "name": item.name,
                "establishment": places[item.establishment],
                "regie": regies[item.regie] if item.regie else None,
                "for_pupils": item.for_pupils,
                "needs_enrolment": item.needs_enrolment,
                "position": ranks[item.code],
            }

        _refuse_moves(wanted, run)
        activities = save_by_code(Activity.objects.select_related("establishment", "regie"), wanted, values)
        tariffs = {row.code: row for row in Tariff.objects.all()}
        for item in wanted:
            _write_periods(activities[item.code], item.periods, tariffs, run)

    def prune(self, wanted: list[ActivityTable], run: Run) -> None:
        periods = {period.code: period for activity in wanted for period in activity.periods}
        for row in Period.objects.filter(code__in=periods).prefetch_related("slots__stages"):
            _prune_slots(row, periods[row.code], run)
        delete_absent(
            Period.objects.all(),
            periods,
            run,
            noun="période",
            people=("drafts",),
            advice="Laissez-la dans le fichier.",
        )
        for row in Period.objects.filter(code__in=periods).select_related("activity__establishment"):
            _sync(row, run)
        codes = [item.code for item in wanted]
        delete_absent(Activity.objects.all(), codes, run, noun="activité", people=("enrolments",))


def _check_period(
    file: TownFile, activity: ActivityTable, period: PeriodTable, path: Path, years: list[SchoolYear]
) -> Iterator[Fault]:
    if period.payment == "panier":
        regie = file.find("regies", activity.regie)
        if activity.regie is None:
            yield Fault((*path, "paiement"), "une activité payée au panier a besoin d’une régie")
        elif regie is not None and regie.account is None:
            yield Fault(
                (*path, "paiement"),
                f"la régie «{NBSP}{regie.name}{NBSP}» n’a pas de compte de paiement en ligne",
            )
    known = [place.code for place in file.all("etablissements")]
    for code in sorted((period.audience.establishments if period.audience else set()) - set(known)):
        yield Fault(
            (*path, "public", "establishments"),
            f"établissement inconnu : «{NBSP}{code}{NBSP}»{suggestion(code, known)}",
        )
    yield from _check_papers(file, period, path)
    first_day = min(for_year(period, year).start for year in years)
    for slot_rank, slot in enumerate(period.slots):
        for stage_rank, stage in enumerate(slot.stages):
            at = (*path, "accueils", slot_rank, "stades", stage_rank)
            tariff = file.find("tarifs", stage.tariff)
            if tariff and activity.regie is None:
                yield Fault(
                    (*at, "tarif"),
                    "un prix a besoin d’une régie pour l’encaisser : indiquez celle de l’activité",
                )
            if tariff and min(version.valid_from for version in tariff.versions) > first_day:
                yield Fault(
                    (*at, "tarif"), f"le tarif n’a pas de prix au début de la période ({first_day:%d/%m/%Y})"
                )
            if period.levels and stage.levels - period.levels:
                yield Fault((*at, "niveaux"), "la période n’admet pas toutes ces classes")


def _check_papers(file: TownFile, period: PeriodTable, path: Path) -> Iterator[Fault]:
    """What the period asks of a family's file must be in the file."""
    asked = period.file_conditions
    if asked is None:
        return
    for key, codes, section, noun in (
        ("documents", asked.documents, "documents", "document"),
        ("consents", asked.consents, "reglements", "règlement"),
    ):
        known = [one.code for one in file.all(section)]
        for code in codes:
            if code not in known:
                yield Fault(
                    (*path, "dossier", key),
                    f"{noun} inconnu : «{NBSP}{code}{NBSP}»{suggestion(code, known)}",
                )


def _refuse_moves(wanted: list[ActivityTable], run: Run) -> None:
    """A period keeps its activity, and an activity its establishment, once families have booked."""
    homes = {period.code: activity for activity in wanted for period in activity.periods}
    booked = Period.objects.filter(code__in=homes, reservations__isnull=False).distinct()
    for row in booked.select_related("activity__establishment"):
        activity = homes[row.code]
        if (row.activity.code, row.activity.establishment.code) != (activity.code, activity.establishment):
            run.refuse(
                f"La période «{NBSP}{row}{NBSP}» a {plural(row.reservations.count(), 'réservation')}{NBSP}: "
                "elle ne change plus d’activité ni d’établissement."
            )


def _write_periods(
    activity: Activity, items: list[PeriodTable], tariffs: dict[str, Tariff], run: Run
) -> None:
    tz = run.commune.tz
    rows = save_by_code(
        Period.objects.filter(code__in=[item.code for item in items]).select_related("activity"),
        items,
        lambda item: period_columns(item, tz),
        activity=activity,
    )
    for item in items:
        _write_slots(rows[item.code], item.slots, tariffs, run)
        _write_waiting_list(rows[item.code], item, run)
        write_priorities(rows[item.code], item.priorities)


def _write_waiting_list(period: Period, item: PeriodTable, run: Run) -> None:
    if item.waiting_list:
        values = {"mode": _WAITING[item.waiting_list], "offer_minutes": item.offer_minutes}
        WaitingPolicy.objects.update_or_create(period=period, defaults=values)
        return
    waiting = WaitingEntry.objects.filter(opening__slot__period=period, state__in=OPEN_WAITING).count()
    if waiting:
        run.refuse(
            f"La liste d’attente de «{NBSP}{period}{NBSP}» compte encore {plural(waiting, 'inscription')}{NBSP}: "
            "retirez-les d’abord au guichet."
        )
        return
    WaitingPolicy.objects.filter(period=period).delete()


def _write_slots(period: Period, items: list[SlotTable], tariffs: dict[str, Tariff], run: Run) -> None:
    capacities = dict(period.slots.values_list("code", "capacity"))
    ranks = {item.code: rank for rank, item in enumerate(items)}

    def values(item: SlotTable) -> dict[str, Any]:
        names = {"label": item.name, "starts": item.starts, "ends": item.ends, "capacity": item.capacity}
        return names | {"position": ranks[item.code]}

    rows = save_by_code(period.slots.all(), items, values, period=period)
    for item in items:
        slot = rows[item.code]
        if item.code in capacities and capacities[item.code] != slot.capacity:
            try:
                resize_openings(slot=slot, before=capacities[item.code])
            except OpeningsInUseError as error:
                run.refuse(error.message)
        write_groups(slot, item.groups, run)
        write_staffing(slot, item.staffing)
        _write_stages(slot, item.stages, tariffs)


def _write_stages(slot: Slot, items: list[StageTable], tariffs: dict[str, Tariff]) -> None:
    ranks = {item.code: rank for rank, item in enumerate(items)}

    def values(item: StageTable) -> dict[str, Any]:
        return {
            "label": item.name,
            **rule_documents(item, STAGE_RULES),
            "levels": _levels(item.levels),
            "tariff": tariffs[item.tariff] if item.tariff else None,
            "position": ranks[item.code],
        }

    save_by_code(slot.stages.select_related("tariff"), items, values, slot=slot)


def _prune_slots(row: Period, wanted: PeriodTable, run: Run) -> None:
    slots = {slot.code: slot for slot in wanted.slots}
    for slot in row.slots.all():
        if slot.code in slots:
            kept = [stage.code for stage in slots[slot.code].stages]
            delete_absent(slot.stages.all(), kept, run, noun="stade")
            prune_groups(slot, slots[slot.code].groups, run)
    delete_absent(row.slots.all(), slots, run, noun="accueil")


def _sync(row: Period, run: Run) -> None:
    calendar = town_calendar(row.start, row.end, establishment=row.activity.establishment)
    try:
        change = sync_openings(period=row, calendar=calendar)
        share_places(period=row, today=today_in(run.commune.tz), now=now())
    except OpeningsInUseError as error:
        run.refuse(error.message)
        return
    name = f"{row.activity.establishment} / {row.activity} / {row}"
    if change.added:
        run.changes.append(Change(ADDED, f"{plural(change.added, 'ouverture')} ({name})"))
    if change.closed:
        run.changes.append(Change(REMOVED, f"{plural(change.closed, 'ouverture')} ({name})"))
