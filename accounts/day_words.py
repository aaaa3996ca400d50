"""A day in words, as each language of the practice writes it."""

import datetime

from django.utils.formats import date_format
from django.utils.translation import get_language

# Django's Dutch short months lack their full stop.
_DUTCH_MONTHS = ("jan.", "feb.", "mrt.", "apr.", "mei", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec.")


def day_in_words(day: datetime.date, pattern: str) -> str:
    """Return a day by a pattern of Django's: "1 dec. 2026" in Dutch, "1er décembre 2026" in French."""
    language = (get_language() or "nl")[:2]
    if language == "nl":
        pattern = pattern.replace("N", "".join(f"\\{letter}" for letter in _DUTCH_MONTHS[day.month - 1]))
    elif language == "fr" and day.day == 1:
        pattern = pattern.replace("j F", "j\\e\\r F").replace("j N", "j\\e\\r N")
    return str(date_format(day, pattern))
