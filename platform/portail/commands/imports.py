"""``portail imports …``: a town's files, tried or written from the command line."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from portail.commands.environment import django_ready
from portail.commands.french import Group
from portail.commands.progress import step
from portail.commands.towns import commune_named

if TYPE_CHECKING:
    from core.models import FileImport

FILE = click.argument("file", metavar="FICHIER", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_SHOWN = 50


@click.group(cls=Group)
def imports() -> None:
    """Importe familles, écoles, quotients ou soldes."""


@imports.command()
@click.argument("slug", metavar="COMMUNE")
@click.argument("kind", metavar="NATURE")
@FILE
@click.option(
    "--by", metavar="ADRESSE", required=True, help="Adresse mail de l’agent au nom de qui importer."
)
def run(slug: str, kind: str, file: Path, by: str) -> int:
    """Importe un fichier ; code de sortie 1 si des lignes sont refusées. NATURE : familles, ecole, quotients, soldes.

    Les lignes refusées sont dites et laissées ; les autres sont écrites d’un bloc. L’import est au journal du guichet.
    """
    return _open(slug, kind, file, by, writes=True)


@imports.command()
@click.argument("slug", metavar="COMMUNE")
@click.argument("kind", metavar="NATURE")
@FILE
@click.option(
    "--by", metavar="ADRESSE", required=True, help="Adresse mail de l’agent au nom de qui vérifier."
)
def check(slug: str, kind: str, file: Path, by: str) -> int:
    """Vérifie un fichier ligne par ligne, sans rien écrire dans les dossiers ; il attend ensuite au guichet."""
    return _open(slug, kind, file, by, writes=False)


def _open(slug: str, kind: str, file: Path, by: str, *, writes: bool) -> int:
    step("Préparation")
    with django_ready():
        from core.clock import now
        from core.imports.base import kinds
        from core.models import User
        from core.services.imports import open_import, run_import, start_import
        from tenants.context import use_commune

        if kind not in kinds():
            raise click.ClickException(
                f"Nature inconnue : « {kind} ». Choisissez parmi {', '.join(kinds())}."
            )
        with use_commune(commune_named(slug)):
            agent = User.objects.agents().filter(email__iexact=by).first()
            if agent is None:
                raise click.ClickException(f"Aucun agent n’a l’adresse « {by} ».")
            step("Vérification")
            one = open_import(kind=kind, file_name=file.name, content=file.read_bytes(), by=agent, now=now())
            _tell(one)
            if writes and one.to_write:
                step("Écriture")
                start_import(file=one, by=agent, now=now())
                run_import(import_id=one.pk, now=now())
                one.refresh_from_db()
            click.echo(
                f"Import n° {one.pk} : {one.get_state_display()}, {one.to_write} lignes à écrire ou écrites."
            )
    return 1 if one.refused else 0


def _tell(one: "FileImport") -> None:
    for note in one.notes:
        click.secho(note, fg="yellow", err=True)
    for line in one.lines.exclude(errors=[])[:_SHOWN]:
        click.secho(f"Ligne {line.number} : {' '.join(line.errors)}", fg="red", err=True)
    if one.refused > _SHOWN:
        click.echo(f"… et {one.refused - _SHOWN} autres lignes refusées.", err=True)
