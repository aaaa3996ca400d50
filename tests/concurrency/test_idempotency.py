"""One create that is sent many times at once with one key makes one row; each sender gets the same answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import IdempotencyKey, User
from patients.models import Patient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
THREADS = 12
AN = {"family_name": "Peeters", "given_name": "An", "birth_date": "1997-03-14"}


def at_once(send: Callable[[int], Any]) -> list[Any]:
    """Send a request from every thread at the same moment; return the answers."""
    barrier = Barrier(THREADS)

    def run(number: int) -> Any:
        try:
            barrier.wait(60)
            return send(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_one_waits_for_the_other_and_gives_its_answer(client_of: Callable[[User], Client], receptionist: User) -> None:
    clients = [client_of(receptionist) for _number in range(THREADS)]

    def send(number: int) -> Any:
        headers = {"Idempotency-Key": "een"}
        return clients[number].post("/api/v1/patients/", AN, content_type="application/json", headers=headers)

    answers = at_once(send)
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["id"] for each in answers}) == 1
    assert sum("Idempotency-Replayed" in each for each in answers) == THREADS - 1
    assert Patient.objects.count() == IdempotencyKey.objects.count() == 1


def test_two_contents_with_one_key_make_one_row(client_of: Callable[[User], Client], receptionist: User) -> None:
    clients = [client_of(receptionist) for _number in range(THREADS)]

    def send(number: int) -> Any:
        body, headers = {**AN, "city": f"Mol {number}"}, {"Idempotency-Key": "een"}
        return clients[number].post("/api/v1/patients/", body, content_type="application/json", headers=headers)

    assert sorted(each.status_code for each in at_once(send)) == [201] + [422] * (THREADS - 1)
    assert Patient.objects.count() == 1
