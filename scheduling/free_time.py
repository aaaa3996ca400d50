"""Time, pure: Brussels wall time as moments, and stretches of time without what is taken."""

import datetime
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")
GRID_MINUTES = 15

Stretch = tuple[datetime.datetime, datetime.datetime]


def wall_time(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """Return a moment in UTC from Brussels wall time: of the two that a change of the clock allows, the later one.

    So a time that the clock skips moves on with it (02:30 becomes 03:30), and a time that comes twice is the second.
    PostgreSQL reads `(day + time) AT TIME ZONE 'Europe/Brussels'` in the same way; see scheduling/availability.py.
    """
    readings = (datetime.datetime.combine(day, time.replace(fold=fold), BRUSSELS) for fold in (0, 1))
    return max(reading.astimezone(datetime.UTC) for reading in readings)


def merge(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Join stretches that touch or overlap, in order of time."""
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        elif start < end:
            merged.append((start, end))
    return merged


def subtract(open_time: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """Return what is left of open time when taken time goes off. Half-open: stretches may touch."""
    left = merge(open_time)
    for taken_start, taken_end in merge(taken):
        pieces: list[Stretch] = []
        for start, end in left:
            if taken_end <= start or end <= taken_start:
                pieces.append((start, end))
                continue
            if start < taken_start:
                pieces.append((start, taken_start))
            if taken_end < end:
                pieces.append((taken_end, end))
        left = pieces
    return left


def fits(free: Sequence[Stretch], start: datetime.datetime, end: datetime.datetime) -> bool:
    """Whether one free stretch holds the whole of [start, end)."""
    return any(first <= start and end <= last for first, last in free)
