"""Free moments of practitioners, with a room and a device for each. PostgreSQL works them out (see availability)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.models import Practitioner
from scheduling.availability import ANY_TIME, Preferred, read_free_moments, read_open_time
from scheduling.free_time import BRUSSELS, Stretch
from scheduling.models import Equipment, Room


@dataclass(frozen=True, slots=True)
class FreeMoment:
    """A visit that could be booked: with whom, where (None: no room is needed), and when (Brussels time).

    `equipment` is the device that is kept for it; None when the kind of visit needs none.
    """

    practitioner: Practitioner
    room: Room | None
    start: datetime.datetime
    end: datetime.datetime
    equipment: Equipment | None = None


def free_moments(
    *,
    practitioners: Iterable[Practitioner],
    start: datetime.datetime,
    end: datetime.datetime,
    minutes: int,
    type: str,
    now: datetime.datetime,
    preferred: Preferred = ANY_TIME,
) -> list[FreeMoment]:
    """Return the visits of `minutes` that can be booked between two moments, from `now` on, the earliest first.

    `preferred` says what suits: the whole visit lies within. One query, however many practitioners, days and visits.
    """
    people = {person.pk: person for person in practitioners if person.is_active}
    start = max(start, now)
    if not people or minutes <= 0 or start >= end:
        return []
    rows = read_free_moments(people, start, end, minutes=minutes, type=type, preferred=preferred)
    names = {pk: (person.name, str(pk)) for pk, person in people.items()}
    length = datetime.timedelta(minutes=minutes)
    return [
        FreeMoment(
            people[pk], place.room, moment.astimezone(BRUSSELS), (moment + length).astimezone(BRUSSELS), place.equipment
        )
        for pk, moment, place in sorted(rows, key=lambda row: (row[1], names[row[0]]))
    ]


def working_times(
    people: Iterable[UUID], start: datetime.datetime, end: datetime.datetime
) -> dict[object, list[Stretch]]:
    """Return for each practitioner's id when they work between two moments. One query.

    Weekly hours but not on public holidays, extra hours (also then), without leave of their own or of the practice.
    """
    pks = list(people)
    found: dict[object, list[Stretch]] = {pk: [] for pk in pks}
    for practitioner, stretch in read_open_time(pks, start, end):
        found[practitioner].append(stretch)
    return found
