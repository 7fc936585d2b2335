"""Writing many rows in one statement."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
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


class _Encoder(DjangoJSONEncoder):
    """DjangoJSONEncoder cuts moments to the millisecond."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def insert_rows(objects: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert new objects of one model, in one statement, and give them their keys unless conflicts are ignored.

    The rows go as one JSON document that the database reads by itself: for twenty rows, a tenth of the time that
    ``bulk_create`` takes to prepare each value of each column. For models of plain columns: no ``auto_now``, no field
    that stores something else than its value.
    """
    if not objects:
        return
    meta = type(objects[0])._meta
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    rows = [{field.column: field.value_from_object(one) for field in fields} for one in objects]
    table = connection.ops.quote_name(meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    end = "ON CONFLICT DO NOTHING" if ignore_conflicts else "RETURNING id"
    select = f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)"  # noqa: S608 - names of the model's own
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) {select} {end}", [json.dumps(rows, cls=_Encoder)])
        if not ignore_conflicts:
            for one, (key,) in zip(objects, cursor.fetchall(), strict=True):
                one.pk, one._state.adding, one._state.db = key, False, connection.alias


def update_rows(objects: Sequence[models.Model], fields: Collection[str]) -> None:
    """Write these fields of objects of one model, in one statement: ``bulk_update`` without its one CASE a row."""
    if not objects:
        return
    meta, quote = type(objects[0])._meta, connection.ops.quote_name
    columns = [meta.get_field(name) for name in fields]
    key = meta.pk
    rows = [{field.column: field.value_from_object(one) for field in (key, *columns)} for one in objects]
    table = quote(meta.db_table)
    values = ", ".join(f"{quote(field.column)} = new.{quote(field.column)}" for field in columns)
    source = f"jsonb_populate_recordset(NULL::{table}, %s) new"
    own = f"{table}.{quote(key.column)} = new.{quote(key.column)}"
    with connection.cursor() as cursor:
        statement = f"UPDATE {table} SET {values} FROM {source} WHERE {own}"  # noqa: S608 - names of the model's own
        cursor.execute(statement, [json.dumps(rows, cls=_Encoder)])
