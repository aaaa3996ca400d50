"""What changes when a pooler of transactions (PgBouncer) stands between: no session outlives a transaction.

The next statement may run on another connection of the server. A patient's request is one transaction anyway
(fysicure/portal_role.py); what holds for every session is written into the database by who migrates. Jobs listen, and
imports hold a lock for as long as a session: workers and migrations go past the pooler (docs/scaling.md).
"""

from django.db import connection
from psycopg import sql

from fysicure.database_settings import SESSION_SETTINGS


def keep_session_settings() -> None:
    """Write into the database what else each session would say when it connects. As the owner; changes nothing twice.

    Raises InsufficientPrivilege when who owns the tables does not own the database.
    """
    name = sql.Identifier(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT word_similarity('a', 'b')")  # loads pg_trgm, so that its setting is known
        for setting, value in SESSION_SETTINGS.items():
            words = sql.SQL(".").join(sql.Identifier(part) for part in setting.split("."))
            cursor.execute(sql.SQL("ALTER DATABASE {} SET {} = {}").format(name, words, sql.Literal(value)))
