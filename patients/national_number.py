"""The Belgian national number (INSZ: national register or BIS number), read, checked and shown.

Source: royal decree on the national register and its IT000 instruction, as python-stdnum implements them. The century
follows from the check number. Day or month may be unknown (00), so a birth date is compared with the number, never
derived from it.
"""

import datetime
import re

from stdnum.be import bis, ssn
from stdnum.exceptions import ValidationError as InvalidNumber

_SEPARATORS = re.compile(r"[\s.\-/]+")
_BIS_MONTHS = 20


class InvalidNationalNumber(ValueError):
    """The text is no national number, or its birth date lies in the future (`is_future`)."""

    def __init__(self, *, is_future: bool = False) -> None:
        super().__init__("future" if is_future else "invalid")
        self.is_future = is_future


def compact(text: str) -> str:
    """Return the text without the spaces, dots, hyphens and slashes that people put in a national number."""
    return _SEPARATORS.sub("", text)


def read_national_number(text: str, *, today: datetime.date) -> str:
    """Return the 11 bare digits of a national number. Raises InvalidNationalNumber."""
    number = compact(text)
    try:
        ssn.validate(number)
    except InvalidNumber as error:
        raise InvalidNationalNumber from error
    year, month, day = born(number)
    if year and (year, month or 1, day or 1) > (today.year, today.month, today.day):
        raise InvalidNationalNumber(is_future=True)
    return number


def is_national_number(text: str) -> bool:
    """Whether the text is a valid national number."""
    return bool(ssn.is_valid(compact(text)))


def born(number: str) -> tuple[int | None, int | None, int | None]:
    """Return year, month and day of birth as a valid number tells them; None for each part that it does not know."""
    date = ssn.get_birth_date(number)
    if date is not None:
        return date.year, date.month, date.day
    return ssn.get_birth_year(number), ssn.get_birth_month(number), None


def disagrees_on_birth_date(number: str, birth_date: datetime.date) -> bool:
    """Whether a known part of the number's birth date differs. A warning only: registers get corrected."""
    parts = (birth_date.year, birth_date.month, birth_date.day)
    return any(known is not None and known != part for known, part in zip(born(number), parts, strict=True))


def disagrees_on_gender(number: str, gender: str) -> bool:
    """Whether the number's serial (odd: man, even: woman) differs from a gender. Other and unknown never differ."""
    month = int(number[2:4])
    if gender not in {"male", "female"} or _BIS_MONTHS <= month < 2 * _BIS_MONTHS:
        return False
    letter = bis.get_gender(number) if month >= 2 * _BIS_MONTHS else ssn.get_gender(number)
    return (letter == "M") != (gender == "male")


def shown(number: str | None) -> str:
    """Return the number as it stands on an identity card: 85.07.30-033.28."""
    return str(ssn.format(number)) if number else ""


def masked(number: str | None) -> str:
    """Return the number for lists and logs: the birth date alone, 85.07.30-***.**."""
    return f"{shown(number)[:9]}***.**" if number else ""
