"""Years of visits: forty therapists with twenty visits each a working day; the eight still here have twelve to come."""

import datetime
import random
from collections.abc import Iterator

from django.db import connection

from benchmarks.practice.rows import id_of
from benchmarks.practice.staff import STILL_HERE, THERAPISTS, Staff
from scheduling.free_time import wall_time
from scheduling.models import Appointment
from scheduling.public_holidays import holidays_between

A_DAY, AHEAD, A_DAY_AHEAD, VISITS_OF_A_RUNNER = 20, 20, 12, 10
_CALM = datetime.timedelta(days=90)  # the last months are measured: nothing was cancelled there
_HALF_HOURS = [(hour, minute) for hour in (*range(8, 12), *range(13, 19)) for minute in (0, 30)]
COLUMNS = (
    "id", "patient_id", "episode_id", "practitioner_id", "room_id", "type", "status", "start", "end", "note",
    "cancellation_code", "cancelled_at", "is_late_cancellation", "cancellation_reason", "override_reason",
    "booked_by_id", "created_at",
)  # fmt: skip


def working_days(today: datetime.date, years: float) -> list[datetime.date]:
    """Return the weekdays that are no holiday, from the last of the coming weeks back to so many years ago."""
    first = today - datetime.timedelta(days=int(years * 365.25))
    last = today + datetime.timedelta(days=AHEAD * 7 // 5)
    days = [last - datetime.timedelta(days=back) for back in range((last - first).days)]
    closed = set(holidays_between(first, last))
    return [day for day in days if day.isoweekday() <= 5 and day not in closed]


def write_visits(staff: Staff, today: datetime.date, *, years: float, patients: int, runners: int) -> int:
    """Copy the visits into their table; return how many. Triggers, indexes and constraints must be away.

    The first `runners` patients get ten visits each, spread over the years; the others share the rest.
    """
    days = working_days(today, years)
    size = sum(_a_day(day, today) * _at_work(day, today) for day in days)
    owners = _Owners(size, patients, runners)
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    with connection.cursor() as cursor, cursor.copy(f"COPY {Appointment._meta.db_table} ({names}) FROM STDIN") as copy:
        for block in _blocks(staff, days, today, owners):
            copy.write(block)
    return size


def _a_day(day: datetime.date, today: datetime.date) -> int:
    return A_DAY if day < today else A_DAY_AHEAD


def _at_work(day: datetime.date, today: datetime.date) -> int:
    return THERAPISTS if day < today else STILL_HERE


class _Owners:
    """Whose visit is the how-manieth: nobody twice on one day."""

    def __init__(self, size: int, patients: int, runners: int) -> None:
        self.runners, self.others = runners, patients - runners
        self.step = max(1, size // max(1, runners * VISITS_OF_A_RUNNER))

    def of(self, number: int) -> int:
        """Return a patient's number."""
        turn, rest = divmod(number, self.step)
        if rest == 0 and turn < self.runners * VISITS_OF_A_RUNNER:
            return turn % self.runners + 1
        return self.runners + 1 + number * 7919 % self.others


def _blocks(staff: Staff, days: list[datetime.date], today: datetime.date, owners: _Owners) -> Iterator[str]:
    """Yield the visits of a day at a time as COPY reads them, the newest day first."""
    chance, number = random.Random(1), 0  # noqa: S311 - the same practice each time
    for day in days:
        begin = wall_time(day, datetime.time())
        starts = [begin + datetime.timedelta(hours=hour, minutes=minute) for hour, minute in _HALF_HOURS]
        moments = [(f"{each:%F %T+00}", f"{each + datetime.timedelta(minutes=30):%F %T+00}") for each in starts]
        lines = []
        for at, person in enumerate(staff.therapists[: _at_work(day, today)]):
            place = f"{person.pk}\t{staff.rooms[at]}"
            for span in sorted(chance.sample(moments, _a_day(day, today))):
                status = _status(number, day, today)
                lines.append(_line(number, owners.of(number), place, span, status) + f"\t{staff.desk.pk}\t{span[0]}\n")
                number += 1
        yield "".join(lines)


def _status(number: int, day: datetime.date, today: datetime.date) -> str:
    if number % 14 == 0 and day < today - _CALM:
        return "cancelled"
    return "fulfilled" if day < today else "booked"


def _line(number: int, owner: int, place: str, span: tuple[str, str], status: str) -> str:
    who = f"{number:032x}\t{id_of(owner)}\t{id_of(owner, 1)}"
    code, cancelled_at = ("pat-ill", span[0]) if status == "cancelled" else ("", "\\N")
    return f"{who}\t{place}\tsession\t{status}\t{span[0]}\t{span[1]}\t\t{code}\t{cancelled_at}\tf\t\t"
