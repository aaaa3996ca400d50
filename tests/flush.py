"""After tests that commit the tables are emptied, which the audit refuses: here, and only here, its triggers look away.

Row by row: most tables are empty and the others hold a few rows, while TRUNCATE makes new files for each of them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from procrastinate.contrib.django.models import ProcrastinateJob

from fysicure.as_owner import as_owner


def _empty(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        tables = re.findall(r'"(\w+)"', "".join(sql_list))
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables))  # noqa: S608
        for name in ("accounts_auditqueue", *(name for (name,) in cursor.fetchall())):
            cursor.execute(f'DELETE FROM "{name}"')  # noqa: S608


@pytest.fixture(scope="session", autouse=True)
def emptying_is_let_through() -> Iterator[None]:
    """Let Django's flush between tests pass the triggers that keep the audit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", _empty)
        yield


@pytest.fixture
def jobs(transactional_db: None) -> Iterator[Any]:
    """The queue of jobs, empty again afterwards: it is not among the tables that a test empties."""
    yield ProcrastinateJob.objects
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE")
