"""Writing many rows in one statement."""

from collections.abc import Mapping

from django.db import connection, models
from django.db.models.expressions import Combinable


def insert_select(model: type[models.Model], values: Mapping[str, Combinable], rows: models.QuerySet) -> int:
    """``INSERT … SELECT``: column → expression over ``rows``, in their order. Returns how many are new.

    A row that a unique constraint refuses is left out. Every column without a database default must be named.
    """
    names = {column: f"insert_{column}" for column in values}
    chosen = rows.annotate(**{names[column]: value for column, value in values.items()})
    select, params = chosen.values_list(*names.values()).query.sql_with_params()
    columns = ", ".join(map(connection.ops.quote_name, values))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) {select} ON CONFLICT DO NOTHING", params)
        return cursor.rowcount
