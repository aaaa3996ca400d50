"""Why nobody works: public holidays by name, closures of the practice, and who is away."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import holidays
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Practitioner, Role, User
from scheduling.models import Leave

_LANGUAGES = {"fr": "fr", "en": "en_US"}
# A leave as it is now: xmin changes whenever the row does. Unqualified, so that it works in a subquery.
LEAVE_MARK = RawSQL("hashtextextended(id::text, xmin::text::bigint)", [])


@dataclass(frozen=True, slots=True)
class Closure:
    """A stretch in which a therapist, or (None) the whole practice, is away, with what this user may know of it."""

    practitioner: Practitioner | None
    start: datetime.datetime
    end: datetime.datetime
    label: str


def holiday_name(day: datetime.date) -> str:
    """Return the name of a Belgian public holiday in the language of the page, or nothing."""
    return _names_of(day.year, _LANGUAGES.get((get_language() or "nl")[:2], "nl")).get(day, "")


@cache
def _names_of(year: int, language: str) -> dict[datetime.date, str]:
    return dict(holidays.country_holidays("BE", years=year, language=language))


def people_with_leave(start: datetime.datetime, end: datetime.datetime) -> tuple[Practitioner, ...]:
    """Return who works here, each with the leave that overlaps [start, end) in `leave_rows`. One query for both."""
    leave = Leave.objects.filter(starts_at__lt=end, ends_at__gt=start)
    leave = leave.filter(Q(practitioner=OuterRef("pk")) | Q(practitioner__isnull=True)).order_by("starts_at", "pk")
    row = JSONObject(id="pk", who="practitioner_id", start="starts_at", end="ends_at", why="reason", mark=LEAVE_MARK)
    return tuple(Practitioner.objects.filter(is_active=True).annotate(leave_rows=ArraySubquery(leave.values(row=row))))


def closures_of(people: Sequence[Practitioner], user: User) -> list[Closure]:
    """Return the leave of people read by `people_with_leave`, each row once, the practice's closures first.

    Why a therapist is away is for the owner and the therapist; others read that he or she is away.
    """
    found: dict[int, Closure] = {}
    for person in people:
        for row in _rows(person):
            owner = person if row["who"] else None
            may_know = owner is None or user.role == Role.ADMIN or person.user_id == user.pk
            usual = _("practice closed") if owner is None else _("away")
            start, end = (datetime.datetime.fromisoformat(row[name]) for name in ("start", "end"))
            found[row["id"]] = Closure(owner, start, end, row["why"] if row["why"] and may_know else usual)
    return sorted(found.values(), key=lambda each: (each.practitioner is not None, each.start))


def leave_marks(people: Sequence[Practitioner]) -> list[int]:
    """Return the mark of each leave of people read by `people_with_leave`."""
    return list({row["id"]: int(row["mark"]) for person in people for row in _rows(person)}.values())


def _rows(person: Practitioner) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = getattr(person, "leave_rows", [])
    return rows
