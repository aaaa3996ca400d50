"""What a restored database must say again, besides its rows: functions for the setting BACKUP_FACTS."""

from typing import Any

import psycopg


def audit_head(connection: psycopg.Connection) -> list[Any] | None:
    """Return where the audit chain ends, as position and hash; None before there is one."""
    if connection.execute("SELECT to_regclass('public.accounts_audithead')").fetchone() == (None,):
        return None
    row = connection.execute("SELECT position, encode(hash, 'hex') FROM accounts_audithead").fetchone()
    return list(row) if row else None
