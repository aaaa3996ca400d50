"""The visits of a therapist's day and those of late whose note was not signed: plain rows of one kept query."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db.models import Q

from accounts.kept_query import END, NOW, SOMEBODY, START, KeptQuery
from accounts.models import Practitioner, User
from scheduling.models import Appointment
from scheduling.querysets import LONGEST_VISIT, TOOK_PLACE, awaits_note

WRITE_WITHIN = datetime.timedelta(days=14)
_SHOWN_UNWRITTEN = 60
_THERAPIST = UUID(int=2)  # a stand-in of the kept query
_COLUMNS = (
    "pk",
    "patient_id",
    "patient__given_name",
    "patient__family_name",
    "practitioner__name",
    "encounter_id",
    "type",
    "status",
    "start",
    "end",
    "is_written",
)


@dataclass(frozen=True, slots=True)
class DayVisit:
    """A visit, with its contact where it has begun and whether that was written up."""

    pk: UUID
    patient_id: UUID
    given_name: str
    family_name: str
    practitioner: str
    encounter_id: UUID | None
    type: str
    status: str
    start: datetime.datetime
    end: datetime.datetime
    is_written: bool

    @property
    def patient(self) -> str:
        """The patient's name, as everywhere."""
        return f"{self.given_name} {self.family_name}"

    def is_awaiting(self, now: datetime.datetime) -> bool:
        """Whether it took place, is over, and was not written up."""
        return self.status in TOOK_PLACE and self.end < now and not self.is_written


@dataclass(frozen=True)
class Unwritten:
    """Visits of the last 14 days whose note was not signed yet: how many in all, and the latest of them."""

    count: int
    visits: tuple[DayVisit, ...]


def day_visits(
    user: User,
    practitioner: Practitioner | None,
    day: tuple[datetime.datetime, datetime.datetime],
    now: datetime.datetime,
) -> tuple[Sequence[DayVisit], Unwritten]:
    """Return the visits between two moments in order, and those of late without a signed note, the latest first.

    Of one therapist, or of all. One query.
    """
    start, end = day
    whose = practitioner.pk if practitioner else None
    query = _rows(user.role, is_of_one=practitioner is not None)
    rows = query.ask({START: start, END: end, NOW: now, SOMEBODY: user.pk, _THERAPIST: whose})
    found = [DayVisit(*row) for row in rows]
    late = [row for row in reversed(found) if row.is_awaiting(now) and row.end >= now - WRITE_WITHIN]
    of_day = [row for row in found if row.start < end and row.end > start]
    return of_day, Unwritten(len(late), tuple(late[:_SHOWN_UNWRITTEN]))


@cache
def _rows(role: str, *, is_of_one: bool) -> KeptQuery:
    """The visits in order. The index on the start finds them: no visit is longer than LONGEST_VISIT."""
    since = NOW - WRITE_WITHIN
    rows = Appointment.objects.visible_to(User(id=SOMEBODY, role=role)).occupying().with_note_state()
    if is_of_one:
        rows = rows.filter(practitioner_id=_THERAPIST)
    near = Q(start__gt=since - LONGEST_VISIT, start__lt=END)
    wanted = rows.filter(near, Q(start__lt=END, end__gt=START) | awaits_note(since, NOW))
    return KeptQuery.of(wanted.order_by("start", "id").values_list(*_COLUMNS))
