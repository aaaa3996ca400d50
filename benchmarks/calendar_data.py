"""Years of a busy practice, written straight into the tables: forty therapists, fourteen visits each a working day.

Rows go in by COPY while triggers sleep and the indexes and constraints of the table are away; these come back from
their own definitions, so that the end is the real schema with everything checked.
"""

import datetime
import random
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection

from accounts.models import Practitioner, Role
from scheduling.free_time import BRUSSELS, wall_time
from scheduling.models import Appointment, Leave, Room
from scheduling.working_time import is_holiday
from tests.people import make_patient, make_practitioner, make_user

THERAPISTS, A_DAY, AHEAD = 40, 14, 20  # AHEAD: working days to come that are as full as the past ones
ROOMS = THERAPISTS + 5
VISITS_OF_A_PATIENT = 20
NEW_PATIENTS = 300  # the last ones have no visit yet
HALF_HOURS = [(hour, minute) for hour in (*range(8, 12), *range(13, 19)) for minute in (0, 30)]
COLUMNS = (
    "id", "patient_id", "episode_id", "practitioner_id", "room_id", "type", "status", "start", "end", "note",
    "cancellation_code", "cancelled_at", "is_late_cancellation", "cancellation_reason", "override_reason",
    "booked_by_id", "created_at",
)  # fmt: skip
TABLE = Appointment._meta.db_table
PARTS = """
SELECT conname, pg_get_constraintdef(oid), contype FROM pg_constraint
WHERE conrelid = %(table)s::regclass AND contype IN ('x', 'u')
UNION ALL
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), 'i' FROM pg_index
WHERE indrelid = %(table)s::regclass AND NOT indisprimary
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = %(table)s::regclass)
"""
Row = tuple[Any, ...]


def fill(size: int, today: datetime.date) -> tuple[float, float]:
    """Write so many visits; return how many rows a second went in, and how many with all constraints rebuilt."""
    people = [make_practitioner(f"bench{number}@practice.example", f"Kine {number:02}") for number in range(THERAPISTS)]
    desk = make_user("bench@practice.example", "Bench", Role.RECEPTIONIST)
    Room.objects.bulk_create(Room(name=f"Zaal {number:02}") for number in range(ROOMS))
    rooms = list(Room.objects.values_list("pk", flat=True))
    days = list(_working_days(today, size))
    Leave.objects.bulk_create(
        Leave(
            practitioner=person, starts_at=wall_time(day, datetime.time(7)), ends_at=wall_time(day, datetime.time(20))
        )
        for day in days
        for number, person in enumerate(people)
        if _is_away(number, day)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        _add_patients(cursor, size // VISITS_OF_A_PATIENT + NEW_PATIENTS)
        parts = cursor.execute(PARTS, {"table": TABLE}).fetchall()
        _take_away(cursor, parts)
        began = time.perf_counter()
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        with cursor.copy(f"COPY {TABLE} ({names}) FROM STDIN") as copy:
            for block in _blocks(days, size, people, rooms, desk.pk):
                copy.write(block)
        cursor.execute("SET session_replication_role = origin")
        copied = time.perf_counter() - began
        _bring_back(cursor, parts)
        took = time.perf_counter() - began
        cursor.execute("VACUUM ANALYZE")
        changed = set(cursor.execute(PARTS, {"table": TABLE}).fetchall()) ^ set(parts)
        assert not changed, changed
    return size / copied, size / took


def _working_days(today: datetime.date, size: int) -> Iterator[datetime.date]:
    """Yield the weekdays that are no holiday, from far ahead back to so long ago that the visits fit."""
    day, left = today, AHEAD
    while left:
        day += datetime.timedelta(days=1)
        left -= _is_open(day)
    room = size + THERAPISTS * A_DAY
    while room > 0:
        if _is_open(day):
            yield day
            room -= A_DAY * sum(not _is_away(number, day) for number in range(THERAPISTS))
        day -= datetime.timedelta(days=1)


def _is_open(day: datetime.date) -> bool:
    return day.isoweekday() <= 5 and not is_holiday(day)


def _is_away(number: int, day: datetime.date) -> bool:
    """Each therapist is away on about one working day in sixty."""
    return (day.toordinal() + number * 7) % 60 == 0


def _add_patients(cursor: Any, count: int) -> None:
    """Copy one patient with one running episode; the numbers are the ids."""
    patient = make_patient("Bench")
    patient.episodes.create(reason="x", started_on=datetime.date(2026, 1, 1), status="active")
    number = "lpad(to_hex(number), 32, '0')::uuid"
    chosen = {"id": number, "patient_id": number, "family_name": "'Naam' || number"}
    for table in ("patients_patient", "patients_episodeofcare"):
        query = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND attgenerated = ''"
        names = [name for (name,) in cursor.execute(query, [table]).fetchall()]
        values = ", ".join(chosen.get(name, f'model."{name}"') for name in names)
        columns = ", ".join(f'"{name}"' for name in names)
        source = f"{table} model, generate_series(1, %s) number"
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {source}", [count])  # noqa: S608


def _take_away(cursor: Any, parts: list[Row]) -> None:
    for name, _definition, kind in parts:
        cursor.execute(f"DROP INDEX {name}" if kind == "i" else f"ALTER TABLE {TABLE} DROP CONSTRAINT {name}")


def _bring_back(cursor: Any, parts: list[Row]) -> None:
    cursor.execute("SET maintenance_work_mem = '512MB'")
    ours = {each.name: each for each in Appointment._meta.constraints}
    for name, definition, kind in parts:
        if name in ours:  # PostgreSQL reads its own words of a condition into slightly other ones
            with connection.schema_editor(atomic=False) as editor:
                editor.add_constraint(Appointment, ours[name])
        else:
            cursor.execute(definition if kind == "i" else f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} {definition}")


def _blocks(
    days: list[datetime.date], size: int, people: list[Practitioner], rooms: list[int], desk: Any
) -> Iterator[str]:
    """Yield the visits of a day at a time as COPY reads them; the newest day comes first, the last one is cut off."""
    chance = random.Random(1)  # noqa: S311 - the same practice each time
    patients, number = size // VISITS_OF_A_PATIENT, 0
    for day in days:
        begin = wall_time(day, datetime.time())
        starts = [begin + datetime.timedelta(hours=hour, minutes=minute) for hour, minute in HALF_HOURS]
        moments = [(f"{each:%F %T+00}", f"{each + datetime.timedelta(minutes=30):%F %T+00}") for each in starts]
        is_past = day < datetime.datetime.now(BRUSSELS).date()
        lines = []
        for at, person in enumerate(people):
            if _is_away(at, day):
                continue
            for start, end in chance.sample(moments, A_DAY):
                if number == size:
                    break
                number += 1
                owner = f"{number % patients + 1:032x}"
                status = "cancelled" if number % 14 == 0 else "fulfilled" if is_past else "booked"
                gone = ("pat-ill", start) if status == "cancelled" else ("", "\\N")
                lines.append(
                    f"{number:032x}\t{owner}\t{owner}\t{person.pk}\t{rooms[at]}\tsession\t{status}\t{start}\t{end}\t\t"
                    f"{gone[0]}\t{gone[1]}\tf\t\t\t{desk}\t{start}\n"
                )
        yield "".join(lines)
