"""Belgian public holidays: weekly hours do not count on them, extra hours do (source: PyPI `holidays`)."""

import datetime
from functools import cache

import holidays


def holidays_between(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Return the Belgian public holidays from a day to a day, both included, in order."""
    years = range(first.year, last.year + 1)
    return sorted(day for year in years for day in _holidays_of(year) if first <= day <= last)


@cache
def _holidays_of(year: int) -> frozenset[datetime.date]:
    return frozenset(holidays.country_holidays("BE", years=year))
