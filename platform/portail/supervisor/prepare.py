"""What the demo needs in its database: tables, the two towns of the guides, invented people.

A process of its own (``python -m portail.supervisor.prepare``), so that the supervisor never loads Django. Each step
may be run again on a database where it has already been done.
"""

import json
from pathlib import Path

import click
import django
from django.conf import settings
from django.utils.module_loading import import_string

from portail.fingerprint import ROOT

TOWN_FILES = ROOT / "infra" / "communes"
TOWNS = {"bellegarde": "Bellegarde", "balaruc": "Balaruc-le-Vieux"}


def prepare() -> None:
    from tenants.services.migrating import migrate_shared, migrate_towns, migrations_locked, towns_behind

    click.echo("  Tables…")
    with migrations_locked():
        migrate_shared()
        failures = migrate_towns(towns_behind(), done=lambda _: None)
    for error in failures.values():
        raise error
    for slug, name in TOWNS.items():
        _open_or_update(slug, name, TOWN_FILES / f"{slug}.toml")
    click.echo("  Familles inventées…")
    accounts = import_string("portail.demo.seed")()
    (settings.DATA_DIR / "demo.accounts.json").write_text(json.dumps(accounts, ensure_ascii=False))


def _open_or_update(slug: str, name: str, file: Path) -> None:
    from tenants.context import use_commune
    from tenants.enums import CommuneStatus
    from tenants.models import Commune
    from tenants.services.opening import discard_failed_commune, open_commune

    click.echo(f"  {name}…")
    commune = Commune.objects.filter(slug=slug).first()
    if commune and commune.status in {CommuneStatus.OPENING, CommuneStatus.FAILED}:  # a start that was killed
        commune.status = CommuneStatus.FAILED
        discard_failed_commune(commune)
        commune = None
    if commune is None:
        open_commune(slug=slug, name=name, file_text=file.read_text())
        return
    with use_commune(commune):
        import_string(settings.COMMUNE_FILE_APPLY)(commune, file.read_text())


if __name__ == "__main__":
    django.setup()
    prepare()
