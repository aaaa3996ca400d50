"""What suits a patient who waits for a visit, pure: whether a moment fits, how pressing it is, and both in words."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from scheduling.free_time import BRUSSELS

SOON = datetime.timedelta(days=7)
_WORKDAYS = (1, 2, 3, 4, 5)


class Pressing(IntEnum):
    """How a window of days stands to today: it has passed, it closes within a week, or there is time."""

    PASSED = 0
    CLOSES_SOON = 1
    LATER = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """When and with whom a visit suits. Empty means: any. Times are Brussels wall time, weekdays ISO (1 = Monday).

    The whole visit lies between `not_before` and `not_after`, on a day from `earliest` to `latest`. Once the last day
    has passed, every day is better than none.
    """

    earliest: datetime.date
    latest: datetime.date | None = None
    practitioners: Collection[UUID] = ()
    weekdays: Collection[int] = ()
    not_before: datetime.time | None = None
    not_after: datetime.time | None = None

    def suits(
        self, practitioner: UUID, start: datetime.datetime, end: datetime.datetime, *, today: datetime.date
    ) -> bool:
        """Return whether a visit with a practitioner from `start` to `end` (aware) is one that this wish asks for."""
        begins, ends = start.astimezone(BRUSSELS), end.astimezone(BRUSSELS)
        day = begins.date()
        return (
            (not self.practitioners or practitioner in self.practitioners)
            and (not self.weekdays or day.isoweekday() in self.weekdays)
            and (self.not_before is None or begins.time() >= self.not_before)
            and (self.not_after is None or (ends.date() == day and ends.time() <= self.not_after))
            and self.earliest <= day
            and (self.latest is None or day <= self.latest or self.latest < today)
        )

    def pressing(self, today: datetime.date) -> Pressing:
        """Return how the window stands to today."""
        if self.latest is None or self.latest > today + SOON:
            return Pressing.LATER
        return Pressing.PASSED if self.latest < today else Pressing.CLOSES_SOON

    def times_in_words(self) -> str:
        """Return the wished weekdays and times, like "di, do vanaf 17:00"; nothing when any will do."""
        return " ".join(part for part in (_weekdays(self.weekdays), self._clock()) if part)

    def _clock(self) -> str:
        if self.not_before and self.not_after:
            times = {"first": f"{self.not_before:%H:%M}", "last": f"{self.not_after:%H:%M}"}
            return _("between %(first)s and %(last)s") % times
        if self.not_before:
            return _("from %(time)s") % {"time": f"{self.not_before:%H:%M}"}
        return _("until %(time)s") % {"time": f"{self.not_after:%H:%M}"} if self.not_after else ""


def _weekdays(chosen: Collection[int]) -> str:
    if tuple(sorted(chosen)) == _WORKDAYS:
        return _("on weekdays")
    return ", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in sorted(chosen))
