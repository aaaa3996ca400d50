"""Free moments of practitioners and rooms, read from the calendar in a fixed number of queries."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from accounts.models import Practitioner
from patients.models import Encounter
from scheduling.free_time import BRUSSELS, Stretch, fits, starts, subtract
from scheduling.models import Appointment, Leave, Room, WorkingHours
from scheduling.working_time import Hours, working_stretches

_NO_ROOM = {Encounter.Kind.PHONE}
_ONLY_GAIT = {Encounter.Kind.GAIT_ANALYSIS}


@dataclass(frozen=True, slots=True)
class FreeMoment:
    """A visit that could be booked: with whom, where (None: no room is needed), and when (Brussels time)."""

    practitioner: Practitioner
    room: Room | None
    start: datetime.datetime
    end: datetime.datetime


def needs_room(type: str) -> bool:
    """Return whether a kind of visit takes a room: all but a phone call."""
    return type not in _NO_ROOM


def rooms_for(type: str) -> list[Room]:
    """Return the rooms in use that serve for a kind of visit, the best first. One query.

    A gait analysis needs the treadmill; other visits leave that room free as long as another one is.
    """
    if not needs_room(type):
        return []
    rooms = list(Room.objects.filter(is_active=True))
    if type in _ONLY_GAIT:
        return [room for room in rooms if room.kind == Room.Kind.GAIT]
    order = [Room.Kind.TREATMENT, Room.Kind.EXERCISE, Room.Kind.GAIT]
    return sorted(rooms, key=lambda room: (order.index(Room.Kind(room.kind)), room.name, room.pk))


def free_moments(
    *,
    practitioners: Iterable[Practitioner],
    start: datetime.datetime,
    end: datetime.datetime,
    minutes: int,
    type: str,
    now: datetime.datetime,
) -> list[FreeMoment]:
    """Return the visits of `minutes` that can be booked between two moments, from `now` on, the earliest first.

    Four queries at most (hours, leave, visits, rooms), however many practitioners and days.
    """
    people = {person.pk: person for person in practitioners if person.is_active}
    start, end = max(start, now).astimezone(datetime.UTC), end.astimezone(datetime.UTC)
    if not people or minutes <= 0 or start >= end:
        return []
    working = working_times(people, start, end)
    rooms = {room.pk: room for room in rooms_for(type)}
    busy: dict[object, list[Stretch]] = defaultdict(list)
    occupied: dict[int, list[Stretch]] = {pk: [] for pk in rooms}
    for visit in Appointment.objects.occupying().between(start, end).only("practitioner", "room", "start", "end"):
        taken = (visit.start, visit.end)
        busy[visit.practitioner_id].append(taken)
        if visit.room_id in occupied:
            occupied[visit.room_id].append(taken)
    found: list[FreeMoment] = []
    length = datetime.timedelta(minutes=minutes)
    for pk, person in people.items():
        for moment in starts(subtract(working[pk], busy[pk]), minutes):
            room = next((rooms[at] for at, taken in occupied.items() if _is_free(taken, moment, moment + length)), None)
            if room is not None or not needs_room(type):
                ends = (moment + length).astimezone(BRUSSELS)
                found.append(FreeMoment(person, room, moment.astimezone(BRUSSELS), ends))
    return sorted(found, key=lambda moment: (moment.start, moment.practitioner.name, str(moment.practitioner.pk)))


def _is_free(taken: Iterable[Stretch], start: datetime.datetime, end: datetime.datetime) -> bool:
    return not any(first < end and last > start for first, last in taken)


def is_within_hours(practitioner: Practitioner, start: datetime.datetime, end: datetime.datetime) -> bool:
    """Return whether a practitioner works the whole of [start, end): hours, without leave or public holiday."""
    return fits(working_times({practitioner.pk: practitioner}, start, end)[practitioner.pk], start, end)


def working_times(
    people: Iterable[UUID], start: datetime.datetime, end: datetime.datetime
) -> dict[object, list[Stretch]]:
    """Return for each practitioner's id when they work between two moments: hours − leave − holidays. Two queries."""
    pks = list(people)
    first, last = start.astimezone(BRUSSELS).date(), end.astimezone(BRUSSELS).date()
    hours: dict[object, list[Hours]] = defaultdict(list)
    for row in WorkingHours.objects.filter(practitioner__in=pks, valid_from__lte=last).exclude(valid_until__lt=first):
        hours[row.practitioner_id].append(
            Hours(row.weekday, row.starts_at, row.ends_at, row.valid_from, row.valid_until)
        )
    away: dict[object, list[Stretch]] = defaultdict(list)
    leaves = Leave.objects.filter(starts_at__lt=end, ends_at__gt=start)
    for leave in leaves.filter(Q(practitioner__in=pks) | Q(practitioner__isnull=True)):
        away[leave.practitioner_id].append((leave.starts_at, leave.ends_at))
    return {pk: subtract(working_stretches(hours[pk], start, end), [*away[pk], *away[None]]) for pk in pks}
