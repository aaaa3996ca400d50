"""Each constraint of the calendar, shown refusing a row that passed every function by."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.models import Appointment, Leave, Room, WorkingHours
from tests.people import at, make_patient

START = at("2026-11-24")
HALF = datetime.timedelta(minutes=15)


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, room: Room, therapist: User) -> Callable[..., Appointment]:
    """Return a function that writes a visit straight into the table."""

    def write(**changes: Any) -> Appointment:
        values = {
            "patient": patient,
            "practitioner": practitioner,
            "room": room,
            "booked_by": therapist,
            "start": START,
            "end": START + 2 * HALF,
            **changes,
        }
        row: Appointment = Appointment.objects.create(**values)
        return row

    return write


def refused(name: str, write: Callable[..., Any], /, **values: Any) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write(**values)
    assert error.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


LATER = {"start": START + HALF, "end": START + 3 * HALF}


def test_overlap(visit: Callable[..., Appointment], other_practitioner: Practitioner) -> None:
    visit()
    other, second = make_patient("Ander"), Room.objects.create(name="Zaal 2")
    refused("scheduling_appointment_practitioner_free", visit, patient=other, room=second, **LATER)
    refused("scheduling_appointment_room_free", visit, patient=other, practitioner=other_practitioner, **LATER)
    refused("scheduling_appointment_patient_free", visit, practitioner=other_practitioner, room=second, **LATER)


def test_what_does_not_overlap(visit: Callable[..., Appointment]) -> None:
    visit(status="cancelled")
    visit(status="noshow")
    visit()
    visit(start=START + 2 * HALF, end=START + 3 * HALF)


def test_order_and_key(visit: Callable[..., Appointment]) -> None:
    refused("scheduling_appointment_end_after_start", visit, end=START)
    visit(idempotency_key="k")
    refused(
        "scheduling_appointment_idempotent", visit, idempotency_key="k", start=START + 2 * HALF, end=START + 3 * HALF
    )


def test_rooms_hours_and_leave(room: Room, practitioner: Practitioner) -> None:
    refused("scheduling_room_name_once", Room.objects.create, name=room.name)
    hours = {
        "practitioner": practitioner,
        "weekday": 1,
        "starts_at": datetime.time(8),
        "ends_at": datetime.time(9),
        "valid_from": datetime.date(2020, 1, 1),
    }
    write = WorkingHours.objects.create
    refused("scheduling_workinghours_once", write, **hours)
    refused("scheduling_workinghours_weekday_iso", write, **{**hours, "weekday": 8})
    late = {**hours, "starts_at": datetime.time(9)}
    refused("scheduling_workinghours_end_after_start", write, **late)
    refused("scheduling_leave_end_after_start", Leave.objects.create, starts_at=START, ends_at=START)
