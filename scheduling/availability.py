"""Free time, worked out by PostgreSQL in one statement from hours, leave and visits. Nothing is written for it.

    open time  =  (weekly hours − public holidays + extra hours − leave) ∩ the times that are wanted     (multiranges)
    free time  =  open time − visits, each widened by the buffers between it and the visit that is asked for
    moments    =  each quarter of an hour at which the visit fits into free time and some place is free throughout
    place      =  a room and a piece of equipment, as the kind of visit needs them

Wall times become moments as `free_time.wall_time` says, which is PostgreSQL's own rule. Visits are read by the index on
their start: none is longer than four hours and no buffer longer than one (both are constraints). They are read from
`scheduling_busy`, the one door to the calendars of others: it tells what is taken when, not by whom. Of the visits of
others only those count that overlap the time that is asked about (`asked_about`). What is joined to many rows
(`room_taken`, `place`) is MATERIALIZED: worked out once, not again for every room or moment. The places stand in order
of preference, so that a moment looks no further than its first free one.
"""

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.read_cursor import planned_rows
from scheduling.free_time import BRUSSELS, GRID_MINUTES, Stretch
from scheduling.models import Equipment, Room
from scheduling.public_holidays import holidays_between
from scheduling.querysets import LONGEST_BUFFER, LONGEST_VISIT, OCCUPYING
from scheduling.visit_needs import USUAL, VisitNeeds

_GRID = datetime.timedelta(minutes=GRID_MINUTES)

OPEN_TIME = """
day AS (
    SELECT %(first_day)s::date + number AS day
    FROM generate_series(0, %(last_day)s::date - %(first_day)s::date) AS number
),
wanted AS (
    SELECT coalesce(range_agg(tstzrange(opens, closes)), '{}') * tstzmultirange(tstzrange(%(start)s, %(end)s)) AS time
    FROM day CROSS JOIN LATERAL (
        SELECT (day + coalesce(%(not_before)s::time, '00:00')) AT TIME ZONE 'Europe/Brussels' AS opens,
               coalesce(day + %(not_after)s::time, day + interval '1 day') AT TIME ZONE 'Europe/Brussels' AS closes
    ) AS span
    WHERE opens < closes AND (%(weekdays)s::int[] = '{}' OR extract(isodow FROM day) = ANY (%(weekdays)s::int[]))
),
worked AS (
    SELECT practitioner_id, opens, closes
    FROM day
    JOIN scheduling_workinghours hours ON hours.weekday = extract(isodow FROM day)
        AND hours.valid_from <= day AND (hours.valid_until IS NULL OR hours.valid_until >= day)
    CROSS JOIN LATERAL (
        SELECT (day + hours.starts_at) AT TIME ZONE 'Europe/Brussels' AS opens,
               (day + hours.ends_at) AT TIME ZONE 'Europe/Brussels' AS closes
    ) AS span
    WHERE practitioner_id = ANY (%(practitioners)s::uuid[]) AND day <> ALL (%(holidays)s::date[]) AND opens < closes
    UNION ALL
    SELECT practitioner_id, starts_at, ends_at
    FROM scheduling_extrahours
    WHERE practitioner_id = ANY (%(practitioners)s::uuid[]) AND starts_at < %(end)s AND ends_at > %(start)s
),
away AS (
    SELECT practitioner_id, tstzrange(starts_at, ends_at) AS time
    FROM scheduling_leave
    WHERE starts_at < %(end)s AND ends_at > %(start)s
),
open AS MATERIALIZED (
    SELECT worked.practitioner_id, wanted.time * range_agg(tstzrange(opens, closes)) - coalesce((
        SELECT range_agg(away.time) FROM away
        WHERE away.practitioner_id = worked.practitioner_id OR away.practitioner_id IS NULL
    ), '{}') AS time
    FROM worked CROSS JOIN wanted
    GROUP BY worked.practitioner_id, wanted.time
)
"""

_NEED = """
need AS (
    SELECT coalesce(service.buffer_before, %(buffer_before)s) AS buffer_before,
           coalesce(service.buffer_after, %(buffer_after)s) AS buffer_after,
           coalesce(service.room_kinds, %(room_kinds)s::varchar[]) AS room_kinds,
           coalesce(service.equipment_kind, %(equipment_kind)s) AS equipment_kind
    FROM (SELECT) AS always LEFT JOIN scheduling_healthcareservice service ON service.type = %(type)s
)
"""

