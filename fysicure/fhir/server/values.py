"""The values of search parameters as R4 writes them: dates with a prefix, tokens, references, escaped commas."""

import datetime
import re
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from fysicure.fhir.server.outcomes import FhirRefusal
from scheduling.free_time import BRUSSELS

PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
_DATE = re.compile(
    r"(?P<prefix>[a-z]{2})?(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?(?P<zone>Z|[+\- ]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_REFERENCE = re.compile(
    r"(?:(?P<kind>[A-Z][A-Za-z]{1,39})/)?(?P<id>[A-Za-z0-9\-.]{1,64})(?:/_history/[\w\-.]+)?", re.ASCII
)
_FIRST_YEAR, _LAST_YEAR = 2, 9990
_APART = re.compile(r"(?<!\\)((?:\\\\)*),")


@dataclass(frozen=True, slots=True)
class Span:
    """A date of R4 as the stretch of time [start, end) that it stands for, and how it is compared."""

    prefix: str
    start: datetime.datetime
    end: datetime.datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A code; `system` None: in whatever system, "": in none. `code` "": whatever code of the system."""

    system: str | None
    code: str


def alternatives(text: str) -> list[str]:
    """Return the values between the commas of a parameter, still escaped."""
    parts, rest = [], text
    while found := _APART.search(rest):
        parts.append(rest[: found.start()] + found[1])
        rest = rest[found.end() :]
    return [part for part in [*parts, rest] if part]


def plain(text: str) -> str:
    r"""Return a value without the escapes of R4 (\, \| \$ \\)."""
    return re.sub(r"\\([,|$\\])", r"\1", text)


def read_token(text: str) -> Token:
    """Return `[code]`, `[system]|[code]`, `|[code]` or `[system]|`."""
    before, bar, after = _cut(text)
    return Token(plain(before), plain(after)) if bar else Token(None, plain(text))


def _cut(text: str) -> tuple[str, str, str]:
    found = re.search(r"(?<!\\)(?:\\\\)*\|", text)
    return (text[: found.end() - 1], "|", text[found.end() :]) if found else (text, "", "")


def read_reference(text: str, *, base: str, parameter: str) -> tuple[str, str] | None:
    """Return type ("" when not said) and id of `id`, `Type/id` or an address here; None for one of another server."""
    value = plain(text)
    if "://" in value:
        if not value.startswith(f"{base}/"):
            return None
        value = value.removeprefix(f"{base}/")
    found = _REFERENCE.fullmatch(value)
    if found is None:
        raise FhirRefusal(_("This is no reference: write Type/id."), parameter=parameter)
    return found["kind"] or "", found["id"]


def read_date(text: str, *, parameter: str) -> Span:
    """Return the stretch of time of a date, from a year to a second. Without an offset it is the time in Brussels.

    Raises FhirRefusal for what is no date, and for a prefix that R4 does not know.
    """
    found = _DATE.fullmatch(text)
    wrong = FhirRefusal(_("This is no date of FHIR, such as ge2026-11-23."), parameter=parameter)
    if found is None or (found["prefix"] or "eq") not in PREFIXES:
        raise wrong
    if not _FIRST_YEAR <= int(found["year"]) <= _LAST_YEAR:
        raise wrong
    try:
        start, end = _stretch(found)
        return Span(found["prefix"] or "eq", start.astimezone(datetime.UTC), end.astimezone(datetime.UTC))
    except (ValueError, OverflowError) as error:
        raise wrong from error


def _stretch(found: re.Match[str]) -> tuple[datetime.datetime, datetime.datetime]:
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    first = datetime.date(year, month, day)
    if found["hour"] is None:
        return _midnight(first), _midnight(_after(first, found))
    zone = _zone(found["zone"])
    second = min(int(found["second"] or 0), 59) if int(found["second"] or 0) <= 60 else 99
    start = datetime.datetime(year, month, day, int(found["hour"]), int(found["minute"]), second, tzinfo=zone)
    length = datetime.timedelta(seconds=1) if found["second"] else datetime.timedelta(minutes=1)
    return start, start.astimezone(datetime.UTC) + length


def _after(first: datetime.date, found: re.Match[str]) -> datetime.date:
    if found["month"] is None:
        return first.replace(year=first.year + 1)
    if found["day"] is None:
        return (first + datetime.timedelta(days=32)).replace(day=1)
    return first + datetime.timedelta(days=1)


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=BRUSSELS)


def _zone(text: str | None) -> datetime.tzinfo:
    if text is None:
        return BRUSSELS
    if text == "Z":
        return datetime.UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    offset = datetime.timedelta(hours=hours, minutes=minutes)
    return datetime.timezone(-offset if text[0] == "-" else offset)  # an unescaped + in an address reads as a space


def read_uuid(text: str) -> UUID | None:
    """Return an id of ours, or None for one that cannot be."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None
