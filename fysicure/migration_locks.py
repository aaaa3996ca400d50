"""A migration that waits for a lock makes everybody behind it wait: it gives up after seconds and is run again later.

PostgreSQL queues whoever comes after an ALTER TABLE that waits, readers included, so that one long report and one
migration together stop a practice. MIGRATION_LOCK_TIMEOUT says how long it may wait ("3s" unless set).
"""

import os
from typing import Any

from django.db import connections

LONGEST_WAIT = "3s"


def give_up_soon(using: str, **_more: Any) -> None:
    """Limit the connection that is about to migrate: little waiting for locks, and all the time that the work takes."""
    wait = os.environ.get("MIGRATION_LOCK_TIMEOUT", LONGEST_WAIT)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', '0', false)", [wait]
        )


def wait_as_before(using: str, **_more: Any) -> None:
    """Take the limits away again: the same process may go on to something else."""
    with connections[using].cursor() as cursor:
        cursor.execute("RESET lock_timeout; RESET statement_timeout")