_FREE = """
free AS MATERIALIZED (
    SELECT open.practitioner_id, open.time - coalesce((
        SELECT range_agg(tstzrange(
            visit.start - make_interval(mins => greatest(need.buffer_after, service.buffer_before)),
            visit."end" + make_interval(mins => greatest(need.buffer_before, service.buffer_after))
        ))
        FROM need CROSS JOIN scheduling_busy visit
        LEFT JOIN scheduling_healthcareservice service ON service.type = visit.type
        WHERE visit.practitioner_id = open.practitioner_id
          AND visit.start > %(visits_from)s AND visit.start < %(visits_until)s AND visit.status = ANY (%(occupying)s)
    ), '{}') AS time
    FROM open
)
"""

_PLACES = """
visit AS MATERIALIZED (
    SELECT visit.room_id, visit.equipment_id, tstzrange(visit.start, visit."end") AS time
    FROM asked_about CROSS JOIN scheduling_busy visit
    WHERE visit.start > %(visits_from)s AND visit.start < %(visits_until)s AND visit.status = ANY (%(occupying)s)
      AND tstzrange(visit.start, visit."end") && asked_about.time AND visit.id IS DISTINCT FROM %(without)s::uuid
),
room_taken AS MATERIALIZED (
    SELECT room_id, range_agg(time) AS time FROM visit GROUP BY room_id
),
equipment_taken AS MATERIALIZED (
    SELECT equipment_id, range_agg(time) AS time FROM visit WHERE equipment_id IS NOT NULL GROUP BY equipment_id
),
place AS MATERIALIZED (
    SELECT room.id AS room_id, room.name AS room, room.kind AS room_kind,
           equipment.id AS equipment_id, equipment.name AS equipment, equipment.kind, equipment.room_id AS stands_in,
           coalesce(room_taken.time, '{}') + coalesce(equipment_taken.time, '{}') AS taken,
           row_number() OVER (ORDER BY
               array_position(need.room_kinds, room.kind), room.name, room.id,
               equipment.room_id, equipment.name, equipment.id
           ) AS preference
    FROM need
    LEFT JOIN scheduling_equipment equipment ON equipment.is_active AND equipment.kind = need.equipment_kind
    LEFT JOIN scheduling_room room ON room.is_active
        AND room.id = coalesce(equipment.room_id, room.id)
        AND CASE
            WHEN %(room)s::bigint IS NOT NULL THEN room.id = %(room)s::bigint
            WHEN need.room_kinds = '{}' THEN room.id = equipment.room_id
            ELSE room.kind = ANY (need.room_kinds)
        END
    LEFT JOIN room_taken ON room_taken.room_id = room.id
    LEFT JOIN equipment_taken ON equipment_taken.equipment_id = equipment.id
    WHERE (equipment.id IS NOT NULL OR need.equipment_kind = '')
      AND (room.id IS NOT NULL OR need.room_kinds = '{}' AND equipment.room_id IS NULL AND %(room)s::bigint IS NULL)
    ORDER BY preference
)
"""

_OPEN = f"""
WITH {OPEN_TIME}
SELECT practitioner_id, lower(stretch), upper(stretch) FROM open, unnest(time) AS stretch ORDER BY 1, 2
"""  # noqa: S608 - constants

_FREE_MOMENTS = f"""
WITH {OPEN_TIME}, {_NEED}, {_FREE},
asked_about AS MATERIALIZED (SELECT range_agg(time) AS time FROM free),
{_PLACES},
moment AS (
    SELECT practitioner_id, generate_series(
        date_bin(%(grid)s, lower(stretch) + %(grid)s - interval '1 microsecond', '2000-01-01 00:00Z'),
        upper(stretch) - make_interval(mins => %(minutes)s),
        %(grid)s
    ) AS start
    FROM free, unnest(time) AS stretch
)
SELECT moment.practitioner_id, moment.start, room_id, room, room_kind, equipment_id, equipment, kind, stands_in
FROM moment CROSS JOIN LATERAL (
    SELECT * FROM place
    WHERE NOT taken && tstzrange(moment.start, moment.start + make_interval(mins => %(minutes)s))
    ORDER BY preference LIMIT 1
) AS place
"""  # noqa: S608 - constants

_FREE_PLACES = f"""
WITH {_NEED},
asked_about AS (SELECT tstzrange(%(start)s, %(end)s) AS time),
{_PLACES}
SELECT room_id, room, room_kind, equipment_id, equipment, kind, stands_in FROM place
WHERE isempty(taken) ORDER BY preference
"""  # noqa: S608 - constants


_BUSY = """
SELECT practitioner_id, room_id, equipment_id, type, start, "end" FROM scheduling_busy
WHERE start < %(end)s AND start > %(from)s AND "end" > %(start)s
  AND status = ANY (%(occupying)s) AND id IS DISTINCT FROM %(without)s::uuid
ORDER BY start, id
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit takes place, and with which device; None: it needs none."""

    room: Room | None
    equipment: Equipment | None


