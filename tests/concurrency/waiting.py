"""Whether somebody waits for a lock that a test holds."""

from django.db import connection

WAITING = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
"""


def is_waited_for() -> bool:
    """Whether a session of this database waits for a lock now.

    Inside a transaction PostgreSQL keeps the list of sessions as it was first read: one that connected later would
    never be seen to wait, until its lock timeout ends it. So the list is let go of each time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        return bool(cursor.execute(WAITING).fetchone()[0])
