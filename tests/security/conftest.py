"""The planted practice, on the day of the tests."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.people import NOW
from tests.security.practice import Practice, plant


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages see the day of the tests; domain functions get their `now` as an argument."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def practice(db: None) -> Practice:
    return plant()


@pytest.fixture
def rolled_back() -> Callable[[Callable[[], object]], object]:
    """Return a function that gives what an act gives, and leaves the database as it was."""

    def act_and_undo(act: Callable[[], object]) -> object:
        with transaction.atomic():
            found = act()
            transaction.set_rollback(True)
        return found

    return act_and_undo


@pytest.fixture
def picture() -> Callable[[], dict[str, tuple[int, int]]]:
    """Return a function that takes a picture of every table: how many rows, and a sum over what they hold."""

    def take() -> dict[str, tuple[int, int]]:
        found = {}
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT count(*), coalesce(sum(hashtext(t::text)), 0) FROM "{table}" t')  # noqa: S608
                found[table] = cursor.fetchone()
        return found

    return take
