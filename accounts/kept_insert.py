"""A new row in words that are kept: Django needs longer to word an INSERT than PostgreSQL to do it."""

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model


def insert(row: Model, *, unless_it_clashes: bool = False) -> bool:
    """Write a new row with every column as it stands, and return whether it is there. One statement.

    `unless_it_clashes`: a row that a unique or exclusion constraint forbids is left out, without an error and without
    a savepoint for it; else what the database refuses is raised.
    """
    fields = row._meta.concrete_fields
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_words(type(row)) + (" ON CONFLICT DO NOTHING" if unless_it_clashes else ""), values)
        row._state.adding = cursor.rowcount == 0
    row._state.db = connection.alias
    return not row._state.adding


@cache
def _words(model: type[Any]) -> str:
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    places = ", ".join(["%s"] * len(model._meta.concrete_fields))
    return f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({places})"  # noqa: S608 - names from the model
