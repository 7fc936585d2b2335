"""``python -m infra.bench.campaign``: one campaign of 5,000 households with 20 lines each, computed, issued, announced.

The charges are written in one statement, then the campaign runs exactly as the job runs it. Everything it wrote stays
in the bench's town: each run takes another month.
"""

import time
from collections.abc import Callable

import click

from infra.bench.fill import SLUG, work_apart
from portail.commands.environment import django_ready

HOUSEHOLDS, LINES = 5_000, 20
LIMIT_SECONDS = 30


def main() -> None:
    from billing.models import Campaign, Charge, Regie
    from core.models import Household
    from infra.bench.rows import run
    from tenants.context import ready_commune, use_commune

    commune = ready_commune(SLUG)
    if commune is None:
        raise click.ClickException("Remplissez d’abord la commune : python -m infra.bench.fill")
    with use_commune(commune):
        _move_in(HOUSEHOLDS - Household.objects.count())
        regie = Regie.objects.earliest("pk")
        serial = Campaign.objects.count()
        before = Charge.objects.count()
        _owe(regie.pk, serial)
        run("ANALYZE")
        click.echo(f"{Charge.objects.count() - before} lignes à facturer.")
        _measure(regie, serial)


def _move_in(missing: int) -> None:
    """More families, each with a payer who can be written to."""
    from core.models import Guardian, Household
    from infra.bench.rows import continue_numbering, insert_select

    if missing <= 0:
        return
    last = Household.objects.latest("pk").pk
    homes = f"generate_series({last + 1}, {last + missing}) n"
    insert_select(
        Household,
        {
            "id": "n",
            "number": "'F' || lpad(n::text, 5, '0')",
            "name": "'Campagne ' || n",
            "created_at": "now()",
        },
        homes,
    )
    insert_select(
        Guardian,
        {
            "household_id": "n",
            "first_name": "'Camille'",
            "last_name": "'Campagne ' || n",
            "email": "'campagne' || n || '@banc.example'",
        },
        homes,
    )
    continue_numbering(Household)


def _owe(regie: int, serial: int) -> None:
    from billing.models import Charge
    from infra.bench.rows import insert_select

    insert_select(
        Charge,
        {
            "regie_id": str(regie),
            "household_id": "home.id",
            "source": f"'bench.campaign:{serial}:' || home.id || ':' || n",
            "service_date": f"DATE '2030-01-01' + {serial % 300} * 31 + n",
            "group_label": "'Restauration'",
            "label": "'Repas'",
            "unit_price": "3.30",
            "amount": "3.30",
            "created_at": "now()",
        },
        f"(SELECT id FROM core_household ORDER BY id LIMIT {HOUSEHOLDS}) home, generate_series(0, {LINES - 1}) n",
    )


def _measure(regie: object, serial: int) -> None:
    from datetime import date, timedelta

    from billing.models import Invoice
    from billing.queries.check import check_ledger
    from billing.services.campaign_mails import announce_invoices
    from billing.services.campaign_run import run_campaign
    from billing.services.campaigns import begin_issue, open_campaign
    from core.clock import now

    first = date(2030, 1, 1) + timedelta(days=31 * (serial % 300))
    issued_on = now().date()
    campaign = open_campaign(
        regie=regie,  # type: ignore[arg-type]
        label=f"Banc {serial}",
        first_date=first,
        last_date=first + timedelta(days=30),
        issued_on=issued_on,
        published_on=issued_on,
        due_on=issued_on,
        by=None,
        now=now(),
    )
    total = _timed("calcul", lambda: run_campaign(campaign_id=campaign.pk, now=now()))
    begin_issue(campaign=campaign, by=None, now=now())
    total += _timed("émission", lambda: run_campaign(campaign_id=campaign.pk, now=now()))
    invoices = Invoice.objects.filter(draft__campaign=campaign)
    click.echo(f"{invoices.count()} factures en {total:.1f} s (limite : {LIMIT_SECONDS} s).")
    _timed("courriels écrits", lambda: announce_invoices(now=now()))
    _timed("preuve des comptes", lambda: click.echo("\n".join(check_ledger()) or "Comptes justes."))
    if total > LIMIT_SECONDS or invoices.count() != HOUSEHOLDS:
        raise SystemExit(1)


def _timed(title: str, act: Callable[[], object]) -> float:
    begun = time.monotonic()
    act()
    seconds = time.monotonic() - begun
    click.echo(f"{title} : {seconds:.1f} s")
    return seconds


if __name__ == "__main__":
    work_apart()
    with django_ready():
        main()
