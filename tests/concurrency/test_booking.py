"""Thirty-two people who book at once: one gets the time, the others a sentence."""

import datetime
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import close_old_connections, connection

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book, move
from scheduling.exceptions import BookingRefused
from scheduling.models import Appointment, Room
from tests.people import NOW, at, make_patient, make_practitioner

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 32
START = at("2026-11-24")


def at_once(job: Callable[[int], Any]) -> Counter[str]:
    """Run a job in every thread at the same moment; count what came of it: "booked", or what it clashed with."""
    barrier = Barrier(THREADS)

    def run(number: int) -> str:
        close_old_connections()
        try:
            barrier.wait(30)
            job(number)
        except BookingRefused as refusal:
            return f"{type(refusal).__name__}:{refusal.clash}"
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(run, range(THREADS)))


def people() -> list[Patient]:
    return [make_patient(f"Naam{number}", phone=f"+324701{number:05}") for number in range(THREADS)]


def booking(
    patient: Patient, practitioner: Practitioner, by: User, start: datetime.datetime = START, **more: Any
) -> Any:
    values: dict[str, Any] = {"minutes": 30, "type": "session", "now": NOW, **more}
    return book(patient, practitioner=practitioner, start=start, by=by, **values)


def test_the_same_moment_is_given_once(practitioner: Practitioner, therapist: User, room: Room) -> None:
    Room.objects.create(name="Zaal 2")
    patients = people()
    found = at_once(lambda number: booking(patients[number], practitioner, therapist))
    assert found == {"booked": 1, "SlotTaken:therapist": 31}
    assert Appointment.objects.count() == 1


def test_half_overlapping_moments_are_given_once(practitioner: Practitioner, therapist: User, room: Room) -> None:
    patients = people()
    half = datetime.timedelta(minutes=15)
    found = at_once(lambda number: booking(patients[number], practitioner, therapist, START + half * (number % 2)))
    assert found == {"booked": 1, "SlotTaken:therapist": 31}


def test_one_room_and_many_therapists(therapist: User, room: Room) -> None:
    patients = people()
    team = [make_practitioner(f"t{number}@practice.example", f"T {number}") for number in range(THREADS)]
    found = at_once(lambda number: booking(patients[number], team[number], therapist))
    assert found == {"booked": 1, "NoRoomFree:room": 31}


def test_one_patient_and_many_therapists(patient: Patient, therapist: User) -> None:
    team = [make_practitioner(f"t{number}@practice.example", f"T {number}") for number in range(THREADS)]
    Room.objects.bulk_create(Room(name=f"Zaal {number}") for number in range(THREADS))
    found = at_once(lambda number: booking(patient, team[number], therapist))
    assert found == {"booked": 1, "SlotTaken:patient": 31}


def test_the_same_request_sent_often_is_one_visit(
    practitioner: Practitioner, patient: Patient, therapist: User, room: Room
) -> None:
    found = at_once(lambda _number: booking(patient, practitioner, therapist, idempotency_key="same"))
    assert found == {"booked": THREADS}
    assert Appointment.objects.count() == 1


def test_visits_moved_to_the_same_moment(practitioner: Practitioner, therapist: User, room: Room) -> None:
    days = [
        START + datetime.timedelta(days=7 * (1 + number // 4), minutes=30 * (number % 4) - 120)
        for number in range(THREADS)
    ]
    free = {"override_reason": "test"}
    visits = [booking(each, practitioner, therapist, day, **free) for each, day in zip(people(), days, strict=True)]
    found = at_once(lambda number: move(visits[number], start=START, by=therapist, now=NOW))
    assert found == {"booked": 1, "SlotTaken:therapist": 31}
