"""Tests that commit are emptied with TRUNCATE, which the audit refuses: here, and only here, its triggers look away."""

from collections.abc import Iterable, Iterator

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations


def _empty(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (*sql_list, "TRUNCATE accounts_auditqueue"):
            cursor.execute(statement)


@pytest.fixture(scope="session", autouse=True)
def emptying_is_let_through() -> Iterator[None]:
    """Let Django's flush between tests pass the triggers that keep the audit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", _empty)
        yield
