"""The agenda side by side: columns of therapists, rooms or days on one grid of five minutes; and the same as a list."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import may
from scheduling.agenda_asked import Asked
from scheduling.agenda_closures import Closure, Colleague, closures_of, leave_marks, people_with_leave
from scheduling.agenda_columns import Place, key_of, places_of, shown_days
from scheduling.agenda_drawing import Column, Drawing, Visit
from scheduling.agenda_grid import bounds, clock, day_of, grid_of
from scheduling.agenda_rows import Booked, read_booked
from scheduling.agenda_version import version_of
from scheduling.free_time import Stretch, merge
from scheduling.models import Room
from scheduling.public_holidays import holiday_name
from scheduling.querysets import OCCUPYING
from scheduling.slots import working_times

# Rooms above this one know more of a patient than the calendar does (which phase). The front door names the functions
# that say it in settings.AGENDA_DESCRIBERS: user and ids of patients in, words by id of what the user may know out.
Describe = Callable[[User, Sequence[UUID]], Mapping[UUID, str]]


@cache
def _describers() -> tuple[Describe, ...]:
    return tuple(import_string(path) for path in settings.AGENDA_DESCRIBERS)


@dataclass(frozen=True, slots=True)
class Board:
    """What is shown of a day or a week. `hours` are (label, place) of the lines on the left.

    `lists` holds the visits of each day, also the cancelled and missed ones. `asked` has whose it is filled in.
    """

    asked: Asked
    columns: tuple[Column, ...]
    lists: tuple[tuple[datetime.date, tuple[Visit, ...]], ...]
    hours: tuple[tuple[str, str], ...]
    first_hour: int
    notices: tuple[str, ...]
    practitioners: tuple[Colleague, ...]
    rooms: tuple[Room, ...]
    version: str

    @property
    def visits(self) -> tuple[Visit, ...]:
        """All visits of the list."""
        return tuple(visit for _day, visits in self.lists for visit in visits)


def agenda_board(user: User, asked: Asked, *, now: datetime.datetime) -> Board:
    """Return a day or a week of the agenda. Three queries (one more by room) and those of the describers.

    Cancelled and missed visits are in the list and not on the grid: their time is free again.
    """
    start, end = asked.span
    people = people_with_leave(start, end)
    rooms = tuple(Room.objects.filter(is_active=True)) if asked.is_by_room else ()
    asked = chosen_or_first(asked, user, people, rooms)
    rows = read_booked(user, asked)
    working = working_times(_whose_hours(asked, people), start, end)
    closures = closures_of(people, user)
    places = places_of(asked, people, rooms, shown_days(asked, rows, working))
    opened = {place.key: _open(place, working) for place in places}
    grid = grid_of({(row.start, row.end) for row in rows}.union(*opened.values()))
    words = words_of(user, [row.patient_id for row in rows])
    draw = Drawing(asked, grid, words, may(user, "appointments.change"), now)
    shown = [(row, draw.visit(row)) for row in rows]
    booked = _by_column(asked, shown)
    columns = [draw.column(place, booked.get(place.key, ()), opened[place.key], closures) for place in places]
    return Board(
        asked=asked,
        columns=tuple(column for column in columns if column.place.is_drop or column.visits),
        lists=tuple((day, tuple(visits)) for day, visits in _by_day(asked, shown).items()),
        hours=grid.hours(),
        first_hour=grid.first,
        notices=tuple(_notices(asked, closures)),
        practitioners=people,
        rooms=rooms,
        version=version_of([row.mark for row in rows], leave_marks(people)),
    )


def chosen_or_first(asked: Asked, user: User, people: Sequence[Colleague], rooms: Sequence[Room]) -> Asked:
    """Fill in whose week it is: one's own, or the first. A day and a month show everybody unless one is chosen."""
    if asked.view != "week":
        return asked
    if asked.is_by_room:
        return asked if asked.room or not rooms else replace(asked, room=str(rooms[0].pk))
    own = next((person for person in people if person.user_id == user.pk), people[0] if people else None)
    return asked if asked.practitioner or own is None else replace(asked, practitioner=str(own.pk))


def words_about(user: User, patient: UUID) -> str:
    """Return what other rooms say about a patient to this user; nothing to who may not know."""
    return words_of(user, [patient]).get(patient, "")


def day_words(day: datetime.date, today: datetime.date) -> str:
    """Return how far a day is from today, in a word, or nothing."""
    return {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((day - today).days, "")


def words_of(user: User, patients: Sequence[UUID]) -> dict[UUID, str]:
    """Return what other rooms say about patients to this user, by the patient's id."""
    found: dict[UUID, str] = {}
    for describe in _describers():
        found |= describe(user, patients) if patients else {}
    return found


def _by_day(asked: Asked, shown: Iterable[tuple[Booked, Visit]]) -> dict[datetime.date, list[Visit]]:
    found: dict[datetime.date, list[Visit]] = defaultdict(list)
    for row, visit in shown:
        found[max(day_of(row.start), asked.first)].append(visit)
    return found


def _by_column(asked: Asked, shown: Iterable[tuple[Booked, Visit]]) -> dict[str, list[tuple[Stretch, Visit]]]:
    """The visits that take up their time, by the key of the column in which they stand."""
    found: dict[str, list[tuple[Stretch, Visit]]] = defaultdict(list)
    for row, visit in shown:
        if row.status in OCCUPYING:
            found[key_of(asked, row)].append(((row.start, row.end), visit))
    return found


def _whose_hours(asked: Asked, people: Iterable[Colleague]) -> list[UUID]:
    """Whose hours are read: of a day of one therapist only the own ones, else everybody's."""
    is_of_one = asked.view != "week" and not asked.is_by_room and asked.practitioner
    return [person.pk for person in people if not is_of_one or str(person.pk) == asked.practitioner]


def _open(place: Place, working: Mapping[object, Sequence[Stretch]]) -> list[Stretch]:
    """When somebody works in a column: its therapist, or for a room anybody."""
    who = [place.practitioner] if place.practitioner else list(working)
    start, end = bounds(place.day)
    worked = merge(stretch for person in who for stretch in working.get(person, ()))
    return [(max(first, start), min(last, end)) for first, last in worked if first < end and last > start]


def _notices(asked: Asked, closures: Iterable[Closure]) -> Iterable[str]:
    """What is said once above a day: the holiday, and closures of the whole practice."""
    if asked.view == "week":
        return
    if holiday_name(asked.day):
        yield _("Public holiday: %(name)s.") % {"name": holiday_name(asked.day)}
    for closure in closures:
        if closure.practitioner is None:
            times = f"{clock(closure.start)}–{clock(closure.end)}"
            whole = closure.start <= asked.span[0] and closure.end >= asked.span[1]
            label = closure.label if whole else f"{closure.label}, {times}"
            yield _("The practice is closed: %(reason)s.") % {"reason": label}
