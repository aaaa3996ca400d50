"""Where and how a statement of our own that only reads is asked: there where the ORM would read the same rows."""

from typing import Any

import psycopg
from django.db import connections, models, router
from django.db.backends.utils import CursorWrapper


def read_cursor(model: type[models.Model]) -> CursorWrapper:
    """Return a cursor, to be closed with `with`, on the database that a read of this model's rows goes to now.

    That is the replica on a page that reads there (fysicure.replicas), else the primary.
    """
    wrapper: Any = connections[router.db_for_read(model)]
    cursor: CursorWrapper = wrapper.cursor()
    return cursor


class _ReadingCursor(psycopg.Cursor[Any]):
    """Sends values apart from the words, as a plan that is kept needs.

    It has a name, by which pghistory knows what only reads: it does not put before it who changes what, and why.
    """

    name = "reading"


def planned_rows(model: type[models.Model], sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement of our own that PostgreSQL plans once for each session. Asked as by `read_cursor`.

    For statements that take longer to plan than to run, and whose best plan is the same for all values: PostgreSQL
    makes it without seeing them. Behind a pooler of transactions no session is ours, and each asking is planned
    (fysicure.database_settings). A value whose type does not show from its place needs a cast.
    """
    with read_cursor(model) as usual, type(usual)(_ReadingCursor(usual.db.connection), usual.db) as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
