"""Somebody changes a visit while another looks at how it was before: nobody's change gets lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book, cancel, move
from scheduling.models import Appointment, Room
from tests.concurrency.waiting import is_waited_for
from tests.people import NOW, at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
START = at("2026-11-24")


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, receptionist: User, room: Room) -> Appointment:
    values = {"practitioner": practitioner, "start": START, "minutes": 30, "type": "session"}
    return book(patient, by=receptionist, now=NOW, **values)


def test_who_waited_for_a_move_meets_the_visit_as_it_is_now(
    visit: Appointment, other_practitioner: Practitioner, receptionist: User
) -> None:
    """A query that locks and joins at once lost a visit that got another therapist while it waited."""

    def call_off() -> Appointment:
        try:
            return cancel(visit, by=receptionist, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            move(visit, practitioner=other_practitioner, by=receptionist, now=NOW)
            cancelled = pool.submit(call_off)
            while not is_waited_for():
                assert not cancelled.done()
        found = cancelled.result(30)
    assert (found.status, found.practitioner) == ("cancelled", other_practitioner)


def test_what_a_move_does_not_give_stays_as_it_is_now(
    visit: Appointment, other_practitioner: Practitioner, receptionist: User
) -> None:
    later = START + timedelta(days=1)
    move(Appointment.objects.get(pk=visit.pk), start=later, minutes=45, by=receptionist, now=NOW)
    found = move(visit, practitioner=other_practitioner, by=receptionist, now=NOW)
    assert (found.start, found.minutes) == (later, 45)
