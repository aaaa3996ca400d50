"""The floor below every view: the rows of each minimal view by plain prepared SQL, one connection, no web server."""

import datetime
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

import psycopg

_PERSON = "SELECT id, family_name, given_name, birth_date, phone, street FROM patients_patient WHERE id = %s"
_SEARCH = (
    "SELECT id, family_name, given_name, birth_date, phone FROM patients_patient "
    "WHERE name_folded >= %s AND name_folded < %s ORDER BY name_folded LIMIT 20"
)
_DAY = (
    'SELECT visit.id, visit.start, visit."end", visit.status, patient.id, patient.family_name, patient.given_name '
    "FROM scheduling_appointment visit JOIN patients_patient patient ON patient.id = visit.patient_id "
    "WHERE visit.practitioner_id = ANY(%s) AND visit.start >= %s AND visit.start < %s "
    "ORDER BY visit.practitioner_id, visit.start"
)
_CHART = (
    _PERSON,
    "SELECT contact.started_at, note.subjective, note.plan FROM patients_sessionnote note "
    "JOIN patients_encounter contact ON contact.id = note.encounter_id "
    "WHERE note.patient_id = %s ORDER BY contact.started_at DESC LIMIT 10",
    "SELECT started_on, status FROM pathways_careplan WHERE patient_id = %s",
    "SELECT started_at, during, note FROM pathways_diaryentry WHERE patient_id = %s ORDER BY started_at DESC LIMIT 20",
    "SELECT start FROM scheduling_appointment WHERE patient_id = %s ORDER BY start DESC LIMIT 10",
)
_PLANS = (
    "SELECT plan.id, plan.started_on, patient.id, patient.family_name, patient.given_name FROM pathways_careplan plan "
    "JOIN patients_patient patient ON patient.id = plan.patient_id "
    "WHERE plan.practitioner_id = %s AND plan.status = 'active' ORDER BY plan.started_on LIMIT 25"
)
_TAKEN = (
    "SELECT start FROM scheduling_appointment "
    "WHERE practitioner_id = %s AND status <> 'cancelled' AND start >= %s AND start < %s"
)
_BOOK = (
    "INSERT INTO minimal.booking (patient, practitioner, during) VALUES (%s, %s, tstzrange(%s, %s)) "
    "ON CONFLICT DO NOTHING RETURNING id"
)
_LOG = "INSERT INTO minimal.entry (patient, at, pain, note) VALUES (%s, %s, %s, '') RETURNING id"
_LOGGED = "SELECT id, at, pain FROM minimal.entry WHERE patient = %s AND at < %s ORDER BY at DESC LIMIT 20"
SECONDS = 0.4


def medians(address: str, facts: Mapping[str, Any]) -> dict[str, float]:
    """Return the median of each job in milliseconds, by the name of its minimal view."""
    with psycopg.connect(address, autocommit=True) as connection:
        return {name: _median(job) for name, job in _jobs(connection, facts, random.Random(2)).items()}  # noqa: S311


def _jobs(connection: Any, facts: Mapping[str, Any], chance: random.Random) -> dict[str, Callable[[], Any]]:
    def rows(query: str, *values: Any) -> list[Any]:
        return connection.execute(query, values, prepare=True).fetchall()

    def day(people: list[str]) -> list[Any]:
        first = datetime.datetime.fromisoformat(chance.choice(facts["past_days"])).astimezone()
        return rows(_DAY, people, first, first + datetime.timedelta(days=1))

    def search() -> list[Any]:
        start = chance.choice(facts["prefixes"])
        return rows(_SEARCH, start, start + chr(0x10FFFD))

    def free() -> list[Any]:
        first = datetime.datetime.fromisoformat(chance.choice(facts["mondays"])).astimezone()
        return rows(_TAKEN, chance.choice(facts["here"]), first, first + datetime.timedelta(days=7))

    def book() -> list[Any]:
        start = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=30 * chance.randrange(200_000))
        values = (chance.randrange(5000), chance.randrange(40), start, start + datetime.timedelta(minutes=30))
        return rows(_BOOK, *values)

    def log() -> list[Any]:
        patient, at = chance.randrange(50), datetime.datetime.now(datetime.UTC)
        return [rows(_LOG, patient, at, chance.randrange(4)), rows(_LOGGED, patient, at)]

    def person() -> str:
        return chance.choice(facts["runners"])

    return {
        "search": search,
        "agenda": lambda: day([chance.choice(facts["here"])]),
        "agenda.json": lambda: day([chance.choice(facts["here"])]),
        "clinic": lambda: day(facts["here"]),
        "chart": lambda: [rows(query, who) for who in [person()] for query in _CHART],
        "home": lambda: [day([facts["first"]]), rows(_PLANS, facts["first"])],
        "free": free,
        "book": book,
        "log": log,
    }


def _median(job: Callable[[], Any]) -> float:
    for _turn in range(20):
        job()
    times, until = [], time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        began = time.perf_counter()
        job()
        times.append(time.perf_counter() - began)
    return sorted(times)[len(times) // 2] * 1000
