"""A day of the agenda: a column for each therapist on one grid of five minutes, and the same day as one list."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import Practitioner, User
from accounts.policy import may
from scheduling.free_time import BRUSSELS, Stretch, subtract, wall_time
from scheduling.models import Appointment
from scheduling.querysets import OCCUPYING, TOOK_PLACE, AppointmentQuerySet
from scheduling.slots import working_times

ROW_MINUTES = 5
SLOT_MINUTES = 30
FIRST_HOUR, LAST_HOUR = 8, 19
_LONGEST_SPAN = 48
_FIELDS = (
    "id", "practitioner_id", "start", "end", "status", "type", "patient_id",
    "patient__family_name", "patient__given_name", "room__name",
)  # fmt: skip

# Rooms above this one know more of a patient than the calendar does (which phase). The front door names the functions
# that say it in settings.AGENDA_DESCRIBERS: user and ids of patients in, words by id of what the user may know out.
Describe = Callable[[User, Sequence[UUID]], Mapping[UUID, str]]


@cache
def _describers() -> tuple[Describe, ...]:
    return tuple(import_string(path) for path in settings.AGENDA_DESCRIBERS)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, its times already in words. `place` holds the CSS classes of its rows on the grid."""

    url: str
    start: str
    end: str
    patient: str
    type: str
    status: str
    status_label: str
    room: str
    words: str
    practitioner: str
    place: str
    is_short: bool
    is_unwritten: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Free time of a therapist that a click can fill; no address when it is over."""

    url: str
    start: str
    place: str


@dataclass(frozen=True, slots=True)
class Column:
    """The day of one therapist."""

    practitioner: Practitioner
    visits: tuple[Visit, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """A day of the practice. `hours` are (label, place) of the lines on the left; `now_row` is 0 on other days."""

    day: datetime.date
    columns: tuple[Column, ...]
    visits: tuple[Visit, ...]
    hours: tuple[tuple[str, str], ...]
    rows: int
    now_row: int
    practitioners: tuple[Practitioner, ...]
    chosen: str


def agenda_day(user: User, day: datetime.date, *, now: datetime.datetime, chosen: str = "") -> AgendaDay:
    """Return a day of all therapists, or of the one whose id is `chosen`. Four queries and those of the describers.

    Cancelled and missed visits are in the list and not on the grid: their time is free again.
    """
    everyone = tuple(Practitioner.objects.filter(is_active=True))
    shown = tuple(person for person in everyone if not chosen or str(person.pk) == chosen)
    start, end = wall_time(day, datetime.time()), wall_time(day + datetime.timedelta(days=1), datetime.time())
    booked = Appointment.objects.visible_to(user).between(start, end).order_by("start", "id")
    rows = list(_read(booked.filter(practitioner__in=[person.pk for person in shown]), user))
    working = working_times([person.pk for person in shown], start, end)
    grid = _grid(day, rows, working.values())
    words = _words(user, [row["patient_id"] for row in rows])
    names = {person.pk: person.name for person in shown}
    visits = [(row["practitioner_id"], _visit(row, grid, words, names, now)) for row in rows]
    columns = tuple(_column(person, visits, _free(person, rows, working), grid, now) for person in shown)
    return AgendaDay(
        day=day,
        columns=columns,
        visits=tuple(visit for _owner, visit in visits),
        hours=grid.hours(),
        rows=grid.rows,
        now_row=grid.row(now) if grid.start <= now < grid.end else 0,
        practitioners=everyone,
        chosen=chosen,
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """The rows of a day, five minutes each, from a whole hour to a whole hour. In UTC."""

    start: datetime.datetime
    end: datetime.datetime

    @property
    def rows(self) -> int:
        return int((self.end - self.start).total_seconds() // 60 // ROW_MINUTES)

    def row(self, moment: datetime.datetime) -> int:
        """The row, from 1, in which a moment falls; what lies outside is put at the edge."""
        minutes = (moment - self.start).total_seconds() / 60
        return min(max(int(minutes // ROW_MINUTES) + 1, 1), self.rows)

    def place(self, start: datetime.datetime, end: datetime.datetime) -> str:
        span = -(-int((end - max(start, self.start)).total_seconds()) // 60 // ROW_MINUTES)
        return f"r-{self.row(start)} s-{min(max(span, 2), _LONGEST_SPAN)}"

    def hours(self) -> tuple[tuple[str, str], ...]:
        count = self.rows * ROW_MINUTES // 60
        each = [self.start + datetime.timedelta(hours=number) for number in range(count)]
        return tuple((clock(hour), f"r-{self.row(hour)}") for hour in each)


def clock(moment: datetime.datetime) -> str:
    """Return a moment as Brussels clock time, like "14:30"."""
    return moment.astimezone(BRUSSELS).strftime("%H:%M")


def _grid(day: datetime.date, rows: Iterable[Mapping[str, Any]], working: Iterable[Iterable[Stretch]]) -> _Grid:
    """Span the usual hours and whatever is worked or booked outside them."""
    start, end = wall_time(day, datetime.time(FIRST_HOUR)), wall_time(day, datetime.time(LAST_HOUR))
    stretches = [(row["start"], row["end"]) for row in rows] + [each for person in working for each in person]
    first = min([start, *(each[0] for each in stretches)])
    last = max([end, *(each[1] for each in stretches)])
    first = max(first.replace(minute=0, second=0, microsecond=0), wall_time(day, datetime.time()))
    last = min(last, wall_time(day + datetime.timedelta(days=1), datetime.time()))
    return _Grid(first, first + datetime.timedelta(hours=-(-(last - first) // datetime.timedelta(hours=1))))


def words_about(user: User, patient: UUID) -> str:
    """Return what other rooms say about a patient to this user; nothing to who may not know."""
    return _words(user, [patient]).get(patient, "")


def _words(user: User, patients: Sequence[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for describe in _describers():
        found |= describe(user, patients) if patients else {}
    return found


def _read(booked: AppointmentQuerySet, user: User) -> Any:
    """The visits as the agenda shows them; whether they were written up is for those who may write."""
    if not may(user, "notes.write"):
        return booked.values(*_FIELDS)
    return booked.with_note_state().values(*_FIELDS, "is_written")


def _visit(
    row: Mapping[str, Any],
    grid: _Grid,
    words: Mapping[UUID, str],
    names: Mapping[UUID, str],
    now: datetime.datetime,
) -> Visit:
    return Visit(
        url=f"{_base()}{row['id']}/",
        start=clock(row["start"]),
        end=clock(row["end"]),
        patient=f"{row['patient__family_name']} {row['patient__given_name']}",
        type=str(Appointment.Type(row["type"]).label),
        status=row["status"],
        status_label=str(Appointment.Status(row["status"]).label),
        room=row["room__name"] or "",
        words=words.get(row["patient_id"], ""),
        practitioner=names.get(row["practitioner_id"], ""),
        place=f"{grid.place(row['start'], row['end'])} is-{row['status']}",
        is_short=row["end"] - row["start"] < datetime.timedelta(minutes=25),
        is_unwritten=row.get("is_written") is False and row["status"] in TOOK_PLACE and row["end"] < now,
    )


def _base() -> str:
    return reverse("scheduling:agenda")


def _column(
    person: Practitioner,
    visits: Iterable[tuple[UUID, Visit]],
    free: Iterable[Stretch],
    grid: _Grid,
    now: datetime.datetime,
) -> Column:
    own_visits = tuple(visit for owner, visit in visits if owner == person.pk and visit.status in OCCUPYING)
    return Column(person, own_visits, tuple(_gaps(person, free, grid, now)))


def _free(
    person: Practitioner, rows: Iterable[Mapping[str, Any]], working: Mapping[object, Iterable[Stretch]]
) -> list[Stretch]:
    own = [row for row in rows if row["practitioner_id"] == person.pk and row["status"] in OCCUPYING]
    return subtract(working[person.pk], [(row["start"], row["end"]) for row in own])


def _gaps(person: Practitioner, free: Iterable[Stretch], grid: _Grid, now: datetime.datetime) -> Iterable[Gap]:
    """Cut free time at the half hours, so that one click chooses a moment."""
    step = datetime.timedelta(minutes=SLOT_MINUTES)
    book = reverse("scheduling:book")
    for first, last in free:
        start = first
        while start < last:
            into = datetime.timedelta(minutes=start.minute % SLOT_MINUTES)
            end = min(start - into + step, last)
            local = start.astimezone(BRUSSELS)
            asked = urlencode({"practitioner": person.pk, "start": f"{local:%Y-%m-%dT%H:%M}"})
            yield Gap(f"{book}?{asked}" if end > now else "", f"{local:%H:%M}", grid.place(start, end))
            start = end


def day_words(day: datetime.date, today: datetime.date) -> str:
    """Return how far a day is from today, in a word, or nothing."""
    return {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((day - today).days, "")
