"""``python -m infra.bench.explain``: what each main page and job costs on the filled town, and what each query reads.

For each: milliseconds (median of RUNS), statements, milliseconds spent in SQL, pages of the database touched, and
the statements that read a whole table of more than LARGE rows. ``--plans`` prints every plan.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import click

from infra.bench.fill import SLUG, work_apart
from portail.commands.environment import django_ready

RUNS = 7
LARGE = 1_000
HOUSEHOLD = 400  # its child has three requests, the last of which awaits payment


@dataclass
class Cost:
    name: str
    milliseconds: float
    statements: int
    sql_milliseconds: float = 0.0
    blocks: int = 0
    whole_tables: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        read = f"  lit en entier {', '.join(sorted(set(self.whole_tables)))}" if self.whole_tables else ""
        return (
            f"{self.name:<44}{self.milliseconds:>8.1f} ms{self.statements:>5} requêtes"
            f"{self.sql_milliseconds:>8.1f} ms SQL{self.blocks:>7} blocs{read}"
        )


def measure(name: str, act: Callable[[], Any], *, show_plans: bool) -> Cost:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    act()
    with CaptureQueriesContext(connection) as captured:
        act()
    statements = [query["sql"] for query in captured.captured_queries]  # the next request forgets them
    spent = []
    for _ in range(RUNS):
        start = time.perf_counter()
        act()
        spent.append(1000 * (time.perf_counter() - start))
    cost = Cost(name, statistics.median(spent), len(statements))
    for statement in statements:
        if statement.startswith("SELECT"):
            _explain(statement, cost, show_plans=show_plans)
    return cost


def _explain(statement: str, cost: Cost, *, show_plans: bool) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}")
        (answer,) = cursor.fetchone()
    plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]
    cost.sql_milliseconds += plan["Execution Time"]
    root = plan["Plan"]
    cost.blocks += root.get("Shared Hit Blocks", 0) + root.get("Shared Read Blocks", 0)
    found = [
        node["Relation Name"]
        for node in _nodes(root)
        if node["Node Type"] == "Seq Scan"
        and node["Actual Rows"] + node.get("Rows Removed by Filter", 0) > LARGE
    ]
    cost.whole_tables += found
    if show_plans or found:
        click.echo(
            f"-- {cost.name} : {plan['Execution Time']:.2f} ms, {found}\n{statement[:1500]}\n", err=True
        )


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def acts() -> Iterator[tuple[str, Callable[[], Any]]]:
    from django.conf import settings
    from django.test import Client

    from billing.models import Invoice
    from billing.queries.check import check_ledger
    from billing.services.settlement import sweep
    from booking.models import Reservation
    from booking.services.carts import expire_unpaid
    from core.clock import now
    from core.models import User
    from core.services.outbox import send_due_mails
    from infra.bench.people import AGENT

    host = f"{SLUG}.{settings.BASE_DOMAIN}"
    family, agent = Client(SERVER_NAME=host), Client(SERVER_NAME=host)
    family.force_login(User.objects.get(guardian__household=HOUSEHOLD), backend="core.auth.TownBackend")
    agent.force_login(User.objects.get(email=AGENT), backend="core.auth.TownBackend")
    reservation = Reservation.objects.filter(household=HOUSEHOLD).order_by("-pk").first()
    invoice = Invoice.objects.filter(household=HOUSEHOLD).first()
    planning = f"/reservation/{reservation.child_id}/{reservation.period.code}/planning/"

    def page(client: Client, path: str) -> Callable[[], None]:
        def get() -> None:
            response = client.get(path)
            if response.status_code != 200:
                raise click.ClickException(f"{path} : {response.status_code}")

        return get

    yield "planning, un mois", page(family, planning)
    yield "planning, l’année", page(family, f"{planning}?vue=annee")
    yield "Mon compte", page(family, "/mon-compte/")
    yield "Mes réservations", page(family, "/mes-reservations/?recherche=jade&tri=du")
    yield "panier", page(family, "/panier/")
    yield "facture (PDF)", page(family, f"/mon-compte/factures/{invoice.pk}/")
    yield "agent : accueil", page(agent, "/agent/")
    yield "agent : familles, recherche", page(agent, "/agent/familles/?q=riviere")
    yield "agent : enfants", page(agent, "/agent/enfants/")
    yield "agent : réservations", page(agent, "/agent/reservations/")
    yield (
        "agent : réservations, filtrées",
        page(agent, "/agent/reservations/?etat=awaiting_payment&tri=-creee"),
    )
    yield "agent : réservations, recherche", page(agent, "/agent/reservations/?q=jade")
    yield "agent : paiements", page(agent, "/agent/paiements/")
    yield "agent : paiements, recherche", page(agent, "/agent/paiements/?q=banc0000000042")
    yield "agent : dossier d’une famille", page(agent, f"/agent/familles/{HOUSEHOLD}/")
    yield "tâche : paniers échus", lambda: expire_unpaid(now=now())
    yield "tâche : relève des paiements", lambda: sweep(now=now())
    yield "tâche : courriels", lambda: send_due_mails(now=now())
    yield "preuve des comptes", check_ledger


@click.command()
@click.option("--plans", is_flag=True, help="Montre chaque requête.")
def main(plans: bool) -> None:
    from tenants.context import ready_commune, use_commune

    commune = ready_commune(SLUG)
    if commune is None:
        raise click.ClickException("Remplissez d’abord la commune : python -m infra.bench.fill")
    with use_commune(commune):
        for name, act in acts():
            click.echo(measure(name, act, show_plans=plans))


if __name__ == "__main__":
    work_apart()
    with django_ready():
        main()
