"""What somebody asks of an export, and how far back plans must lie to be in it."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from fysicure.research.generalising import USUAL_K

# Every plan of a period that the file tells (a quarter; when values are coarser a year, or all of the file) is followed
# for as many weeks as one that began on its last day: so that no number of weeks tells where in the period a plan
# began. A quarter with less behind it is left for a later file.
LEAST_WEEKS, MOST_WEEKS = 6, 104


class Format(StrEnum):
    """How the tables are written."""

    PARQUET = "parquet"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Asked:
    """The choices: k, the years in which plans began (both included; None: all), the tables and their formats."""

    k: int = USUAL_K
    first_year: int | None = None
    last_year: int | None = None
    measurements: bool = True
    formats: tuple[Format, ...] = (Format.PARQUET, Format.CSV)

    def begun(self, today: datetime.date) -> tuple[datetime.date, datetime.date]:
        """Return the first and the last day on which a plan of the file can have begun."""
        first = datetime.date(self.first_year or 1, 1, 1)
        last = datetime.date(self.last_year or 9999, 12, 31)
        return first, min(last, last_complete_day(today))


def quarter_end(day: datetime.date) -> datetime.date:
    """Return the last day of a day's quarter."""
    month = (day.month - 1) // 3 * 3 + 3
    following = datetime.date(day.year + month // 12, month % 12 + 1, 1)
    return following - datetime.timedelta(days=1)


def period_end(started_on: datetime.date, period: str | None, last: datetime.date) -> datetime.date:
    """Return the last day of a plan's period (Level.period); `last`: the last day on which a plan of the file began."""
    ends = {"quarter": quarter_end(started_on), "year": datetime.date(started_on.year, 12, 31), None: last}
    return min(ends[period], last)


def weeks_followed(started_on: datetime.date, period: str | None, *, last: datetime.date, today: datetime.date) -> int:
    """Return for how many weeks from its start a plan is told: the same for all of a period, at most two years."""
    return min(MOST_WEEKS, (today - period_end(started_on, period, last)).days // 7)


def last_complete_day(today: datetime.date) -> datetime.date:
    """Return the end of the latest quarter whose plans can be followed long enough."""
    end = quarter_end(today - datetime.timedelta(weeks=LEAST_WEEKS))
    if end + datetime.timedelta(weeks=LEAST_WEEKS) <= today:
        return end
    first = datetime.date(end.year, end.month - 2, 1)
    return first - datetime.timedelta(days=1)
