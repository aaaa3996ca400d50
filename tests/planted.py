"""A practice that is made once for a module of tests, instead of once for each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests.people import NOW

# As it was when the tests were found: a fixture that is asked for halfway a test sees the clock that the test set.
_NOW_OF_DJANGO = timezone.now


@contextmanager
def planted_once[T](plant: Callable[[], T], blocker: DjangoDbBlocker) -> Iterator[T]:
    """Give what `plant` makes on the day of the tests. Each test runs in a savepoint above it; all is rolled back.

    A fixture of a module uses it, and each test takes a deep copy of what it gives: rows go back, objects do not. A
    test that commits cannot stand on it.
    """
    timezone.now = lambda: NOW
    try:
        with blocker.unblock(), transaction.atomic():
            yield plant()
            transaction.set_rollback(True)
    finally:
        timezone.now = _NOW_OF_DJANGO
