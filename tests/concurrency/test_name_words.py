"""Two at once about one rare word: it stays while somebody has it, and leaves with the last."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction

from patients.models import NameWord, Patient
from tests.concurrency.waiting import is_waited_for
from tests.people import make_patient

pytestmark = pytest.mark.django_db(transaction=True)


def beside(first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """Run the second in a transaction of its own, that has to wait for the first, which is still open."""

    def run() -> None:
        close_old_connections()
        try:
            second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            later = pool.submit(run)
            while not later.done() and not is_waited_for():
                pass
            assert not later.done()
        later.result(30)


def is_kept() -> bool:
    return NameWord.objects.filter(word="quaegebeur").exists()


def test_one_comes_while_the_last_leaves() -> None:
    last = make_patient("Quaegebeur", "An")
    beside(lambda: make_patient("Quaegebeur", "Jan", phone=""), Patient.objects.filter(pk=last.pk).delete)
    assert is_kept()


def test_the_last_leaves_while_one_comes() -> None:
    last = make_patient("Quaegebeur", "An")
    beside(Patient.objects.filter(pk=last.pk).delete, lambda: make_patient("Quaegebeur", "Jan", phone=""))
    assert is_kept()


def test_the_last_two_leave_at_once() -> None:
    one, other = make_patient("Quaegebeur", "An"), make_patient("Quaegebeur", "Jan", phone="")
    beside(Patient.objects.filter(pk=one.pk).delete, Patient.objects.filter(pk=other.pk).delete)
    assert not is_kept()
