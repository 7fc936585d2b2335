"""``portail commune …``: the towns of this installation."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from portail.commands.environment import django_ready
from portail.commands.french import Group
from portail.commands.progress import step
from portail.commands.towns import commune_named

if TYPE_CHECKING:
    from core.commune_file.report import Report
    from tenants.models import Commune

TownFile = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group(cls=Group)
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


@commune.command()
@click.argument("files", metavar="FICHIER…", nargs=-1, required=True, type=TownFile)
def check(files: tuple[Path, ...]) -> int:
    """Vérifie des fichiers de commune et leurs exemples, sans base de données."""
    step("Préparation")
    with django_ready(database=False):
        from core.commune_file.services import check_text

        all_right = True
        for file in files:
            step(f"Vérification de {file.name} et de ses exemples")
            report = check_text(_text(file), file.name)
            _say(report.complaints(), "red")
            click.echo(f"{report.name} : {report.summary()}")
            all_right = all_right and report.ok
    return 0 if all_right else 1


@commune.command()
@click.argument("file", metavar="FICHIER", type=TownFile)
@click.option(
    "--host", default="", help="Nom d’hôte principal ; sinon, l’identifiant et le domaine de l’installation."
)
def new(file: Path, host: str) -> None:
    """Ouvre la commune que décrit un fichier."""
    step("Préparation")
    with django_ready():
        from core.commune_file.services import check_text, town_of
        from tenants.models import Commune
        from tenants.services.opening import discard_failed_commune, open_commune

        text = _text(file)
        step("Vérification du fichier et de ses exemples")
        report = check_text(text, file.name)
        if not report.ok:
            _refuse(report)
        town = town_of(text, name=file.name)
        known = Commune.objects.filter(slug=town.slug).first()
        if known and known.opening_broke:
            click.echo("Reprise d’une ouverture interrompue")
            discard_failed_commune(known)
        opened = open_commune(slug=town.slug, name=town.name, host=host, file_text=text, progress=click.echo)
        click.secho(f"{opened.name} est ouverte.", fg="green")
        invite = f"portail agent add {opened.slug} --email prenom.nom@mairie.fr --name 'Prénom Nom'"
        click.echo(f"Invitez maintenant son premier agent : {invite}")


@commune.command()
@click.argument("file", metavar="FICHIER", type=TownFile)
@click.option("--dry-run", is_flag=True, help="Montre ce qui changerait, sans rien changer.")
def apply(file: Path, dry_run: bool) -> None:
    """Rend la commune conforme à son fichier."""
    step("Préparation")
    with django_ready():
        from core.commune_file.report import CommuneFileError
        from core.commune_file.services import apply_text

        step("Vérification du fichier et de ses exemples, puis comparaison")
        try:
            report = apply_text(_commune_of(file), _text(file), dry_run=dry_run, name=file.name)
        except CommuneFileError as error:
            _refuse(error.report)
    _show(report)
    if report.changes:
        click.echo("Rien n’a été changé (--dry-run)." if dry_run else "Appliqué.")


@commune.command()
@click.argument("file", metavar="FICHIER", type=TownFile)
def diff(file: Path) -> int:
    """Compare la commune à son fichier ; code de sortie 1 s’ils diffèrent."""
    step("Préparation")
    with django_ready():
        from core.commune_file.report import CommuneFileError
        from core.commune_file.services import diff_text

        step("Comparaison")
        try:
            report = diff_text(_commune_of(file), _text(file), name=file.name)
        except CommuneFileError as error:
            _refuse(error.report)
    _show(report)
    return 1 if report.changes else 0


@commune.command()
@click.argument("slug", metavar="COMMUNE")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Fichier à écrire."
)
def export(slug: str, output: Path | None) -> None:
    """Écrit la configuration d’une commune sous forme de fichier."""
    with django_ready():
        from core.commune_file.services import export_text

        text = export_text(commune_named(slug))
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)


@commune.command()
def keys() -> None:
    """Montre toutes les clés qu’un fichier de commune peut contenir."""
    with django_ready(database=False):
        from core.commune_file.documentation import key_tables

        click.echo(key_tables(), nl=False)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"« {file} » n’est pas un texte en UTF-8.") from error


def _commune_of(file: Path) -> "Commune":
    from core.commune_file.services import town_of

    return commune_named(town_of(_text(file), name=file.name).slug)


def _show(report: "Report") -> None:
    colours = {"+": "green", "~": "yellow", "–": "red"}
    for change in report.changes:
        click.secho(str(change), fg=colours[change.sign])
    if not report.changes:
        click.echo("Rien à changer")


def _refuse(report: "Report") -> NoReturn:
    _say(report.complaints(), "red")
    click.echo(report.summary(), err=True)
    raise click.exceptions.Exit(1)


def _say(lines: Iterable[str], colour: str) -> None:
    for line in lines:
        click.secho(line, fg=colour, err=True)
