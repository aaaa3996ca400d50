"""Fill an empty database: staff, patients with their lives, visits and the log of who looked."""

import datetime
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from benchmarks.practice.indexes import put_away
from benchmarks.practice.lives import own_words, past_life, running_life
from benchmarks.practice.rows import TablePattern, earlier, id_of, renamed, write
from benchmarks.practice.staff import Staff, hire
from benchmarks.practice.visits import write_visits
from patients.models import Patient
from scheduling.free_time import BRUSSELS
from scheduling.models import Appointment
from tests.pathways.stories import published

RUNNERS, READINGS_A_PATIENT, TURNS = 2_000, 2, 120
_APPOINTMENTS = Appointment._meta.db_table
_LOG = ("accounts_accesslog", "at, user_id, role, patient_id, part, reason, request_id")
# What the triggers that slept would have written of the names (patients/models/name_word.py).
_WORDS = (
    "INSERT INTO patients_nameword SELECT DISTINCT word FROM patients_patient, "
    "unnest(fysicure_name_words(family_name, given_name)) word WHERE word <> '' ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True)
class Size:
    """How big a practice is: patients, and years of visits at 800 a working day."""

    patients: int
    years: float

    @property
    def runners(self) -> int:
        """How many have a running plan; the first therapist treats them all."""
        return min(RUNNERS, self.patients // 2)


@dataclass(frozen=True)
class Written:
    """What was written, and in what time (seconds): rows through COPY alone, and with all indexes and checks."""

    rows: int
    copied: float
    whole: float

    @property
    def rows_a_second(self) -> float:
        """Rows through COPY a second, indexes and constraints apart."""
        return self.rows / self.copied

    def __str__(self) -> str:
        return (
            f"{self.rows:,} rows in {self.whole:.0f} s; through COPY alone {self.rows_a_second:,.0f} a second, "
            f"with every index and constraint {self.rows / self.whole:,.0f}"
        )


def fill(size: Size) -> Written:
    """Fill the current database, in which pathways are loaded or not. Two connections write side by side."""
    today = datetime.datetime.now(BRUSSELS).date()
    now = datetime.datetime.combine(today, datetime.time(10), BRUSSELS)
    began = time.perf_counter()
    published()
    people = hire()
    practitioner = people.therapists[0]
    running, past = running_life(practitioner, now=now), past_life(practitioner, now=now)
    with ThreadPoolExecutor(1) as pool:
        records = pool.submit(_apart, lambda: _records(size, people, running, past))
        visits = _visits(people, today, size)
        lives = records.result()
    _tie_up(people)
    return Written(visits[0] + lives[0], max(visits[1], lives[1]), time.perf_counter() - began)


def _apart[Value](work: Callable[[], Value]) -> Value:
    """Run on a connection of this thread's own, and give it back."""
    try:
        return work()
    finally:
        connection.close()


@contextmanager
def _asleep() -> Iterator[None]:
    """Let triggers and foreign keys of this connection sleep."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")


def _visits(people: Staff, today: datetime.date, size: Size) -> tuple[int, float]:
    with put_away([_APPOINTMENTS]):
        began = time.perf_counter()
        with _asleep():
            written = write_visits(people, today, years=size.years, patients=size.patients, runners=size.runners)
        took = time.perf_counter() - began
    return written, took


def _records(size: Size, people: Staff, running: list[TablePattern], past: list[TablePattern]) -> tuple[int, float]:
    tables = sorted({each.table for each in (*running, *past)} | {_LOG[0]})
    lives = _spread(past, people, turns=min(TURNS, int(size.years * 12) or 1))
    with put_away(tables):
        began = time.perf_counter()
        with _asleep():
            written = write([running], range(1, size.runners + 1), own_words)
            written += write(lives, range(size.runners + 1, size.patients + 1), own_words)
            written += _readings(size)
        took = time.perf_counter() - began
    return written, took


def _spread(past: list[TablePattern], people: Staff, *, turns: int) -> list[list[TablePattern]]:
    """Return one life over and over: so many months of ending, and each therapist in turn, who wrote its notes too."""
    first, lives = people.therapists[0], []
    for number in range(max(turns, len(people.therapists))):
        treating = people.therapists[number % len(people.therapists)]
        named = {str(first.pk): str(treating.pk), str(first.user_id): str(treating.user_id)}
        lives.append([renamed(earlier(each, 30 * (number % turns + 3)), named) for each in past])
    return lives


def _readings(size: Size) -> int:
    """Copy the log of who looked: two readings of each patient's chart, over the last year."""
    many = READINGS_A_PATIENT * size.patients
    query = (
        f"INSERT INTO {_LOG[0]} ({_LOG[1]}) SELECT now() - number * interval '1 year' / %s, reader.id, 'therapist', "  # noqa: S608
        "(lpad(to_hex(1 + number %% %s), 8, '0') || '-0000-4000-8000-000000000000')::uuid, 'record', '', '' "
        "FROM generate_series(%s, 1, -1) number JOIN LATERAL (SELECT id FROM accounts_user WHERE email = "
        "'therapist' || lpad((number %% 8)::text, 2, '0') || '@bench.example') reader ON true"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [many, size.patients, many])
    return many


def _tie_up(people: Staff) -> None:
    """Give the first runners an account each, set the counters of ids, and gather statistics."""
    for number, user in enumerate(people.patients, start=1):
        Patient.objects.filter(pk=id_of(number)).update(user=user)
    with connection.cursor() as cursor:
        for table in ("pathways_phase", "pathways_exerciseprescription", "pathways_educationitem"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
        cursor.execute(_WORDS)
        cursor.execute("VACUUM ANALYZE")
