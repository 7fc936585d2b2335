"""``python -m infra.bench.rush``: opening morning. 32 families at once want 200 days that have too few places.

Each client is a family that asks for a month (twenty days) and, told which days are full, asks again for the others,
until no place is left or the time is over. ``submit_request`` does the work, as from the web, in as many processes and
threads as « portail serve ». Then pgbench does the same writes under the same locks (``infra/bench/raw.py``), which is
what the machine itself can give.

Every place is counted again afterwards: one too many, a counter that lies or a deadlock makes the command fail.
"""

import multiprocessing
import random
import statistics
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta

import click

from infra.bench.fill import CHILDREN, SLUG, work_apart
from portail.commands.environment import django_ready

OPENINGS, MONTH, CAPACITY = 200, 20, 100
SECONDS, CLIENTS = 40, 32
# As « portail serve » on two cores: the clients wait for a thread, and that wait is theirs.
PROCESSES, THREADS = 2, 4


@dataclass(frozen=True)
class Web:
    """How the town is served."""

    processes: int = PROCESSES
    threads: int = THREADS


@dataclass
class Tally:
    """What clients lived. Seconds until each answer, whatever it was: ``waits`` from the door, ``works`` from the moment
    a thread took it; ``cpu``: what Python spent on all of them. ``days`` booked, the first request of each process apart
    (it reads the code from the disk): ``warm``.
    """

    waits: list[float] = field(default_factory=list)
    works: list[float] = field(default_factory=list)
    seconds: float = 0
    cpu: float = 0
    days: int = 0
    warm: int = 0
    refused: int = 0
    busy: int = 0

    def add(self, other: "Tally") -> None:
        self.waits += other.waits
        self.works += other.works
        self.seconds = max(self.seconds, other.seconds)
        self.cpu += other.cpu
        self.days += other.days
        self.warm += other.warm
        self.refused += other.refused
        self.busy += other.busy

    @classmethod
    def of(cls, tallies: Iterable["Tally"]) -> "Tally":
        whole = cls()
        for tally in tallies:
            whole.add(tally)
        return whole

    @property
    def rate(self) -> float:
        """Days booked a second."""
        return self.days / self.seconds

    def __str__(self) -> str:
        return (
            f"{self.rate:.0f} jours réservés par seconde\n"
            f"  {len(self.waits)} réponses, dont {self.refused} « complet » et {self.busy} « réessayez » ;"
            f" {1000 * self.cpu / len(self.waits):.0f} ms de Python pour chacune\n"
            f"  attente d’une famille : {_percentiles(self.waits)}\n"
            f"  dont travail : {_percentiles(self.works)}"
        )


