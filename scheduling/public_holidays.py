"""Belgian public holidays: weekly hours do not count on them, extra hours do (source: PyPI `holidays`)."""

import datetime
from functools import cache

import holidays
from django.utils.translation import get_language

_LANGUAGES = {"fr": "fr", "en": "en_US"}


def holidays_between(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Return the Belgian public holidays from a day to a day, both included, in order."""
    years = range(first.year, last.year + 1)
    return sorted(day for year in years for day in _holidays_of(year) if first <= day <= last)


def holiday_name(day: datetime.date) -> str:
    """Return the name of a Belgian public holiday in the language of the page, or nothing."""
    return _names_of(day.year, _LANGUAGES.get((get_language() or "nl")[:2], "nl")).get(day, "")


@cache
def _holidays_of(year: int) -> frozenset[datetime.date]:
    return frozenset(holidays.country_holidays("BE", years=year))


@cache
def _names_of(year: int, language: str) -> dict[datetime.date, str]:
    return dict(holidays.country_holidays("BE", years=year, language=language))
