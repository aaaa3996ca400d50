"""Thirty-two requests at once through the API and through the page: one books, the others get a clean 409."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Practitioner, User
from scheduling.models import Appointment, Room
from tests.people import make_patient
from tests.scheduling.test_pages import DAY, moment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
THREADS = 32
SignIn = Callable[[User], Client]


def at_once(send: Callable[[int], Any]) -> Counter[int]:
    """Send a request from every thread at the same moment; count the answers by status."""
    barrier = Barrier(THREADS)

    def run(number: int) -> int:
        try:
            barrier.wait(60)
            return int(send(number).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(run, range(THREADS)))


def overlapping_pairs() -> int:
    """Count pairs of visits of one therapist that share time."""
    rows = list(Appointment.objects.order_by("start"))
    return sum(one.end > other.start for one, other in zip(rows, rows[1:], strict=False))


@pytest.mark.parametrize("times", [("10:00",), ("10:00", "10:15")], ids=["same", "half-overlapping"])
def test_the_api_books_one_of_thirty_two(
    client_of: SignIn, receptionist: User, practitioner: Practitioner, room: Room, times: tuple[str, ...]
) -> None:
    Room.objects.create(name="Zaal 2")
    clients = [client_of(receptionist) for _number in range(THREADS)]
    patients = [make_patient(f"Naam{number}") for number in range(THREADS)]

    def send(number: int) -> Any:
        start = moment(times[number % len(times)])
        body = {"patient": str(patients[number].pk), "practitioner": str(practitioner.pk), "start": start.isoformat()}
        body |= {"minutes": 30, "type": "session"}
        headers = {"Idempotency-Key": f"key {number}"}
        return clients[number].post("/api/v1/appointments/", body, content_type="application/json", headers=headers)

    assert at_once(send) == {201: 1, 409: THREADS - 1}
    assert overlapping_pairs() == 0


def test_the_page_books_one_of_thirty_two(
    client_of: SignIn, receptionist: User, practitioner: Practitioner, room: Room
) -> None:
    clients = [client_of(receptionist) for _number in range(THREADS)]
    patients = [make_patient(f"Naam{number}") for number in range(THREADS)]

    def send(number: int) -> Any:
        given = {"patient": patients[number].pk, "moment": f"{practitioner.pk}|{moment('10:00').isoformat()}"}
        return clients[number].post(reverse("scheduling:book"), given | {"type": "session", "minutes": 30})

    assert at_once(send) == {302: 1, 409: THREADS - 1}
    assert Appointment.objects.filter(start__date=DAY).count() == 1
