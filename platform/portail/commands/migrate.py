"""``portail migrate``: brings the tables of the installation and of every town up to date."""

import click

from portail.commands.environment import django_ready
from portail.commands.progress import step


@click.command()
@click.option("--dry-run", is_flag=True, help="Montre les communes en retard sans rien changer.")
def migrate(dry_run: bool) -> int:
    """Met à jour les tables de toutes les communes.

    D’abord celles de l’installation et du modèle, puis celles des communes en retard.
    """
    step("Préparation")
    with django_ready():
        from tenants.services.migrating import migrate_shared, migrate_towns, migrations_locked, towns_behind

        if dry_run:
            behind = towns_behind()
            for commune in behind:
                click.echo(commune.name)
            click.echo(f"{len(behind)} commune(s) en retard. Rien n’a été changé (--dry-run).")
            return 0
        with migrations_locked():
            click.echo("Tables communes et modèle…")
            migrate_shared()
            towns = towns_behind()
            with click.progressbar(length=len(towns), label="Communes", show_pos=True) as bar:
                failures = migrate_towns(towns, done=lambda _: bar.update(1))
    for commune, error in failures.items():
        click.secho(f"{commune.name} : {error}", err=True, fg="red")
    click.echo(f"{len(towns) - len(failures)} commune(s) mise(s) à jour, {len(failures)} en échec.")
    return 1 if failures else 0
