"""Constraints of series, waiting list, proposals, messages and feeds, each shown refusing a row."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.models import (
    Appointment,
    AppointmentSeries,
    BookingPolicy,
    CalendarFeed,
    Communication,
    CommunicationLine,
    ContactConsent,
    Equipment,
    ExtraHours,
    HealthcareService,
    Proposal,
    Room,
    WaitingListEntry,
)
from tests.people import NOW, TODAY, at, make_patient

START = at("2026-11-24")
HALF = datetime.timedelta(minutes=15)
Write = Callable[..., Any]


def refused(name: str, write: Write, /, **values: Any) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write(**values)
    assert error.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, therapist: User) -> Write:
    """Return a function that writes a visit straight into the table."""

    def write(**changes: Any) -> Appointment:
        values = {"patient": patient, "practitioner": practitioner, "booked_by": therapist, "start": START}
        row: Appointment = Appointment.objects.create(**{**values, "end": START + 2 * HALF, **changes})
        return row

    return write


def test_equipment_is_used_once_at_a_time(visit: Write, other_practitioner: Practitioner) -> None:
    treadmill = Equipment.objects.create(name="Loopband", kind="treadmill")
    visit(equipment=treadmill)
    other = {"patient": make_patient("Ander"), "practitioner": other_practitioner, "equipment": treadmill}
    refused("scheduling_appointment_equipment_free", visit, **other)
    visit(**other, start=START + 2 * HALF, end=START + 3 * HALF)


def test_length_and_cancellation_of_a_visit(visit: Write) -> None:
    refused("scheduling_appointment_at_most_four_hours", visit, end=START + datetime.timedelta(minutes=241))
    visit(end=START + datetime.timedelta(minutes=240))
    refused("scheduling_appointment_cancelled_at_of_cancelled", visit, cancelled_at=NOW, status="noshow")
    visit(cancelled_at=NOW, status="cancelled")


def test_needs_equipment_and_extra_hours(practitioner: Practitioner, room: Room) -> None:
    Equipment.objects.create(name="Loopband", kind="treadmill", room=room)
    refused("scheduling_equipment_name_once", Equipment.objects.create, name="Loopband", kind="other")
    service = HealthcareService.objects.create
    service(type="session")
    refused("scheduling_healthcareservice_type_once", service, type="session")
    refused("scheduling_healthcareservice_minutes_range", service, type="intake", minutes=4)
    refused("scheduling_healthcareservice_minutes_range", service, type="intake", longest_minutes=241)
    refused("scheduling_healthcareservice_buffer_range", service, type="intake", buffer_after=61)
    extra = {"practitioner": practitioner, "starts_at": START, "ends_at": START}
    refused("scheduling_extrahours_end_after_start", ExtraHours.objects.create, **extra)


def test_the_practice_has_one_plausible_set_of_rules(db: None) -> None:
    refused("scheduling_bookingpolicy_one_row", BookingPolicy.objects.create, id=2)
    refused("scheduling_bookingpolicy_plausible", BookingPolicy.objects.create, reminder_hours=0)
    BookingPolicy.objects.create()


def test_series(patient: Patient, therapist: User) -> None:
    write = AppointmentSeries.objects.create
    refused("scheduling_series_count_range", write, patient=patient, booked_by=therapist, count=61)
    write(patient=patient, booked_by=therapist, count=12, idempotency_key="k")
    again = {"patient": patient, "booked_by": therapist, "count": 2, "idempotency_key": "k"}
    refused("scheduling_series_idempotent", write, **again)


def test_waiting_list(patient: Patient, therapist: User, visit: Write) -> None:
    entry = {"patient": patient, "created_by": therapist, "earliest": TODAY}
    write = WaitingListEntry.objects.create
    refused("scheduling_waitinglistentry_minutes_range", write, **entry, minutes=4)
    yesterday = TODAY - datetime.timedelta(days=1)
    refused("scheduling_waitinglistentry_window_ordered", write, **entry, latest=yesterday)
    refused("scheduling_waitinglistentry_booked_has_visit", write, **entry, status="booked")
    refused("scheduling_waitinglistentry_booked_has_visit", write, **entry, appointment=visit())


def test_proposals(patient: Patient, practitioner: Practitioner, therapist: User, visit: Write) -> None:
    booked = visit()
    asked = {"patient": patient, "practitioner": practitioner, "made_by": therapist, "origin": "patient"}
    asked |= {"start": START + 4 * HALF, "end": START + 6 * HALF, "appointment": booked}
    write = Proposal.objects.create
    refused("scheduling_proposal_end_after_start", write, **{**asked, "end": START})
    refused("scheduling_proposal_accepted_has_visit", write, **asked, status="accepted")
    refused("scheduling_proposal_accepted_has_visit", write, **asked, booked=booked)
    write(**asked, status="declined")
    write(**asked)
    refused("scheduling_proposal_one_open_per_visit", write, **asked)


def test_messages(patient: Patient, practitioner: Practitioner, visit: Write) -> None:
    message = {"patient": patient, "kind": "change", "channel": "email", "due_at": NOW}
    write = Communication.objects.create
    first = write(**message, key="one")
    refused("scheduling_communication_one_change_waits", write, **message, key="two")
    reminder = {**message, "kind": "reminder"}
    refused("scheduling_communication_key_once", write, **reminder, key="one")
    refused("scheduling_communication_sent_has_moment", write, **reminder, key="three", status="completed")
    refused("scheduling_communication_sent_has_moment", write, **reminder, key="four", sent_at=NOW)
    line = {"communication": first, "appointment": visit(), "start": START, "practitioner": practitioner}
    CommunicationLine.objects.create(**line, kind="booked")
    refused("scheduling_communicationline_visit_once", CommunicationLine.objects.create, **line, kind="moved")


def test_one_answer_about_each_channel(patient: Patient) -> None:
    answer = {"patient": patient, "channel": "sms", "source": "desk"}
    ContactConsent.objects.create(**answer, is_given=True)
    refused("scheduling_contactconsent_channel_once", ContactConsent.objects.create, **answer, is_given=False)


def test_calendar_feeds(patient: Patient, practitioner: Practitioner, therapist: User) -> None:
    def write(digest: str, **owner: Any) -> CalendarFeed:
        row: CalendarFeed = CalendarFeed.objects.create(digest=digest, created_by=therapist, **owner)
        return row

    refused("scheduling_calendarfeed_of_one", write, digest="a")
    refused("scheduling_calendarfeed_of_one", write, digest="a", patient=patient, practitioner=practitioner)
    write("a", patient=patient)
    write("b", practitioner=practitioner)
    refused("scheduling_calendarfeed_digest_once", write, digest="a", patient=make_patient("Ander"))
    refused("scheduling_calendarfeed_one_per_patient", write, digest="c", patient=patient)
    refused("scheduling_calendarfeed_one_per_practitioner", write, digest="c", practitioner=practitioner)
    write("d", patient=patient, revoked_at=NOW)