@dataclass(frozen=True, slots=True)
class Preferred:
    """Times that suit: ISO weekdays (none: every day) and Brussels wall times between which the whole visit lies."""

    weekdays: Collection[int] = ()
    not_before: datetime.time | None = None
    not_after: datetime.time | None = None


ANY_TIME = Preferred()


def read_open_time(
    practitioners: Collection[UUID], start: datetime.datetime, end: datetime.datetime
) -> Iterator[tuple[UUID, Stretch]]:
    """Yield who works when between two moments, in order of time for each practitioner. One query."""
    for practitioner, opens, closes in read_rows(_OPEN, asked_for(practitioners, start, end, Preferred())):
        yield practitioner, (opens, closes)


def read_free_moments(
    practitioners: Collection[UUID],
    start: datetime.datetime,
    end: datetime.datetime,
    *,
    minutes: int,
    type: str,
    preferred: Preferred,
) -> Iterator[tuple[UUID, datetime.datetime, Place]]:
    """Yield who is free when for a whole visit of a kind, with the best free place, in no order. One query."""
    asked = (
        asked_for(practitioners, start, end, preferred) | _visit(type, start, end) | {"minutes": minutes, "grid": _GRID}
    )
    places: dict[Any, Place] = {}
    for practitioner, moment, *place in read_rows(_FREE_MOMENTS, asked):
        key = (place[0], place[3])
        if key not in places:
            places[key] = _place(place)
        yield practitioner, moment, places[key]


def read_free_places(
    type: str,
    start: datetime.datetime,
    end: datetime.datetime,
    *,
    room: Room | None = None,
    without: UUID | None = None,
) -> Iterator[Place]:
    """Yield the places that are free throughout [start, end), the best first. One query.

    With `room` only that room counts, whatever its kind; the visit `without` does not stand in its own way.
    """
    asked = _visit(type, start, end, room=room.pk if room else None, without=without)
    yield from map(_place, read_rows(_FREE_PLACES, asked | {"start": start, "end": end}))


@dataclass(frozen=True, slots=True)
class Busy:
    """A stretch of time that a visit takes, of whomever: with which therapist, room and device."""

    practitioner_id: UUID
    room_id: int | None
    equipment_id: int | None
    type: str
    start: datetime.datetime
    end: datetime.datetime


def read_busy(start: datetime.datetime, end: datetime.datetime, *, without: UUID | None = None) -> list[Busy]:
    """Return what is taken between two moments, the earliest first; not by the visit `without`. One query."""
    asked = {
        "start": start,
        "end": end,
        "from": start - LONGEST_VISIT,
        "occupying": list(OCCUPYING),
        "without": without,
    }
    return [Busy(*row) for row in read_rows(_BUSY, asked)]


def asked_for(
    practitioners: Collection[UUID], start: datetime.datetime, end: datetime.datetime, preferred: Preferred
) -> dict[str, Any]:
    """Return the values of OPEN_TIME: whose open time between two moments, and at which times."""
    first, last = start.astimezone(BRUSSELS).date(), end.astimezone(BRUSSELS).date()
    return {
        "practitioners": list(practitioners),
        "start": start,
        "end": end,
        "first_day": first,
        "last_day": last,
        "holidays": holidays_between(first, last),
        "weekdays": list(preferred.weekdays),
        "not_before": preferred.not_before,
        "not_after": preferred.not_after,
    }


def _visit(
    type: str,
    start: datetime.datetime,
    end: datetime.datetime,
    *,
    room: int | None = None,
    without: UUID | None = None,
) -> dict[str, Any]:
    usual = USUAL.get(type, VisitNeeds())
    return {
        "type": str(type),
        "buffer_before": usual.buffer_before,
        "buffer_after": usual.buffer_after,
        "room_kinds": list(usual.room_kinds),
        "equipment_kind": usual.equipment_kind,
        "occupying": list(OCCUPYING),
        "visits_from": start - LONGEST_VISIT - LONGEST_BUFFER,
        "visits_until": end + LONGEST_BUFFER,
        "room": room,
        "without": without,
    }


def _place(row: Sequence[Any]) -> Place:
    room, room_name, room_kind, device, device_name, device_kind, stands_in = row
    return Place(
        Room(pk=room, name=room_name, kind=room_kind) if room else None,
        Equipment(pk=device, name=device_name, kind=device_kind, room_id=stands_in) if device else None,
    )


def read_rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of one of our statements, whose tables are joined in the same way whatever is asked."""
    return planned_rows(Room, sql, values)
