"""A process that books series is killed in the middle of its work: each series is whole, or was never there."""

import datetime
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import close_old_connections, connection
from django.db.models import Count, F

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.models import Appointment, AppointmentSeries, Room
from scheduling.series import PlannedVisit, SeriesRefused, book_series
from tests.concurrency.book_series import VISITS
from tests.people import NOW, at, make_patient

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 10
ROOT = Path(__file__).resolve().parent.parent.parent
WEEK = datetime.timedelta(weeks=1)


def address() -> str:
    """The address of this worker's own database."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


@contextmanager
def booking_process() -> Iterator[subprocess.Popen[str]]:
    """A process with a connection of its own to this worker's database."""
    program = [sys.executable, "-m", "tests.concurrency.book_series"]
    env = {**os.environ, "DATABASE_URL": address(), "DJANGO_SETTINGS_MODULE": "fysicure.settings"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, cwd=ROOT, env=env, **pipes) as process:  # type: ignore[call-overload]
        yield process
        process.stdin.close()


def kill_while_booking(process: subprocess.Popen[str], *ids: object) -> None:
    """Let a child book for a patient, and kill it -9 a random moment after its first series."""
    assert process.stdin and process.stdout
    process.stdin.write(" ".join(str(each) for each in ids) + "\n")
    process.stdin.flush()
    child = int(process.stdout.readline())
    time.sleep(random.uniform(0, 0.3))  # noqa: S311 any moment will do
    os.kill(child, signal.SIGKILL)
    assert process.stdout.readline() == "dead\n"


def wait_until_nobody_writes() -> None:
    """Wait until the server has noticed that the killed process is gone, and undone what it had not kept."""
    for _attempt in range(100):
        with connection.cursor() as cursor:
            others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start < now()"
            cursor.execute(f"{others} AND pid <> pg_backend_pid()")
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)
    raise AssertionError("the transaction of the killed process is still open")


def test_each_series_is_whole_or_was_never_there(practitioner: Practitioner, receptionist: User, room: Room) -> None:
    with booking_process() as process:
        for number in range(KILLS):
            runner = make_patient(f"Naam{number}", phone=f"+324701{number:05}")
            first = datetime.date(2026, 11, 24) + number * datetime.timedelta(days=70)
            kill_while_booking(process, runner.pk, practitioner.pk, receptionist.pk, first)
    wait_until_nobody_writes()
    counted = AppointmentSeries.objects.annotate(visits=Count("appointments"))
    assert counted.count() >= KILLS, "too little was booked: the test shows nothing"
    assert not counted.exclude(visits=F("count")).exists()
    assert set(counted.values_list("visits", flat=True)) == {VISITS}
    assert not Appointment.objects.filter(series__isnull=True).exists()


def series_at_once(jobs: list[Callable[[], AppointmentSeries]]) -> list[str]:
    """Book series at the same moment; what came of each: "booked", or what it clashed with."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], AppointmentSeries]) -> str:
        close_old_connections()
        try:
            barrier.wait(30)
            job()
        except SeriesRefused as refused:
            return refused.clash
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(len(jobs)) as pool:
        return sorted(pool.map(run, jobs))


def test_series_over_the_same_days_in_any_order_wait_and_never_deadlock(
    practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    starts = [at("2026-11-24") + number * WEEK for number in range(6)]
    visits = [PlannedVisit(practitioner, start, 30, "session") for start in starts]
    patients = [make_patient(f"Naam{number}", phone=f"+324701{number:05}") for number in range(8)]

    def job(number: int) -> Callable[[], AppointmentSeries]:
        mine = visits if number % 2 else visits[::-1]
        return lambda: book_series(patients[number], mine, by=receptionist, now=NOW)

    assert series_at_once([job(number) for number in range(8)]) == ["booked", *["therapist"] * 7]
    assert Appointment.objects.count() == 6


def test_a_double_click_books_one_series(
    patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    visits = [PlannedVisit(practitioner, at("2026-11-24") + number * WEEK, 30, "session") for number in range(6)]

    def job() -> AppointmentSeries:
        return book_series(patient, visits, by=receptionist, now=NOW, idempotency_key="one")

    assert series_at_once([job] * 4) == ["booked"] * 4
    assert (AppointmentSeries.objects.count(), Appointment.objects.count()) == (1, 6)
