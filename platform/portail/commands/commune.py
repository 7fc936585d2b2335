"""``portail commune …``: the towns of this installation."""

import click

from portail.commands.environment import django_ready


@click.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def commune() -> None:
    """Ouvre et configure les communes."""


@commune.command("list")
def list_communes() -> None:
    """Montre les communes, leur adresse et leur état."""
    with django_ready():
        from tenants.models import Domain

        rows = [
            (domain.tenant.slug, domain.tenant.name, domain.domain, domain.tenant.get_status_display())
            for domain in Domain.objects.filter(is_primary=True)
            .select_related("tenant")
            .order_by("tenant__name")
        ]
    if not rows:
        click.echo("Aucune commune. Ouvrez-en une par « portail commune new ».")
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
