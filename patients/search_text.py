"""What someone means who types in the search box: names, a date of birth, a phone number, a national number."""

import datetime
import re
import unicodedata
from dataclasses import dataclass

from patients.national_number import compact, is_national_number

# What PostgreSQL's unaccent does beyond taking marks off letters, as far as names here go.
_LETTERS = str.maketrans(
    {"ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'", "‘": "'"}
)
_MONTHS = (
    ("jan",),
    ("feb", "fev"),
    ("maa", "mrt", "mar"),
    ("apr", "avr"),
    ("mei", "mai", "may"),
    ("juni", "jun", "juin"),
    ("juli", "jul", "juil"),
    ("aug", "aou"),
    ("sep",),
    ("okt", "oct"),
    ("nov",),
    ("dec",),
)
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4}|\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?!\d)")
_WRITTEN = re.compile(r"(?<!\d)(\d{1,2})\.?\s*([a-z]{3,9})\.?\s*(\d{4}|\d{2})(?!\d)")
_BARE = re.compile(r"\d{8}|\d{6}")
_YEAR = re.compile(r"1[89]\d\d|20\d\d")
_PHONE = re.compile(r"\+?\d[\d\s./\-()]*")
_PHONE_MARKS = " ./-+()"
_SHORTEST_PHONE = 3
_WITH_COUNTRY = 10


@dataclass(frozen=True)
class Wanted:
    """The reading of a search text. Each part must fit; bare digits fit as a phone, a date or a year of birth."""

    words: tuple[str, ...] = ()
    dates: frozenset[datetime.date] = frozenset()
    digits: str = ""
    digit_dates: frozenset[datetime.date] = frozenset()
    digit_year: int | None = None
    national_number: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return self == Wanted()


def fold(text: str) -> str:
    """Return text in lower case without accents, as the database keeps names for search."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(mark))
    return bare.translate(_LETTERS)


def read_search_text(text: str) -> Wanted:
    """Return what a search text asks for.

    A date of birth in any usual notation (14/3/1997, 14-03-97, 1997-03-14, 140397, 14 maart 1997); a year alone;
    a phone number or a part of it; what is left are parts of a name. Digits that can be both a date or a year and a
    part of a phone number are read as both. A year of two digits is read in both centuries.
    """
    folded = fold(text).replace(",", " ").strip()
    if is_national_number(folded):
        return Wanted(national_number=compact(folded))
    dates, rest = _written_dates(folded)
    number = _PHONE.search(rest)
    run = number.group().strip() if number else ""
    if number:
        rest = rest[: number.start()] + " " + rest[number.end() :]
    digits = _subscriber(run)
    words = tuple(word for word in re.split(r"[\s*?%\\]+", rest.strip()) if any(mark.isalpha() for mark in word))
    return Wanted(
        words=words,
        dates=dates,
        digits=digits if len(digits) >= _SHORTEST_PHONE else "",
        digit_dates=_bare_dates(run) if _BARE.fullmatch(run) else frozenset(),
        digit_year=int(run) if _YEAR.fullmatch(run) else None,
    )


def _written_dates(text: str) -> tuple[frozenset[datetime.date], str]:
    """Return the dates that the text spells with separators or a month's name, and the text without them."""
    for pattern, order in ((_YEAR_FIRST, (3, 2, 1)), (_DAY_FIRST, (1, 2, 3)), (_WRITTEN, (1, 2, 3))):
        for match in pattern.finditer(text):
            before, after = text[: match.start()].rstrip(_PHONE_MARKS), text[match.end() :].lstrip(_PHONE_MARKS)
            if before[-1:].isdigit() or after[:1].isdigit():
                continue  # a stretch of a phone number: 0470 12 03 56
            day, month, year = (match.group(index) for index in order)
            dates = _dates(day, _month(month), year)
            if dates:
                return dates, text[: match.start()] + " " + text[match.end() :]
    return frozenset(), text


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    return next((number for number, starts in enumerate(_MONTHS, 1) if text.startswith(starts)), 0)


def _bare_dates(digits: str) -> frozenset[datetime.date]:
    """Return what 6 or 8 digits can mean: day, month, year or the other way round."""
    middle = digits[2:4]
    if len(digits) == 6:
        return _dates(digits[:2], int(middle), digits[4:]) | _dates(digits[4:], int(middle), digits[:2])
    return _dates(digits[:2], int(middle), digits[4:]) | _dates(digits[6:], int(digits[4:6]), digits[:4])


def _dates(day: str, month: int, year: str) -> frozenset[datetime.date]:
    years = [int(year)] if len(year) == 4 else [1900 + int(year), 2000 + int(year)]
    found = set()
    for each in years:
        try:
            found.add(datetime.date(each, month, int(day)))
        except ValueError:
            continue
    return frozenset(found)


def _subscriber(text: str) -> str:
    """Return the digits of a phone number without the trunk zero or Belgium's country code."""
    digits = re.sub(r"\D", "", text)
    is_abroad = text.startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00")
    if digits.startswith("32") and (is_abroad or len(digits) >= _WITH_COUNTRY):
        digits = digits.removeprefix("32")
    return digits.removeprefix("0")
