"""``portail ledger …``: the proof of a town's books."""

import time

import click

from portail.commands.environment import django_ready


@click.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def ledger() -> None:
    """Prouve les comptes des communes."""


@ledger.command()
@click.argument("slug", metavar="COMMUNE")
def check(slug: str) -> int:
    """Prouve les comptes d’une commune ; code de sortie 1 s’ils sont faux.

    Lignes et totaux, ventilations, avoirs, soldes, numéros sans trou, documents figés. Ne change rien.
    """
    with django_ready():
        from billing.queries.check import CHECKS
        from tenants.context import ready_commune, use_commune

        commune = ready_commune(slug)
        if commune is None:
            raise click.ClickException(f"Commune inconnue : « {slug} ». Voyez « portail commune list ».")
        problems = 0
        with use_commune(commune):
            for rank, (title, prove) in enumerate(CHECKS.items(), start=1):
                begun = time.monotonic()
                found = list(prove())
                problems += len(found)
                verdict = "juste" if not found else f"{len(found)} à regarder"
                click.echo(f"[{rank}/{len(CHECKS)}] {title} : {verdict} ({time.monotonic() - begun:.1f} s)")
                for problem in found:
                    click.secho(f"  {problem}", fg="red", err=True)
    click.echo("Les comptes sont justes." if not problems else "Les comptes sont faux.")
    return 1 if problems else 0
