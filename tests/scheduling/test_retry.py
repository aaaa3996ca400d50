"""A transaction that the database broke off begins again; nobody sees a deadlock."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book
from scheduling.exceptions import TooBusy
from scheduling.models import Room
from scheduling.writing import lock_days, retried
from tests.people import NOW, at, make_patient


class BrokenOff(Exception):
    """What the driver raises: only its code counts."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


def broken_off(sqlstate: str) -> OperationalError:
    error = OperationalError("broken off")
    error.__cause__ = BrokenOff(sqlstate)
    return error


@pytest.mark.django_db(transaction=True)
def test_two_connections_that_wait_for_each_other_both_get_there() -> None:
    first, second = make_patient("Een"), make_patient("Twee")
    both_hold_one = Barrier(2)
    tries = {"forth": 0, "back": 0}

    @retried
    @transaction.atomic
    def change(name: str, rows: list[Patient]) -> str:
        tries[name] += 1
        Patient.objects.select_for_update().get(pk=rows[0].pk)
        if tries[name] == 1:
            both_hold_one.wait(10)
        Patient.objects.select_for_update().get(pk=rows[1].pk)
        return name

    def run(name: str, rows: list[Patient]) -> str:
        try:
            return change(name, rows)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(run, "forth", [first, second]), pool.submit(run, "back", [second, first])]
        assert {job.result(30) for job in jobs} == {"forth", "back"}
    # One was broken off and began again; when it took its first row back before the other woke up, the other did too.
    assert max(tries.values()) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("sqlstate", "error", "tries"), [("40001", TooBusy, 3), ("08006", OperationalError, 1)])
def test_three_tries_and_only_for_what_may_pass(sqlstate: str, error: type[Exception], tries: int) -> None:
    seen = []

    @retried
    def never() -> None:
        seen.append(1)
        raise broken_off(sqlstate)

    with pytest.raises(error):
        never()
    assert len(seen) == tries


@pytest.mark.django_db(transaction=True)
def test_within_an_open_transaction_whoever_opened_it_begins_again() -> None:
    seen = []

    @retried
    def once() -> None:
        seen.append(1)
        raise broken_off("40P01")

    with pytest.raises(OperationalError), transaction.atomic():
        once()
    assert seen == [1]


@pytest.mark.owner  # to set when a deadlock is looked for
@pytest.mark.django_db(transaction=True)
def test_a_booking_in_a_deadlock_is_booked_all_the_same(
    patient: Patient, practitioner: Practitioner, therapist: User, room: Room
) -> None:
    """Somebody holds the therapist's row and waits for the day, which the booking holds while it waits for that row."""
    start, holds_row = at("2026-11-24"), Event()

    def other() -> str:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL deadlock_timeout = '30s'")  # so the booking is the one that is broken off
                Practitioner.objects.select_for_update().get(pk=practitioner.pk)
                holds_row.set()
                wait_until_somebody_holds_a_day()
                lock_days(start)
                return "got the day"
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(other)
        assert holds_row.wait(10)
        visit = book(patient, practitioner=practitioner, start=start, minutes=30, type="session", by=therapist, now=NOW)
        assert (visit.status, job.result(30)) == ("booked", "got the day")


def wait_until_somebody_holds_a_day() -> None:
    held = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = %s"
    with connection.cursor() as cursor:
        for _moment in range(500):
            cursor.execute(held, [at("2026-11-24").toordinal()])
            if cursor.fetchone():
                return
            time.sleep(0.02)
    raise AssertionError("nobody books")
