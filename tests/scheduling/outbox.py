"""The outbox in tests: a patient who wants mail, and a worker that delivers what is due."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book
from scheduling.consents import give
from scheduling.delivery import deliver, due_messages
from scheduling.models import Appointment, Room
from tests.people import NOW, at

GRACE = datetime.timedelta(minutes=3)
DAY = datetime.timedelta(days=1)
Booking = Callable[..., Appointment]


def deliver_all(now: datetime.datetime) -> list[str]:
    """Deliver what is due, as the worker does each minute; return what became of each message."""
    return [deliver(message, now=now) for message in due_messages(now=now)]


@pytest.fixture
def told(patient: Patient, receptionist: User) -> Patient:
    """The patient, who wants e-mail since yesterday."""
    give(patient, "email", source="desk", by=receptionist, now=NOW - DAY)
    return patient


@pytest.fixture
def booking(told: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Booking:
    """Return a function that books a visit for the patient: on 24 November at ten, unless told otherwise."""

    def make(day: str = "2026-11-24", time: str = "10:00", **more: Any) -> Appointment:
        values: dict[str, Any] = {"practitioner": practitioner, "minutes": 30, "type": "session", "now": NOW, **more}
        return book(told, start=at(day, time), by=receptionist, **values)

    return make
