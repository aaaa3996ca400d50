"""Two people who agree at once: one gets the moment, the other a sentence, and nobody hangs."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import close_old_connections, connection

from accounts.exceptions import DomainError
from accounts.models import Practitioner, User
from pathways.follow_ups import book_follow_up
from pathways.models import CarePlan, FollowUp
from patients.models import Patient
from scheduling.booking import book
from scheduling.models import Appointment, Proposal, Room
from scheduling.proposals import accept, ask_to_move, offer
from tests.people import NOW, TODAY, at, make_patient, make_user
from tests.running_plan import plan, version

__all__ = ["plan", "version"]
pytestmark = pytest.mark.django_db(transaction=True)
START = at("2026-12-01", "14:00")


def at_once(*jobs: Callable[[], Any]) -> Counter[str]:
    """Run each job in a thread of its own at the same moment; count what came of them."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> str:
        close_old_connections()
        try:
            barrier.wait(30)
            job()
        except DomainError as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "agreed"

    with ThreadPoolExecutor(len(jobs)) as pool:
        return Counter(pool.map(run, jobs))


def offered(patient: Patient, practitioner: Practitioner, by: User) -> Proposal:
    return offer(patient, practitioner=practitioner, start=START, minutes=30, type="session", by=by, now=NOW)


@pytest.fixture
def runners() -> list[Patient]:
    made = []
    for number in range(8):
        user = make_user(f"runner{number}@mail.example", f"Loper {number}", "patient")
        made.append(make_patient(f"Loper{number}", phone=f"+324701{number:05}", user=user))
    return made


def test_of_two_offers_of_one_moment_the_first_agreed_wins(
    runners: list[Patient], practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    Room.objects.create(name="Zaal 2")
    rows = [offered(each, practitioner, receptionist) for each in runners]
    found = at_once(*[lambda row=row: accept(row, by=row.patient.user, now=NOW) for row in rows])
    assert found == {"agreed": 1, "SlotTaken": len(rows) - 1}
    assert Counter(Proposal.objects.values_list("status", flat=True)) == {"accepted": 1, "needs-action": len(rows) - 1}
    assert Appointment.objects.count() == 1


def test_one_offer_agreed_by_patient_and_desk_at_once_is_one_visit(
    patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    row = offered(patient, practitioner, receptionist)
    people = [patient.user, receptionist] * 4
    assert at_once(*[lambda by=by: accept(row, by=by, now=NOW) for by in people]) == {"agreed": 8}
    assert Appointment.objects.count() == 1


def test_a_move_and_an_offer_for_the_same_moment(
    patient: Patient, runners: list[Patient], practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    visit = book(
        patient, practitioner=practitioner, start=at("2026-11-26"), minutes=30, type="session", by=receptionist, now=NOW
    )
    question = ask_to_move(visit, practitioner=practitioner, start=START, by=patient.user, now=NOW)
    given = offered(runners[0], practitioner, receptionist)
    found = at_once(
        lambda: accept(question, by=receptionist, now=NOW), lambda: accept(given, by=runners[0].user, now=NOW)
    )
    assert found == {"agreed": 1, "SlotTaken": 1}
    assert Appointment.objects.occupying().filter(start=START).count() == 1


def test_the_desk_books_a_follow_up_while_the_patient_agrees_to_its_offer(
    plan: CarePlan, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    for week in range(5):
        start = at(f"2026-12-0{week + 1 if week < 4 else 7}", "09:00")
        given = offer(
            patient, practitioner=practitioner, start=start, minutes=30, type="session", by=receptionist, now=NOW
        )
        follow_up = FollowUp.objects.create(
            plan=plan, week=20 + week, window_start=TODAY, window_end=TODAY, practitioner=practitioner, proposal=given
        )
        found = at_once(
            lambda given=given: accept(given, by=patient.user, now=NOW),
            lambda follow_up=follow_up, start=start: book_follow_up(
                follow_up, practitioner=practitioner, start=start, by=receptionist, now=NOW
            ),
        )
        assert found["agreed"] == 1
        assert set(found) <= {"agreed", "AlreadyBooked"}
    assert Appointment.objects.count() == 5
