"""Sixteen people and one obligation: it opens again by itself, is booked once, and never has two visits."""

import datetime
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.exceptions import DomainError
from accounts.models import Practitioner, User
from pathways.follow_ups import AlreadyBooked, book_follow_up
from pathways.models import CarePlan, FollowUp
from scheduling.booking import cancel, reopen
from scheduling.models import Appointment, Room
from scheduling.undo import last_change, undo_last
from tests.pathways.test_follow_ups import make_follow_up, moment

pytest_plugins = ["tests.running_plan"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
THREADS = 16
QUARTER = datetime.timedelta(minutes=15)


@pytest.fixture
def follow_up(plan: CarePlan, room: Room) -> FollowUp:
    """A visit that the patient's plan calls for on one day."""
    return make_follow_up(plan)


@pytest.fixture
def book_it(follow_up: FollowUp, practitioner: Practitioner, receptionist: User) -> Callable[..., Appointment]:
    """Return a function that books the follow-up at so many quarters of an hour after nine."""

    def book(number: int = 0) -> Appointment:
        start = moment("09:00") + QUARTER * number
        values = {"practitioner": practitioner, "by": receptionist, "now": timezone.now(), "override_reason": "x"}
        return book_follow_up(follow_up, start=start, **values)

    return book


def at_once(job: Callable[[int], Any]) -> Counter[str]:
    """Run a job in every thread at the same moment; count what came of it."""
    barrier = Barrier(THREADS)

    def run(number: int) -> str:
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


def occupying() -> list[Appointment]:
    return list(Appointment.objects.occupying())


def test_an_obligation_is_booked_once_and_opens_again_by_itself(
    follow_up: FollowUp, book_it: Callable[..., Appointment], receptionist: User
) -> None:
    for _turn in range(3):
        assert at_once(book_it) == {"done": 1, "AlreadyBooked": THREADS - 1}
        (visit,) = occupying()
        follow_up.refresh_from_db()
        assert follow_up.appointment == visit
        cancelled = at_once(lambda _number, visit=visit: cancel(visit, by=receptionist, now=timezone.now()))
        assert cancelled == {"done": 1, "StatusRefused": THREADS - 1}
        assert FollowUp.objects.open().get() == follow_up


def test_cancelling_and_rebooking_at_the_same_time_leave_one_visit_or_an_open_obligation(
    follow_up: FollowUp, book_it: Callable[..., Appointment], receptionist: User
) -> None:
    def cancel_or_book(number: int) -> None:
        if number % 2:
            book_it(number)
        for visit in occupying():
            cancel(visit, by=receptionist, now=timezone.now())

    for _turn in range(5):
        at_once(cancel_or_book)
        found = occupying()
        follow_up.refresh_from_db()
        assert len(found) <= 1
        assert FollowUp.objects.open().exists() == (not found)
        assert not found or follow_up.appointment == found[0]


def test_a_cancelled_visit_does_not_return_beside_the_one_that_was_booked_since(
    follow_up: FollowUp, book_it: Callable[..., Appointment], receptionist: User
) -> None:
    first = book_it()
    cancel(first, by=receptionist, now=timezone.now())
    second = book_it(4)
    with pytest.raises(AlreadyBooked):
        reopen(first, by=receptionist, now=timezone.now())
    with pytest.raises(AlreadyBooked):
        undo_last(first, event=last_change(first), by=receptionist, now=timezone.now())
    cancel(second, by=receptionist, now=timezone.now())
    reopen(first, by=receptionist, now=timezone.now())
    follow_up.refresh_from_db()
    assert follow_up.appointment_id == first.pk
    assert not FollowUp.objects.open().exists()
    with pytest.raises(AlreadyBooked):
        reopen(second, by=receptionist, now=timezone.now())


def test_a_return_and_a_new_booking_at_once_give_one_visit(
    follow_up: FollowUp, book_it: Callable[..., Appointment], receptionist: User
) -> None:
    first = book_it()
    cancel(first, by=receptionist, now=timezone.now())

    def return_or_book(number: int) -> None:
        if number % 2:
            book_it(2 * number)
        else:
            reopen(first, by=receptionist, now=timezone.now())

    assert at_once(return_or_book)["done"] == 1
    follow_up.refresh_from_db()
    assert occupying() == [follow_up.appointment]
