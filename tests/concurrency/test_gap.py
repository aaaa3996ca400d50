"""Thirty-two people at the desk fill one gap, or give one patient a place, at once: one wins, the others are told."""

import datetime
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import close_old_connections, connection

from accounts.exceptions import DomainError
from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book, cancel
from scheduling.models import Appointment, Room, WaitingListEntry
from scheduling.waiting_list import book_entry, close_with, join, withdraw
from tests.people import NOW, TODAY, at, make_patient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
THREADS = 32
START = at("2026-11-24", "14:00")


def at_once(job: Callable[[int], Any]) -> Counter[str]:
    """Run a job in every thread at the same moment; count what came of it: "done", or the name of the refusal."""
    barrier = Barrier(THREADS)

    def run(number: int) -> str:
        close_old_connections()
        try:
            barrier.wait(30)
            job(number)
        except DomainError as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(run, range(THREADS)))


def waits(patient: Patient, by: User) -> WaitingListEntry:
    return join(patient, type="session", minutes=30, earliest=TODAY, by=by, now=NOW)


@pytest.fixture
def gap(patient: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Appointment:
    Room.objects.create(name="Zaal 2")
    visit = book(patient, practitioner=practitioner, start=START, minutes=30, type="session", by=receptionist, now=NOW)
    return cancel(visit, by=receptionist, now=NOW)


def test_one_of_thirty_two_patients_gets_the_gap(
    gap: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    entries = [waits(make_patient(f"Nr{number}"), receptionist) for number in range(THREADS)]
    asked: dict[str, Any] = {"practitioner": practitioner, "start": START, "by": receptionist, "now": NOW, "fills": gap}
    assert at_once(lambda number: book_entry(entries[number], **asked)) == {"done": 1, "SlotTaken": THREADS - 1}
    visit = gap.filled_by.get()
    assert WaitingListEntry.objects.get(status="booked").appointment == visit
    assert WaitingListEntry.objects.waiting().count() == THREADS - 1


def test_one_patient_gets_one_place_however_many_give_one(
    gap: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    entry = waits(make_patient("Wacht"), receptionist)
    half = datetime.timedelta(minutes=30)
    day = datetime.timedelta(days=1)

    def give(number: int) -> Any:
        start = START + (number % 8) * half - 2 * half + (number // 8) * day
        return book_entry(entry, practitioner=practitioner, start=start, by=receptionist, now=NOW)

    assert at_once(give) == {"done": 1, "AlreadyPlaced": THREADS - 1}
    assert Appointment.objects.exclude(status="cancelled").count() == 1


def test_the_same_click_sent_often_is_one_visit(
    gap: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    entry = waits(make_patient("Wacht"), receptionist)
    asked: dict[str, Any] = {"practitioner": practitioner, "start": START, "by": receptionist, "now": NOW}
    found = at_once(lambda _number: book_entry(entry, **asked, fills=gap, idempotency_key="same"))
    assert found == {"done": THREADS}
    assert gap.filled_by.count() == 1


def test_agreeing_elsewhere_giving_a_place_and_taking_off_never_wait_for_each_other(
    gap: Appointment, practitioner: Practitioner, receptionist: User
) -> None:
    """Booked for the entry in three ways at once, on one day: no deadlock, and at most one visit hangs on it."""
    entry = waits(make_patient("Wacht"), receptionist)
    own = book(
        entry.patient, practitioner=practitioner, start=START + datetime.timedelta(days=2), minutes=30, type="session",
        by=receptionist, now=NOW,
    )  # fmt: skip
    asked: dict[str, Any] = {"practitioner": practitioner, "start": START, "by": receptionist, "now": NOW}
    ways = [
        lambda: book_entry(entry, **asked),
        lambda: close_with(entry, own, now=NOW),
        lambda: withdraw(entry, by=receptionist, now=NOW),
    ]
    found = at_once(lambda number: ways[number % 3]())
    assert set(found) <= {"done", "AlreadyPlaced", "NotWaiting"}
    entry.refresh_from_db()
    assert entry.status in {"booked", "withdrawn"}
    assert (entry.appointment is None) == (entry.status == "withdrawn")


def test_joining_twice_at_once_is_one_entry(receptionist: User, patient: Patient) -> None:
    assert at_once(lambda _number: waits(patient, receptionist)) == {"done": 1, "AlreadyWaiting": THREADS - 1}
    assert WaitingListEntry.objects.count() == 1
