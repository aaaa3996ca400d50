"""Stretches of time against a minute-by-minute count, and wall time when the clock changes."""

import datetime

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.free_time import Stretch, subtract, wall_time
from scheduling.public_holidays import holidays_between

ZERO = datetime.datetime(2026, 10, 24, 22, tzinfo=datetime.UTC)  # midnight in Brussels, the night the clock goes back


def stretch(pair: tuple[int, int]) -> Stretch:
    first, length = pair
    return ZERO + datetime.timedelta(minutes=first), ZERO + datetime.timedelta(minutes=first + length)


def minutes_of(stretches: list[Stretch]) -> set[int]:
    def into(moment: datetime.datetime) -> int:
        return int((moment - ZERO).total_seconds() // 60)

    return {minute for start, end in stretches for minute in range(into(start), into(end))}


PAIRS = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 120)), max_size=6).map(
    lambda found: [stretch(pair) for pair in found]
)


@given(PAIRS, PAIRS)
@settings(max_examples=150, deadline=None)
def test_subtracting_leaves_the_minutes_that_are_open_and_not_taken(
    open_time: list[Stretch], taken: list[Stretch]
) -> None:
    left = subtract(open_time, taken)
    assert minutes_of(left) == minutes_of(open_time) - minutes_of(taken)
    assert all(before[1] < after[0] for before, after in zip(left, left[1:], strict=False))


@pytest.mark.parametrize(
    ("day", "time", "utc"),
    [
        ("2027-03-28", "01:45", "2027-03-28T00:45"),
        ("2027-03-28", "02:30", "2027-03-28T01:30"),  # the clock skips it: it moves on to 03:30
        ("2027-03-28", "03:30", "2027-03-28T01:30"),
        ("2026-10-25", "01:59", "2026-10-24T23:59"),
        ("2026-10-25", "02:30", "2026-10-25T01:30"),  # it comes twice: the later one
        ("2026-10-25", "03:00", "2026-10-25T02:00"),
    ],
)
def test_wall_time_when_the_clock_changes(day: str, time: str, utc: str) -> None:
    found = wall_time(datetime.date.fromisoformat(day), datetime.time.fromisoformat(time))
    assert found == datetime.datetime.fromisoformat(utc).replace(tzinfo=datetime.UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("day", [datetime.date(2026, 10, 25), datetime.date(2027, 3, 28), datetime.date(2026, 11, 24)])
def test_the_database_reads_wall_time_in_the_same_way(day: datetime.date) -> None:
    times = [datetime.time(minute // 60, minute % 60) for minute in range(0, 300, 5)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (%s::date + time) AT TIME ZONE 'Europe/Brussels' FROM unnest(%s::time[]) AS time", [day, times]
        )
        assert [row[0] for row in cursor.fetchall()] == [wall_time(day, time) for time in times]


def test_belgian_holidays() -> None:
    assert holidays_between(datetime.date(2026, 7, 21), datetime.date(2026, 7, 21))
    assert not holidays_between(datetime.date(2026, 11, 2), datetime.date(2026, 11, 2))
    assert holidays_between(datetime.date(2026, 11, 11), datetime.date(2027, 1, 1)) == [
        datetime.date(2026, 11, 11),
        datetime.date(2026, 12, 25),
        datetime.date(2027, 1, 1),
    ]
