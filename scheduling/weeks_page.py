"""The week of each physiotherapist in words, for the owner's list."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Practitioner
from scheduling.models import WorkingHours
from scheduling.weekly_hours import rows_from


@dataclass(frozen=True, slots=True)
class PersonWeek:
    """Whose week, and its days: days with the same hours stand together ("Monday – Friday", "08:00–12:00, ...")."""

    person: Practitioner
    days: tuple[tuple[str, str], ...]
    starts_on: datetime.date | None = None


def weeks(*, on: datetime.date, of: Practitioner | None = None) -> list[PersonWeek]:
    """Return the week of each physiotherapist who works here (or of one), now or soon. Two queries."""
    people = [of] if of else list(Practitioner.objects.filter(is_active=True))
    rows: dict[object, list[WorkingHours]] = defaultdict(list)
    for row in rows_from(on).filter(practitioner__in=people).order_by("valid_from", "weekday", "starts_at", "id"):
        rows[row.practitioner_id].append(row)
    return [_week(person, rows[person.pk], on) for person in people]


def _week(person: Practitioner, rows: Sequence[WorkingHours], on: datetime.date) -> PersonWeek:
    begun = [row for row in rows if row.valid_from <= on]
    first = min((row.valid_from for row in rows), default=None)
    shown = begun or [row for row in rows if row.valid_from == first]
    return PersonWeek(person, tuple(_grouped(shown)), first if not begun else None)


def _grouped(rows: Sequence[WorkingHours]) -> list[tuple[str, str]]:
    """Days in a row that have the same hours, as one line."""
    by_day: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        by_day[row.weekday].append(f"{row.starts_at:%H:%M}–{row.ends_at:%H:%M}")
    groups: list[tuple[int, int, str]] = []
    for weekday in sorted(by_day):
        hours = ", ".join(sorted(by_day[weekday]))
        if groups and groups[-1][1] == weekday - 1 and groups[-1][2] == hours:
            groups[-1] = (groups[-1][0], weekday, hours)
        else:
            groups.append((weekday, weekday, hours))
    return [(_names(first, last), hours) for first, last, hours in groups]


def _names(first: int, last: int) -> str:
    names = [str(WorkingHours.Weekday(day).label) for day in (first, last)]
    return names[0] if first == last else " – ".join(names)
