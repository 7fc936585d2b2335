"""``python -m infra.bench.fill``: opens the town « banc-d-essai » and fills it as a town of 25 000 people would in a year.

2 000 households, 3 000 children, 45 000 places with their reservations, payments, invoices and mails, in a few
seconds. Without ``DATABASE_URL`` it works in ``data/bench``, apart from the demo.
"""

import os
import re
import time

import click

from portail.commands.environment import django_ready
from portail.fingerprint import ROOT

SLUG = "banc-d-essai"
HOUSEHOLDS, CHILDREN = 2_000, 3_000
SOURCE = ROOT / "infra" / "communes" / "bellegarde.toml"


def work_apart() -> None:
    """The bench has a folder of its own unless the environment names one or a database."""
    if "DATABASE_URL" not in os.environ:
        os.environ.setdefault("PORTAIL_DATA_DIR", str(ROOT / "data" / "bench"))


def fill(*, households: int = HOUSEHOLDS, children: int = CHILDREN) -> None:
    """Fill the active town, which has its offer and nobody yet: fifteen places a child."""
    from django.db import transaction

    from infra.bench.bookings import book, prepare_offer
    from infra.bench.people import move_in
    from infra.bench.rows import run

    with transaction.atomic():
        prepare_offer()
        move_in(households=households, children=children)
        book()
    run("ANALYZE")


def main() -> None:
    from core.models import Household
    from tenants.context import ready_commune, use_commune
    from tenants.services.migrating import migrate_shared, migrations_locked
    from tenants.services.opening import open_commune

    with migrations_locked():
        migrate_shared()
    text = re.sub(r'(?m)^identifiant = ".*"$', f'identifiant = "{SLUG}"', SOURCE.read_text(), count=1)
    commune = ready_commune(SLUG) or open_commune(
        slug=SLUG, name="Banc d’essai", file_text=text, progress=click.echo
    )
    with use_commune(commune):
        if not Household.objects.exists():
            start = time.monotonic()
            fill()
            click.echo(f"Remplie en {time.monotonic() - start:.1f} s.")
        _prove()


def _prove() -> None:
    """The books of the filled town are right, unless the filler has fallen behind the models."""
    from billing.queries.check import check_ledger
    from booking.models import Place

    click.echo(f"{Place.objects.count()} présences.")
    if problems := check_ledger():
        raise click.ClickException("\n".join(problems))


if __name__ == "__main__":
    work_apart()
    with django_ready():
        main()
