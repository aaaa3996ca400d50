"""What stands side by side: therapists or rooms of one day, or the days of one week."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from scheduling.agenda_asked import Asked
from scheduling.agenda_closures import Colleague
from scheduling.agenda_grid import day_of
from scheduling.agenda_rows import Booked
from scheduling.free_time import Stretch
from scheduling.models import Room

_ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit in a column is: on which day, with whom and in which room, as far as the column says so.

    `title` names the column (of a day it is the template that writes the date); `url` opens that day.
    """

    key: str
    day: datetime.date
    title: str = ""
    colour: str = ""
    url: str = ""
    practitioner: UUID | None = None
    room: int | None = None
    is_drop: bool = True


def key_of(asked: Asked, row: Booked) -> str:
    """Return the key of the column in which a visit stands, if it is shown: only on the day on which it begins."""
    day = day_of(row.start)
    if asked.view == "week":
        return f"d{day}"
    if day != asked.day:
        return ""
    if asked.is_by_room:
        return f"r{row.room_id}" if row.room_id else _ANYWHERE
    return f"p{row.practitioner_id}"


def places_of(
    asked: Asked, people: Sequence[Colleague], rooms: Sequence[Room], days: Sequence[datetime.date]
) -> list[Place]:
    """Return the columns in order. When rooms stand side by side, visits without one have a column of their own."""
    if asked.view == "week":
        room = int(asked.room) if asked.is_by_room and asked.room else None
        who = next((each.pk for each in people if str(each.pk) == asked.practitioner), None)
        known = room is not None if asked.is_by_room else who is not None
        whose = {"practitioner": None if asked.is_by_room else who, "room": room}
        week = [Place(f"d{day}", day, url=asked.address(view="day", day=day), **whose) for day in days]  # type: ignore[arg-type]
        return week if known else []
    if asked.is_by_room:
        shown = [room for room in rooms if asked.room in {"", str(room.pk)}]
        found = [Place(f"r{room.pk}", asked.day, room.name, room=room.pk) for room in shown]
        return found if asked.room else [*found, Place(_ANYWHERE, asked.day, _("Without a room"), is_drop=False)]
    return [
        Place(f"p{person.pk}", asked.day, person.name, person.colour, practitioner=person.pk)
        for person in people
        if asked.practitioner in {"", str(person.pk)}
    ]


def shown_days(
    asked: Asked, rows: Iterable[Booked], working: Mapping[object, Iterable[Stretch]]
) -> list[datetime.date]:
    """Return the days of the span; Saturday and Sunday only when somebody works or comes."""
    used = {day_of(row.start) for row in rows}
    used |= {day_of(start) for stretches in working.values() for start, _end in stretches}
    days = [asked.first + datetime.timedelta(days=number) for number in range(asked.days)]
    return days if asked.view != "week" else [day for day in days if day.isoweekday() < 6 or day in used]
