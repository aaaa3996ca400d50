"""Indexes and constraints of a table, away while rows pour in, and back from their own definitions afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection

_PARTS = """
SELECT conname, pg_get_constraintdef(oid), contype FROM pg_constraint
WHERE conrelid = %(table)s::regclass AND contype IN ('x', 'u')
UNION ALL
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), 'i' FROM pg_index
WHERE indrelid = %(table)s::regclass AND NOT indisprimary
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = %(table)s::regclass)
"""
Part = tuple[str, str, str]


@contextmanager
def put_away(tables: Sequence[str]) -> Iterator[None]:
    """Take the indexes and constraints of the tables away, and put them back with everything checked.

    Raises AssertionError when a table does not end as it began.
    """
    parts = {table: _parts(table) for table in tables}
    with connection.cursor() as cursor:
        for table, found in parts.items():
            for name, _definition, kind in found:
                cursor.execute(f"DROP INDEX {name}" if kind == "i" else f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, found in parts.items():
        _put_back(table, found)
        changed = set(_parts(table)) ^ set(found)
        assert not changed, changed


def _parts(table: str) -> list[Part]:
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, {"table": table})
        return cursor.fetchall()


def _put_back(table: str, parts: Sequence[Part]) -> None:
    model = next(each for each in apps.get_models() if each._meta.db_table == table)
    ours: dict[str, Any] = {each.name: each for each in model._meta.constraints}
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
    for name, definition, kind in parts:
        if name in ours:  # PostgreSQL reads its own words of a condition into slightly other ones
            with connection.schema_editor(atomic=False) as editor:
                editor.add_constraint(model, ours[name])
        else:
            with connection.cursor() as cursor:
                cursor.execute(definition if kind == "i" else f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
