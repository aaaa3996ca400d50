"""The visits of the agenda as rows: which ones it shows, read once for a page."""

import datetime
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.kept_query import END, SOMEBODY, START, KeptQuery
from accounts.models import User
from accounts.policy import may
from patients.models import Encounter
from patients.notes import is_written
from scheduling.agenda_asked import Asked
from scheduling.agenda_closures import LEAVE_MARK, leave_between
from scheduling.agenda_version import VISIT_MARK, version_in_words
from scheduling.free_time import Stretch
from scheduling.models import Appointment
from scheduling.querysets import AppointmentQuerySet

_FIELDS = (
    "id", "practitioner_id", "practitioner__name", "start", "end", "status", "type", "patient_id",
    "patient__family_name", "patient__given_name", "room_id", "room__name",
)  # fmt: skip


class Booked(NamedTuple):
    """A visit as the calendar has it. `is_written` is None for who does not write notes; `mark` is its version."""

    id: UUID
    practitioner_id: UUID
    practitioner: str
    start: datetime.datetime
    end: datetime.datetime
    status: str
    type: str
    patient_id: UUID
    family_name: str
    given_name: str
    room_id: int | None
    room: str | None
    mark: int
    is_written: bool | None = None


class _Shape(NamedTuple):
    """What changes the words of the query, and not only its values."""

    role: str
    is_by_room: bool
    is_of_one: bool


# How many visits and how many leaves there are, and one number over the marks of each.
_VERSION = """
SELECT visits.count, visits.mark, away.count, away.mark
FROM (SELECT count(*), coalesce(bit_xor(each.mark), 0) AS mark FROM ({visits}) each (mark)) visits,
     (SELECT count(*), coalesce(bit_xor(each.mark), 0) AS mark FROM ({leave}) each (mark)) away
"""
# Stand-ins for whose visits are shown.
_THERAPIST, _ROOM = UUID(int=2), -1


def booked_of(user: User, asked: Asked) -> AppointmentQuerySet:
    """Return the visits that the agenda shows when it is asked like this."""
    return _booked(user, asked.span, is_by_room=asked.is_by_room, whose=_whose(asked))


def read_booked(user: User, asked: Asked) -> list[Booked]:
    """Return the visits that the agenda shows, the earliest first. One query.

    Whether a visit was written up is read for those who may write.
    """
    query = _rows(_shape(user, asked), says_written=may(user, "notes.write"))
    return [Booked(*row) for row in query.ask(_values(user, asked))]


def read_version(user: User, asked: Asked) -> str:
    """Return the version as it is now of what the agenda shows, visits and leave. One query."""
    return version_in_words(*_marks(_shape(user, asked)).ask(_values(user, asked))[0])


@cache
def _rows(shape: _Shape, *, says_written: bool) -> KeptQuery:
    rows = _booked_as(shape).annotate(mark=VISIT_MARK)
    if not says_written:
        return KeptQuery.of(rows.values_list(*_FIELDS, "mark"))
    written = Encounter.objects.filter(is_written(), pk=OuterRef("encounter_id"))  # apart: joins take time to plan
    return KeptQuery.of(rows.annotate(is_written=Exists(written)).values_list(*_FIELDS, "mark", "is_written"))


@cache
def _marks(shape: _Shape) -> KeptQuery:
    visits = KeptQuery.of(_booked_as(shape).order_by().values_list(VISIT_MARK))
    leave = KeptQuery.of(leave_between(START, END).order_by().values_list(LEAVE_MARK))
    sql = _VERSION.format(visits=visits.sql, leave=leave.sql)
    return KeptQuery(Appointment, sql, visits.places + leave.places)


def _booked(user: User, span: Stretch, *, is_by_room: bool, whose: object) -> AppointmentQuerySet:
    rows: AppointmentQuerySet = Appointment.objects.visible_to(user).between(*span).order_by("start", "id")
    if is_by_room:
        return rows.filter(room_id=whose) if whose else rows
    rows = rows.filter(practitioner__is_active=True)
    return rows.filter(practitioner_id=whose) if whose else rows


def _booked_as(shape: _Shape) -> AppointmentQuerySet:
    """The same visits, with stand-ins for who asks, when, and whose."""
    whose = (_ROOM if shape.is_by_room else _THERAPIST) if shape.is_of_one else None
    user = User(id=SOMEBODY, role=shape.role)
    return _booked(user, (START, END), is_by_room=shape.is_by_room, whose=whose)


def _shape(user: User, asked: Asked) -> _Shape:
    return _Shape(user.role, asked.is_by_room, bool(_whose(asked)))


def _values(user: User, asked: Asked) -> Mapping[object, object]:
    start, end = asked.span
    whose = _ROOM if asked.is_by_room else _THERAPIST
    return {START: start, END: end, SOMEBODY: user.pk, whose: _whose(asked)}


def _whose(asked: Asked) -> str:
    return asked.room if asked.is_by_room else asked.practitioner
