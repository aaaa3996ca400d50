"""Why nobody works: closures of the practice, and who is away."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from accounts.models import Practitioner, Role, User
from accounts.read_cursor import read_cursor
from scheduling.models import Leave

# A leave as it is now: xmin changes whenever the row does.
LEAVE_MARK = RawSQL("hashtextextended(scheduling_leave.id::text, scheduling_leave.xmin::text::bigint)", [])
_PEOPLE = """
SELECT person.id, person.user_id, person.name, person.colour, leave.id, leave.practitioner_id IS NULL,
       leave.starts_at, leave.ends_at, leave.reason, hashtextextended(leave.id::text, leave.xmin::text::bigint)
FROM accounts_practitioner person
LEFT JOIN scheduling_leave leave ON leave.starts_at < %(end)s AND leave.ends_at > %(start)s
    AND (leave.practitioner_id = person.id OR leave.practitioner_id IS NULL)
WHERE person.is_active
ORDER BY person.name, person.id, leave.starts_at, leave.id
"""


class Away(NamedTuple):
    """A leave of a therapist, or of the whole practice, as it was read; `mark` is its version."""

    id: int
    is_everyone: bool
    start: datetime.datetime
    end: datetime.datetime
    reason: str
    mark: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """A therapist who works here, with the leave of a stretch of time, the practice's closures among it."""

    pk: UUID
    user_id: UUID
    name: str
    colour: str
    leave: tuple[Away, ...]


@dataclass(frozen=True, slots=True)
class Closure:
    """A stretch in which a therapist, or (None) the whole practice, is away, with what this user may know of it."""

    practitioner: Colleague | None
    start: datetime.datetime
    end: datetime.datetime
    label: str


def people_with_leave(start: datetime.datetime, end: datetime.datetime) -> tuple[Colleague, ...]:
    """Return who works here by name, each with the leave that overlaps [start, end). One query for both."""
    with read_cursor(Leave) as cursor:
        cursor.execute(_PEOPLE, {"start": start, "end": end})
        rows = cursor.fetchall()
    leave: dict[tuple[UUID, UUID, str, str], list[Away]] = {}
    for pk, user_id, name, colour, *away in rows:
        of_person = leave.setdefault((pk, user_id, name, colour), [])
        if away[0] is not None:
            of_person.append(Away._make(away))
    return tuple(Colleague(*person, tuple(own)) for person, own in leave.items())


def leave_between(start: datetime.datetime, end: datetime.datetime) -> QuerySet[Leave]:
    """Return the leave that overlaps [start, end), of the practice and of who works here."""
    works_here = Q(practitioner__isnull=True) | Q(practitioner__in=Practitioner.objects.filter(is_active=True))
    return Leave.objects.filter(works_here, starts_at__lt=end, ends_at__gt=start)


def closures_of(people: Sequence[Colleague], user: User) -> list[Closure]:
    """Return the leave of people, each row once, the practice's closures first.

    Why a therapist is away is for the owner and the therapist; others read that he or she is away.
    """
    found: dict[int, Closure] = {}
    for person in people:
        for away in person.leave:
            owner = None if away.is_everyone else person
            may_know = owner is None or user.role == Role.ADMIN or person.user_id == user.pk
            usual = _("practice closed") if owner is None else _("away")
            found[away.id] = Closure(owner, away.start, away.end, away.reason if away.reason and may_know else usual)
    return sorted(found.values(), key=lambda each: (each.practitioner is not None, each.start))


def leave_marks(people: Sequence[Colleague]) -> list[int]:
    """Return the mark of each leave of people, each row once."""
    return list({away.id: away.mark for person in people for away in person.leave}.values())
