"""A stretch of whole Brussels days that numbers are counted over."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from scheduling.free_time import wall_time

LONGEST_DAYS = 53 * 7
_DAY, _WEEK = datetime.timedelta(days=1), datetime.timedelta(days=7)


def monday_of(day: datetime.date) -> datetime.date:
    """Return the Monday of a day's week."""
    return day - datetime.timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: datetime.date
    last: datetime.date

    @classmethod
    def last_weeks(cls, today: datetime.date, count: int = 13) -> "Period":
        """Return the last whole weeks that are over."""
        this_week = monday_of(today)
        return cls(this_week - count * _WEEK, this_week - _DAY)

    @classmethod
    def this_year(cls, today: datetime.date) -> "Period":
        """Return the days from the first of January to today."""
        return cls(today.replace(month=1, day=1), today)

    @property
    def start(self) -> datetime.datetime:
        """The moment at which the first day begins, in UTC."""
        return wall_time(self.first, datetime.time())

    @property
    def end(self) -> datetime.datetime:
        """The moment at which the last day is over, in UTC."""
        return wall_time(self.last + _DAY, datetime.time())

    def mondays(self) -> Iterator[datetime.date]:
        """Yield the Monday of each week that the period touches."""
        day = monday_of(self.first)
        while day <= self.last:
            yield day
            day += _WEEK
