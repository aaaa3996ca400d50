"""The planted practice, on the day of the tests."""

import copy
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests.people import NOW
from tests.planted import planted_once
from tests.security.practice import Practice, plant


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages see the day of the tests; domain functions get their `now` as an argument."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(scope="module")
def planted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Practice]:
    with planted_once(plant, django_db_blocker) as made:
        yield made


@pytest.fixture
def practice(planted: Practice, db: None) -> Practice:
    """The practice as it was made, in objects of the test's own."""
    return copy.deepcopy(planted)


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
