"""Days on which the practice is open, for tests that run on the real clock."""

import datetime

from django.utils import timezone

from scheduling.public_holidays import holidays_between


def is_holiday(day: datetime.date) -> bool:
    """Whether a day is a Belgian public holiday."""
    return bool(holidays_between(day, day))


def coming_weekday() -> datetime.date:
    """Return a weekday some two weeks ahead that is no public holiday."""
    day = timezone.localdate() + datetime.timedelta(days=14)
    while day.isoweekday() > 5 or is_holiday(day):
        day += datetime.timedelta(days=1)
    return day
