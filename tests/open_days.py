"""Days on which the practice is open, for tests that run on the real clock."""

import datetime

from scheduling.public_holidays import holidays_between


def is_holiday(day: datetime.date) -> bool:
    """Whether a day is a Belgian public holiday."""
    return bool(holidays_between(day, day))
