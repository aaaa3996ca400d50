"""What patients are told about their visits: once, what really changed, in their language, and nothing clinical."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book
from scheduling.consents import give
from scheduling.delivery import deliver, due_messages
from scheduling.models import Appointment, Communication, Room
from tests.people import NOW, at

pytestmark = pytest.mark.django_db
Booking = Callable[..., Appointment]
GRACE = datetime.timedelta(minutes=3)


def deliver_all(now: datetime.datetime) -> list[str]:
    """Deliver what is due, as the worker does each minute; return what became of each."""
    return [deliver(message, now=now) for message in due_messages(now=now)]


@pytest.fixture
def told(patient: Patient, receptionist: User) -> Patient:
    """The patient, who wants e-mail."""
    give(patient, "email", source="desk", by=receptionist, now=NOW - datetime.timedelta(days=1))
    return patient


@pytest.fixture
def booking(told: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Booking:
    """Return a function that books a visit for the patient, on 24 November at ten unless told otherwise."""

    def make(day: str = "2026-11-24", time: str = "10:00", **more: Any) -> Appointment:
        values: dict[str, Any] = {"practitioner": practitioner, "minutes": 30, "type": "session", "now": NOW, **more}
        return book(told, start=at(day, time), by=receptionist, **values)

    return make


def test_a_booking_is_told_after_the_grace(booking: Booking) -> None:
    booking()
    assert deliver_all(NOW + GRACE - datetime.timedelta(seconds=1)) == []
    assert deliver_all(NOW + GRACE) == ["completed"]
    (letter,) = mail.outbox
    assert letter.to == ["an@mail.example"]
    assert letter.subject == "Uw afspraak bij Fysicure"
    assert "Deze afspraak ligt vast:\n- dinsdag 24 november 2026, 10.00 uur" in letter.body
    row = Communication.objects.get()
    assert (row.body, row.subject, row.address, row.language) == (letter.body, letter.subject, letter.to[0], "nl")
    assert (row.sent_at, row.attempts, row.error) == (NOW + GRACE, 1, "")
