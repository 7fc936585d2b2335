"""Inserting many rows of a model with one statement, whatever columns it gains later."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, models


def insert_select(model: type[models.Model], columns: Mapping[str, str], source: str) -> int:
    """``INSERT … SELECT``: column → SQL expression over ``source`` (what follows FROM). Returns how many rows.

    Columns that are not named take the model's own defaults, the same for every row.
    """
    statement, values = insert_statement(model, columns, source)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def insert_statement(
    model: type[models.Model], columns: Mapping[str, str], source: str
) -> tuple[str, list[Any]]:
    """The statement of ``insert_select`` and its parameters, for a program that runs it by itself."""
    defaults = {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for field in model._meta.local_fields
        if field.column not in columns and not field.primary_key
    }
    names = ", ".join(connection.ops.quote_name(name) for name in (*columns, *defaults))
    values = ", ".join([*columns.values(), *["%s"] * len(defaults)])
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM {source}", list(
        defaults.values()
    )


def run(statement: str, params: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def continue_numbering(model: type[models.Model]) -> None:
    """Rows were given their keys: those written next must not take them again."""
    table = model._meta.db_table
    run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
