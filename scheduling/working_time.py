"""Working time, pure: weekly hours in Brussels wall time, without the Belgian public holidays."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import holidays

from scheduling.free_time import Stretch, days_between, merge, wall_time


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours of one weekday (ISO, 1 = Monday), valid on the days from `first` to `last`."""

    weekday: int
    starts_at: datetime.time
    ends_at: datetime.time
    first: datetime.date
    last: datetime.date | None = None

    def hold_on(self, day: datetime.date) -> bool:
        """Return whether these hours count on a day."""
        return day.isoweekday() == self.weekday and self.first <= day and (self.last is None or day <= self.last)


def is_holiday(day: datetime.date) -> bool:
    """Return whether a day is a Belgian public holiday (source: PyPI `holidays`)."""
    return day in _holidays_of(day.year)


@cache
def _holidays_of(year: int) -> frozenset[datetime.date]:
    return frozenset(holidays.country_holidays("BE", years=year))


def working_stretches(hours: Iterable[Hours], start: datetime.datetime, end: datetime.datetime) -> list[Stretch]:
    """Return when somebody with these hours works between two moments; nobody works on a public holiday."""
    held = list(hours)
    worked = (
        (max(wall_time(day, each.starts_at), start), min(wall_time(day, each.ends_at), end))
        for day in days_between(start, end)
        if not is_holiday(day)
        for each in held
        if each.hold_on(day)
    )
    return merge(stretch for stretch in worked if stretch[0] < stretch[1])
