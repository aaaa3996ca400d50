"""The one moment at which rows that are otherwise kept for ever may be deleted: the erasure of a person's record."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection


@contextmanager
def erasing(erasure_id: UUID) -> Iterator[None]:
    """Let this transaction delete rows that are append-only, in the name of an Erasure. Holds for nothing after it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('fysicure.erasing', %s, true)", [str(erasure_id)])
        yield
        cursor.execute("SELECT set_config('fysicure.erasing', '', true)")
