"""Free time, pure: open time minus what is taken, on a grid of quarters of an hour in Brussels wall time."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")
GRID_MINUTES = 15

Stretch = tuple[datetime.datetime, datetime.datetime]


def wall_time(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """Return a moment in UTC from Brussels wall time; a time that the clock skips moves on with it."""
    return datetime.datetime.combine(day, time, BRUSSELS).astimezone(datetime.UTC)


def days_between(start: datetime.datetime, end: datetime.datetime) -> Iterator[datetime.date]:
    """Yield each Brussels day that [start, end) touches."""
    day = start.astimezone(BRUSSELS).date()
    while wall_time(day, datetime.time()) < end:
        yield day
        day += datetime.timedelta(days=1)


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


def starts(free: Iterable[Stretch], minutes: int) -> Iterator[datetime.datetime]:
    """Yield each moment on the grid at which a visit of so many minutes fits into free time."""
    length, step = datetime.timedelta(minutes=minutes), datetime.timedelta(minutes=GRID_MINUTES)
    for start, end in free:
        local = start.astimezone(BRUSSELS)
        past = local.minute % GRID_MINUTES
        into = datetime.timedelta(minutes=past, seconds=local.second, microseconds=local.microsecond)
        moment = start + (step - into if into else datetime.timedelta(0))
        while moment + length <= end:
            yield moment
            moment += step
