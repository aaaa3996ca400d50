"""A connection is lent without asking the server, yet one that the server ended is never lent."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from fysicure import connection_check
from fysicure.connection_check import check


class Counted(psycopg.Connection[Any]):
    """Counts what it is asked."""

    asked = 0

    def execute(self, *arguments: Any, **more: Any) -> Any:
        """Count, and pass on."""
        self.asked += 1
        return super().execute(*arguments, **more)


@pytest.fixture
def lent(db: None) -> Iterator[Counted]:
    parameters = {**connection.get_connection_params(), "autocommit": True}
    with Counted.connect(**parameters) as made:
        yield made


def test_a_connection_in_use_is_asked_once_in_a_while_only(lent: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    for _each in range(5):
        check(lent)
    assert lent.asked == 1
    monkeypatch.setattr(connection_check, "ASK_EVERY", 0)
    check(lent)
    assert lent.asked == 2


def test_a_connection_that_the_server_ended_is_refused_at_once(lent: Counted) -> None:
    check(lent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [lent.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        check(lent)


def test_a_closed_connection_is_refused(lent: Counted) -> None:
    check(lent)
    lent.close()
    with pytest.raises(psycopg.OperationalError):
        check(lent)
