"""A practice that is made once for a module of tests, instead of once for each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests.people import NOW


@contextmanager
def planted_once[T](plant: Callable[[], T], blocker: DjangoDbBlocker) -> Iterator[T]:
    """Give what `plant` makes on the day of the tests. Each test runs in a savepoint above it; all is rolled back.

    A fixture of a module uses it, and each test takes a deep copy of what it gives: rows go back, objects do not. A
    test that commits cannot stand on it.
    """
    with blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(timezone, "now", lambda: NOW)
        yield plant()
        transaction.set_rollback(True)
