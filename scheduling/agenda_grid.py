"""The rows of the agenda, pure: five minutes each, in Brussels wall time, the same for all columns side by side."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from scheduling.free_time import BRUSSELS, Stretch, wall_time

ROW_MINUTES = 5
FIRST_HOUR, LAST_HOUR = 8, 19
_ROWS_OF_AN_HOUR = 60 // ROW_MINUTES


def clock(moment: datetime.datetime) -> str:
    """Return a moment as Brussels clock time, like "14:30"."""
    return moment.astimezone(BRUSSELS).strftime("%H:%M")


def minutes_of_day(moment: datetime.datetime) -> int:
    """Return how far a moment is into its Brussels day by the clock on the wall, in minutes."""
    local = moment.astimezone(BRUSSELS)
    return local.hour * 60 + local.minute


def day_of(moment: datetime.datetime) -> datetime.date:
    """Return the Brussels day of a moment."""
    return moment.astimezone(BRUSSELS).date()


@lru_cache(maxsize=1024)
def bounds(day: datetime.date, days: int = 1) -> Stretch:
    """Return the stretch of time from the midnight before a day until so many days later. In UTC."""
    return wall_time(day, datetime.time()), wall_time(day + datetime.timedelta(days=days), datetime.time())


@dataclass(frozen=True, slots=True)
class Grid:
    """The hours that are shown, whole ones, from `first` until `last`.

    A row is a place on the clock, not so many minutes after midnight: on the days on which the clock changes the
    hours beside the columns still hold.
    """

    first: int = FIRST_HOUR
    last: int = LAST_HOUR

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return (self.last - self.first) * _ROWS_OF_AN_HOUR

    def row(self, moment: datetime.datetime) -> int:
        """Return the row, from 1, in which a moment of the day falls; what lies outside is put at the edge."""
        into = minutes_of_day(moment) - self.first * 60
        return min(max(into // ROW_MINUTES + 1, 1), self.rows)

    def place(self, day: datetime.date, start: datetime.datetime, end: datetime.datetime) -> str:
        """Return the CSS classes of the rows that [start, end) takes on a day."""
        row = self.row(start) if day_of(start) >= day else 1
        shown_from = max(start, wall_time(day, datetime.time(self.first)))
        span = -(-int((end - shown_from).total_seconds()) // 60 // ROW_MINUTES)
        return f"r-{row} s-{min(max(span, 2), self.rows - row + 1)}"

    def hours(self) -> tuple[tuple[str, str], ...]:
        """Return the label and the place of each hour."""
        return tuple(
            (f"{self.first + number:02}:00", f"r-{number * _ROWS_OF_AN_HOUR + 1} s-{_ROWS_OF_AN_HOUR}")
            for number in range(self.last - self.first)
        )

    def shows(self, moment: datetime.datetime) -> bool:
        """Return whether a moment of the day is within the hours."""
        return self.first * 60 <= minutes_of_day(moment) < self.last * 60


def grid_of(stretches: Iterable[Stretch]) -> Grid:
    """Return the usual hours and whatever is worked or booked outside them."""
    first, last = FIRST_HOUR, LAST_HOUR
    for start, end in stretches:
        first = min(first, minutes_of_day(start) // 60)
        last = max(last, -(-minutes_of_day(end) // 60) if day_of(end) == day_of(start) else 24)
    return Grid(first, last)
