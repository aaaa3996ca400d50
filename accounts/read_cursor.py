"""Where a statement of our own that only reads is asked: there where the ORM would read the same rows."""

from typing import Any

from django.db import connections, models, router
from django.db.backends.utils import CursorWrapper


def read_cursor(model: type[models.Model]) -> CursorWrapper:
    """Return a cursor, to be closed with `with`, on the database that a read of this model's rows goes to now.

    That is the replica on a page that reads there (fysicure.replicas), else the primary.
    """
    wrapper: Any = connections[router.db_for_read(model)]
    cursor: CursorWrapper = wrapper.cursor()
    return cursor
