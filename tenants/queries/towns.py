"""Towns as the vendor's people look at them: a page of hundreds costs a handful of statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from tenants.models import Commune, Domain
from tenants.services.migrating import towns_behind

_BEHIND_SECONDS = 30  # asking every schema takes a second for a thousand towns


@dataclass(frozen=True, kw_only=True)
class TownRow:
    commune: Commune
    host: str
    # None: the town has no tables to look at (its opening failed before).
    up_to_date: bool | None
    counts: tuple[tuple[str, int], ...]


def find_communes(text: str) -> QuerySet[Commune]:
    """Towns whose name, identifier, INSEE code or host holds the text."""
    primary = Prefetch("domains", Domain.objects.filter(is_primary=True), to_attr="primary")
    rows = Commune.objects.prefetch_related(primary).order_by("name")
    if text:
        named = Q(name__icontains=text) | Q(slug__icontains=text) | Q(insee=text)
        rows = rows.filter(named | Q(domains__domain__icontains=text)).distinct()
    return rows


def town_rows(communes: Sequence[Commune]) -> list[TownRow]:
    """What is said of each town, in order. Two statements, besides the migrations' state kept for a moment."""
    existing = _existing([commune.schema_name for commune in communes])
    counted = _counts([commune.schema_name for commune in communes if commune.schema_name in existing])
    behind = cache.get_or_set("towns_behind", _behind, _BEHIND_SECONDS)
    return [
        TownRow(
            commune=commune,
            host=commune.primary[0].domain if commune.primary else "",
            up_to_date=commune.schema_name not in behind if commune.schema_name in counted else None,
            counts=counted.get(commune.schema_name, ()),
        )
        for commune in communes
    ]


def _behind() -> set[str]:
    return {commune.schema_name for commune in towns_behind()}


def _existing(schemas: list[str]) -> set[str]:
    """Schemas that hold every table to count: a failed opening may have left none."""
    tables = list(settings.CONSOLE_COUNTS.values())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname FROM pg_tables WHERE schemaname = ANY(%s) AND tablename = ANY(%s)"
            " GROUP BY schemaname HAVING count(*) = %s",
            [schemas, tables, len(tables)],
        )
        return {name for (name,) in cursor.fetchall()}


def _counts(schemas: list[str]) -> dict[str, tuple[tuple[str, int], ...]]:
    if not schemas:
        return {}
    # Schema names are safe by construction (tenants.models.schema_name_for), tables come from the settings.
    columns = "(SELECT count(*) FROM {0}.{1})"
    selects = [
        f"SELECT '{schema}', "
        + ", ".join(columns.format(schema, table) for table in settings.CONSOLE_COUNTS.values())
        for schema in schemas
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects))
        return {
            row[0]: tuple(zip(settings.CONSOLE_COUNTS, row[1:], strict=True)) for row in cursor.fetchall()
        }
