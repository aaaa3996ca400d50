"""What the desk asks for when it plans several visits at once, and the days on which they fall. Pure."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal
from uuid import UUID

USUAL_TIME = datetime.time(9)
WORKDAYS = (1, 2, 3, 4, 5)
Who = UUID | Literal["any", "same"]
Window = tuple[datetime.date, datetime.date]


@dataclass(frozen=True, slots=True)
class Slot:
    """A moment with a therapist, in Brussels wall time: "Tuesday 17:00" stays so when the clock changes."""

    day: datetime.date
    time: datetime.time
    person: UUID


@dataclass(frozen=True, slots=True)
class Hours:
    """The wall times between which a visit must lie, both ends included. None: no bound."""

    not_before: datetime.time | None = None
    not_after: datetime.time | None = None

    def allow(self, time: datetime.time, minutes: int) -> bool:
        """Return whether a visit of so many minutes that begins then lies within these hours, on one day."""
        ends = minute_of(self.not_after) if self.not_after else 24 * 60
        return (self.not_before is None or time >= self.not_before) and minute_of(time) + minutes <= ends

    def usual(self, minutes: int) -> datetime.time:
        """Return the time to show when nothing at all is free: the first that was asked, or nine o'clock if it fits."""
        if self.not_before or self.allow(USUAL_TIME, minutes) or self.not_after is None:
            return self.not_before or USUAL_TIME
        begins = max(minute_of(self.not_after) - minutes, 0)
        return datetime.time(begins // 60, begins % 60)


@dataclass(frozen=True, slots=True)
class Wish:
    """`count` visits of `minutes`, so many a week, from a day on.

    `weekdays` are ISO weekdays on which the patient can come (empty: any workday), `who` is a therapist's id, "same"
    (one therapist for all, whoever is free most often) or "any".
    """

    type: str
    minutes: int
    count: int
    first: datetime.date
    per_week: int = 0
    weekdays: tuple[int, ...] = ()
    hours: Hours = Hours()
    who: Who = "any"

    @property
    def times_a_week(self) -> int:
        """Visits a week: as asked, else one on each weekday that was named, else one."""
        wanted = self.per_week or len(self.weekdays) or 1
        return min(wanted, len(self.weekdays or WORKDAYS))

    def rhythms(self) -> list[tuple[int, ...]]:
        """Return the sets of weekdays that would do, those with the days furthest apart first."""
        found = list(combinations(sorted(self.weekdays or WORKDAYS), self.times_a_week))
        return sorted(found, key=lambda days: (-rest(days), days))

    def days(self, rhythm: Sequence[int]) -> list[datetime.date]:
        """Return the day of each visit for a set of weekdays; closed days are among them, so that they are seen."""
        day = self.first
        found: list[datetime.date] = []
        while len(found) < self.count:
            if day.isoweekday() in rhythm:
                found.append(day)
            day += datetime.timedelta(days=1)
        return found

    def last_day(self) -> datetime.date:
        """Return the last day that any rhythm reaches."""
        return max(self.days(rhythm)[-1] for rhythm in self.rhythms())


def minute_of(time: datetime.time) -> int:
    """Return the minute of the day."""
    return time.hour * 60 + time.minute


def rest(weekdays: Sequence[int]) -> int:
    """Return the fewest days between two visits of a week that repeats itself."""
    ordered = sorted(weekdays)
    following = [*ordered[1:], ordered[0] + 7]
    return min(after - before for before, after in zip(ordered, following, strict=True))