def _percentiles(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return ", ".join(f"p{rank} {1000 * cuts[rank - 1]:.0f} ms" for rank in (50, 95, 99))


def open_rush(capacity: int = CAPACITY) -> int:
    """A new period of ``OPENINGS`` days of one priced slot, confirmed at once and invoiced later. Returns its id."""
    from billing.models import Regie, Tariff
    from booking.models import Activity, Opening, Period, Slot, Stage
    from core.models import Establishment

    activity, _ = Activity.objects.get_or_create(
        code="cohue",
        defaults={
            "establishment": Establishment.objects.order_by("pk")[0],
            "regie": Regie.objects.order_by("pk")[0],
            "name": "COHUE",
            "for_pupils": False,
        },
    )
    start = date.today() + timedelta(days=30)  # noqa: DTZ011  any day to come will do
    days = [start + timedelta(days=n) for n in range(OPENINGS)]
    until_start = {"type": "until_start"}
    period = Period.objects.create(
        code=f"cohue-{time.time_ns()}",
        activity=activity,
        name="Matin de l’ouverture",
        start=days[0],
        end=days[-1],
        weekdays=[1, 2, 3, 4, 5, 6, 7],
        in_school_holidays="open",
        cancel_rule=until_start,
    )
    slot = Slot.objects.create(period=period, code="jour", label="JOURNEE", starts="08:00", ends="18:00")
    tariff = Tariff.objects.order_by("pk")[0]
    Stage.objects.create(slot=slot, code="normal", label="JOURNEE", cutoff=until_start, tariff=tariff)
    Opening.objects.bulk_create(Opening(slot=slot, date=day, capacity=capacity) for day in days)
    return period.pk


class Crowd:
    """One process of the web, its threads, and its share of the clients."""

    def __init__(self, period_id: int, threads: int) -> None:
        from booking.models import Opening, Stage
        from tenants.context import ready_commune, use_commune

        commune = ready_commune(SLUG)
        assert commune is not None
        with use_commune(commune):
            openings = Opening.objects.filter(slot__period=period_id).order_by("date")
            self.openings = list(openings.values_list("pk", "date"))
            self.stage_id = Stage.objects.get(slot__period=period_id).pk
        self.period_id, self.tally, self.until = period_id, Tally(), 0.0
        self.web = ThreadPoolExecutor(threads)

    def client(self, number: int) -> None:
        """Family after family until the time is over; each asks for months at random until every day is full."""
        chance = random.Random(number)
        for child_id in range(1 + number, CHILDREN + 1, CLIENTS):
            months = list(range(0, OPENINGS, MONTH))
            chance.shuffle(months)
            for first in months:
                full: frozenset[date] | None = frozenset()
                while full is not None and time.monotonic() < self.until:
                    asked = time.perf_counter()
                    full = self.web.submit(self.serve, child_id, first, full).result()
                    self.tally.waits.append(time.perf_counter() - asked)

    def serve(self, child_id: int, first: int, without: frozenset[date]) -> frozenset[date] | None:
        taken = time.perf_counter()
        try:
            return self.ask(child_id, first, without)
        finally:
            self.tally.works.append(time.perf_counter() - taken)

    def ask(self, child_id: int, first: int, without: frozenset[date]) -> frozenset[date] | None:
        """One request of the web. Returns the days to leave out of the next one, None when there is no next one."""
        from booking.errors import FullError
        from booking.queries.offer import periods
        from booking.services.requests import submit_request
        from core import clock
        from core.errors import BusyError
        from core.models import Child, User
        from tenants.connection import connection
        from tenants.context import ready_commune, use_commune

        commune = ready_commune(SLUG)
        assert commune is not None
        wanted = [pk for pk, day in self.openings[first : first + MONTH] if day not in without]
        if not wanted:
            return None
        with use_commune(commune):
            try:
                child = Child.objects.select_related("school", "household").get(pk=child_id)
                submit_request(
                    child=child,
                    period=periods().get(pk=self.period_id),
                    wishes=dict.fromkeys(wanted, self.stage_id),
                    cancellations=(),
                    by=User.objects.get(pk=child.household_id),
                    now=clock.now(),
                )
            except FullError as refused:
                self.tally.refused += 1
                return without | set(refused.days)
            except BusyError:
                self.tally.busy += 1
                return without
            finally:
                connection.close()
        self.tally.days += len(wanted)
        return None


def crowd(period_id: int, process: int, seconds: float, web: Web) -> Tally:
    from django.urls import reverse

    with django_ready():
        people = Crowd(period_id, web.threads)
        reverse("account")  # reads the addresses, as any request does before it locks anything
        people.ask(CHILDREN - process, 0, frozenset())
        people.tally.days, people.tally.warm = 0, people.tally.days
        share = range(process, CLIENTS, web.processes)
        start, spent = time.monotonic(), time.process_time()
        people.until = start + seconds
        with ThreadPoolExecutor(len(share)) as clients:
            list(clients.map(people.client, share))
        people.web.shutdown()
        people.tally.seconds = time.monotonic() - start
        people.tally.cpu = time.process_time() - spent
    return people.tally


def rush(seconds: float, web: Web) -> float:
    """Days booked a second through ``submit_request``, printed with what each client waited."""
    period_id = open_rush()
    spawn = multiprocessing.get_context("spawn")  # a fork would share the database connections
    with spawn.Pool(web.processes) as pool:
        crowds = [(period_id, number, seconds, web) for number in range(web.processes)]
        tally = Tally.of(pool.starmap(crowd, crowds))
    click.echo(f"Portail, {web.processes} processus de {web.threads} fils : {tally}.")
    prove(period_id, tally.days + tally.warm)
    return tally.rate


def prove(period_id: int, booked: int) -> None:
    """Counted again, place by place. Raises ClickException when a promise was made twice."""
    from django.db.models import Count, F, Q

    from booking.models import Opening, Place

    openings = Opening.objects.filter(slot__period=period_id).annotate(
        real=Count("places", filter=Q(places__state="confirmed"))
    )
    wrong = openings.exclude(real=F("taken")).count() + openings.filter(real__gt=F("capacity")).count()
    given = Place.objects.filter(opening__slot__period=period_id, state="confirmed").count()
    if wrong or given != booked:
        raise click.ClickException(f"{wrong} jours faux ; {given} places pour {booked} jours promis.")
    click.echo(f"{OPENINGS} jours comptés un à un : aucun n’a une place de trop, {given} places données.")


def deadlocks() -> int:
    from tenants.connection import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@click.command(help=__doc__)
@click.option("--seconds", default=SECONDS, help="Durée de chacune des deux mesures.")
@click.option("--processes", default=PROCESSES, help="Processus qui servent la commune.")
@click.option("--threads", default=THREADS, help="Fils de chacun.")
def main(seconds: float, processes: int, threads: int) -> None:
    from infra.bench.raw import raw_rate
    from tenants.context import ready_commune, use_commune

    commune = ready_commune(SLUG)
    if commune is None:
        raise click.ClickException("Remplissez d’abord la commune : python -m infra.bench.fill")
    with use_commune(commune):
        before = deadlocks()
        ours = rush(seconds, Web(processes=processes, threads=threads))
        raw = raw_rate(open_rush(capacity=CHILDREN), clients=CLIENTS, seconds=min(seconds, 15))
        click.echo(f"SQL nu : {raw:.0f} jours par seconde. Rapport : {ours / raw:.2f}.")
        if found := deadlocks() - before:
            raise click.ClickException(f"{found} interblocages.")
        click.echo("Aucun interblocage.")


if __name__ == "__main__":
    work_apart()
    with django_ready():
        main()
