"""A small canteen as the Bellegarde guide describes it, written straight to the models: what most tests start from."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import count

from billing.models import ProviderAccount, Regie, Tariff, TariffVersion
from billing.providers.base import Mode
from booking.enums import PaymentMode
from booking.models import Activity, Opening, Period, Slot, Stage
from core.clock import now
from core.enums import AccountKind, EstablishmentKind
from core.levels import LevelGroup
from core.models import Child, CommuneSettings, Establishment, Guardian, Household, User

SUNDAY_BEFORE = {"type": "week_before", "weekday": "sun", "time": "23:55"}
UNTIL_START = {"type": "until_start"}
NEVER = {"type": "never"}
PASSWORD = "une-phrase-de-passe"

_numbers = count(1)


@dataclass(kw_only=True)
class Family:
    household: Household
    user: User
    child: Child


@dataclass(kw_only=True)
class Canteen:
    school: Establishment
    regie: Regie
    activity: Activity
    period: Period
    slot: Slot
    on_time: Stage
    late: Stage
    openings: list[Opening]

    def wishes(self, *, first: int = 0, days: int = 1, stage: Stage | None = None) -> dict[int, int]:
        """Wishes for ``days`` openings from the one at index ``first``, at a stage (on time unless told)."""
        return {opening.pk: (stage or self.on_time).pk for opening in self.openings[first : first + days]}


def town_settings(**changes: object) -> CommuneSettings:
    values = {
        "heading": "MAIRIE BELLEGARDE",
        "service_name": "Guichet Unique",
        "address": "Place Aristide Briand",
        "postcode": "30127",
        "city": "BELLEGARDE",
        "phone": "04.66.01.35.21",
        "email": "guichet@bellegarde.example",
        "school_zone": "C",
    }
    settings, _ = CommuneSettings.objects.update_or_create(pk=1, defaults=values | changes)
    return settings


def a_school(*, code: str = "ecole-serment", name: str = "Ecole Henri Serment") -> Establishment:
    return Establishment.objects.create(code=code, name=name, kind=EstablishmentKind.PRIMARY_SCHOOL)


def a_family(*, school: Establishment | None, name: str = "Rivière", level: str = "CE2") -> Family:
    """A household of one guardian with an active account and one child."""
    number = next(_numbers)
    household = Household.objects.create(number=f"T{number:05d}", name=name)
    user = User(
        email=f"famille{number}@exemple.fr",
        kind=AccountKind.FAMILY,
        name=f"Camille {name}",
        activated_at=now(),
    )
    user.set_password(PASSWORD)
    user.save()
    Guardian.objects.create(
        household=household, user=user, first_name="Camille", last_name=name, email=user.email
    )
    child = Child.objects.create(
        household=household,
        first_name="Jade",
        last_name=name,
        birth_date=date(2017, 5, 4),
        school=school,
        level=level,
    )
    return Family(household=household, user=user, child=child)


def a_canteen(
    *, start: date, days: int = 20, capacity: int | None = None, payment: PaymentMode = PaymentMode.PREPAID
) -> Canteen:
    """``days`` openings on Mondays, Tuesdays, Thursdays and Fridays from ``start``; two stages, 3,30 € then 4,20 €."""
    town_settings()
    school = a_school()
    regie = Regie.objects.create(
        code="cantine", name="Régie Cantine Primaire", block_title="CANTINE - HENRI SERMENT", prefix="CANT"
    )
    ProviderAccount.objects.create(regie=regie, driver="payfip", mode=Mode.TEST, config={"numcli": "090909"})
    activity = Activity.objects.create(
        code="restauration", establishment=school, regie=regie, name="RESTAURATION ELEMENTAIRE"
    )
    dates = _school_days(start, days)
    period = Period.objects.create(
        code="cantine",
        activity=activity,
        name="Cantine",
        start=dates[0],
        end=dates[-1],
        weekdays=[1, 2, 4, 5],
        payment=payment,
        cancel_rule=NEVER if payment == PaymentMode.PREPAID else SUNDAY_BEFORE,
    )
    slot = Slot.objects.create(
        period=period,
        code="repas",
        label="REPAS ENFANT",
        starts=time(11, 30),
        ends=time(13),
        capacity=capacity,
    )
    on_time = Stage.objects.create(
        slot=slot,
        code="a-l-heure",
        label="REPAS ENFANT 3.30",
        cutoff=SUNDAY_BEFORE,
        tariff=_tariff("Repas Tarif Réduit", "3.30"),
    )
    late = Stage.objects.create(
        slot=slot,
        code="en-retard",
        label="REPAS ENFANT 4.20",
        cutoff=UNTIL_START,
        levels=[level.value for level in LevelGroup.ELEMENTAIRE.levels],
        tariff=_tariff("Repas Tarif Plein", "4.20"),
        position=1,
    )
    openings = Opening.objects.bulk_create(Opening(slot=slot, date=day, capacity=capacity) for day in dates)
    return Canteen(
        school=school,
        regie=regie,
        activity=activity,
        period=period,
        slot=slot,
        on_time=on_time,
        late=late,
        openings=openings,
    )


def _tariff(label: str, amount: str) -> Tariff:
    tariff = Tariff.objects.create(code=label.lower().replace(" ", "-").replace("é", "e"), label=label)
    TariffVersion.objects.create(
        tariff=tariff, valid_from=date(2020, 9, 1), rule={"type": "flat", "amount": amount}
    )
    return tariff


def _school_days(start: date, count_of_days: int) -> list[date]:
    days: list[date] = []
    day = start
    while len(days) < count_of_days:
        if day.isoweekday() in (1, 2, 4, 5):
            days.append(day)
        day += timedelta(days=1)
    return days
