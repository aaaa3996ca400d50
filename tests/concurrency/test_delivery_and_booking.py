"""A message is worked out while someone changes the visit that it is about: neither waits for the other for good."""

import datetime
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book, cancel
from scheduling.consents import give
from scheduling.delivery import deliver
from scheduling.models import Communication, Room
from scheduling.writing import locked_visit
from tests.people import NOW, at

pytestmark = pytest.mark.django_db(transaction=True)
T = NOW + datetime.timedelta(minutes=5)


def test_a_message_never_waits_for_a_visit(
    patient: Patient, practitioner: Practitioner, room: Room, receptionist: User
) -> None:
    give(patient, "email", source="desk", by=receptionist, now=NOW)
    visit = {"practitioner": practitioner, "minutes": 30, "type": "session", "by": receptionist, "now": NOW}
    booked = book(patient, start=at("2026-11-24"), **visit)
    message = Communication.objects.get()
    holds, may_go_on = Event(), Event()

    def hold_and_cancel() -> None:
        with transaction.atomic():
            locked_visit(booked)
            holds.set()
            may_go_on.wait(20)
            cancel(booked, by=receptionist, now=NOW)
        connection.close()

    desk = Thread(target=hold_and_cancel)
    desk.start()
    assert holds.wait(20)
    assert deliver(message.pk, now=T) == ""
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("preparation", 0)
    may_go_on.set()
    desk.join(20)
    assert deliver(message.pk, now=T) == ""
    message.refresh_from_db()
    assert (message.status, message.error) == ("stopped", "nothing-changed")
