"""Migrations of the whole installation: shared tables, template, then only the towns that are behind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tenants.connection import connection
from tenants.models import Commune
from tenants.services.template import TEMPLATE_SCHEMA, migrate_template

MIGRATION_LOCK = 715_000  # PostgreSQL advisory lock: two machines that deploy at once take turns
SCHEMAS_A_QUERY = 200  # each schema read holds a lock until the query ends


@contextmanager
def migrations_locked() -> Iterator[None]:
    """Waits for any other process that migrates this database."""
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        yield
    finally:
        holder.close()
        holder.close_pool()


def migrate_shared() -> None:
    """The vendor's tables and the template of towns. Call it under ``migrations_locked``."""
    connection.set_schema_to_public()
    for label in _shared_labels():
        call_command("migrate_schemas", app_label=label, shared=True, interactive=False, verbosity=0)
    migrate_template()


def _shared_labels() -> list[str]:
    """The apps that have tables in ``public``; playing the others' migrations there takes a minute and makes nothing."""
    migrated = MigrationLoader(None).migrated_apps
    shared = [config for config in apps.get_app_configs() if config.name in settings.SHARED_APPS]
    return [config.label for config in shared if config.label in migrated]


def towns_behind() -> list[Commune]:
    """Towns that lack a migration of the template; one query for hundreds of towns, not one process each."""
    connection.set_schema_to_public()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace")
        existing = {name for (name,) in cursor.fetchall()}
        towns = [commune for commune in Commune.objects.order_by("pk") if commune.schema_name in existing]
        behind: set[str] = set()
        for start in range(0, len(towns), SCHEMAS_A_QUERY):
            schemas = [commune.schema_name for commune in towns[start : start + SCHEMAS_A_QUERY]]
            cursor.execute(" UNION ALL ".join(_lacks_a_migration(schema) for schema in schemas))
            behind.update(name for (name,) in cursor.fetchall())
    return [commune for commune in towns if commune.schema_name in behind]


def migrate_towns(towns: list[Commune], *, done: Callable[[Commune], None]) -> dict[Commune, Exception]:
    """Migrates each town; one that fails does not stop the others, and is given back with its error."""
    failures: dict[Commune, Exception] = {}
    for commune in towns:
        try:
            call_command("migrate_schemas", schema_name=commune.schema_name, interactive=False, verbosity=0)
        except Exception as error:  # noqa: BLE001 — whatever a migration raises; the caller reports it
            failures[commune] = error
        finally:
            connection.set_schema_to_public()
        done(commune)
    return failures


def _lacks_a_migration(schema: str) -> str:
    # Schema names are safe by construction (tenants.models.schema_name_for), and cannot be query parameters.
    applied = "SELECT app, name FROM {}.django_migrations"
    missing = f"{applied.format(TEMPLATE_SCHEMA)} EXCEPT {applied.format(schema)}"
    return f"SELECT '{schema}' WHERE EXISTS ({missing})"
