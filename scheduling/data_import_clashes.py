"""What visits from a file clash with: visits of the agenda, and earlier lines of the file."""

import datetime
from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from scheduling.models import Appointment
from scheduling.writing import taken_words

FIELDS = ("practitioner", "room", "patient")
# The first thing in the way of each visit. No visit is longer than four hours (a constraint), so that the indexes on
# therapist and patient with the start suffice; a room has the index of its exclusion constraint.
_CLASHES = """
SELECT wanted.place, clash.field, clash.id
FROM unnest(%(places)s::int[], %(practitioners)s::uuid[], %(rooms)s::bigint[], %(patients)s::uuid[],
            %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(occupies)s::bool[])
     AS wanted (place, practitioner, room, patient, start, until, occupies)
CROSS JOIN LATERAL (
    SELECT 'same' AS field, visit.id FROM scheduling_appointment visit
    WHERE visit.practitioner_id = wanted.practitioner AND visit.start = wanted.start
      AND visit.patient_id = wanted.patient
    UNION ALL
    SELECT 'practitioner', visit.id FROM scheduling_appointment visit
    WHERE wanted.occupies AND visit.practitioner_id = wanted.practitioner
      AND visit.start < wanted.until AND visit.start > wanted.start - interval '4 hours' AND visit."end" > wanted.start
      AND visit.status IN ('pending', 'booked', 'arrived', 'fulfilled')
    UNION ALL
    SELECT 'patient', visit.id FROM scheduling_appointment visit
    WHERE wanted.occupies AND visit.patient_id = wanted.patient
      AND visit.start < wanted.until AND visit.start > wanted.start - interval '4 hours' AND visit."end" > wanted.start
      AND visit.status IN ('pending', 'booked', 'arrived', 'fulfilled')
    UNION ALL
    SELECT 'room', visit.id FROM scheduling_appointment visit
    WHERE wanted.occupies AND visit.room_id = wanted.room
      AND tstzrange(visit.start, visit."end", '[)') && tstzrange(wanted.start, wanted.until, '[)')
      AND visit.status IN ('pending', 'booked', 'arrived', 'fulfilled')
    LIMIT 1
) AS clash
"""


def clashes_of(visits: Sequence[Appointment]) -> dict[int, tuple[str, str]]:
    """Return what the agenda says against visits, by their place: "same" and "", or a field and its sentence.

    "same": that very visit is there already, of the same patient with the same therapist at the same moment. Two
    queries, and one when nothing is in the way.
    """
    if not visits:
        return {}
    asked: dict[str, Any] = {
        "places": list(range(len(visits))),
        "practitioners": [each.practitioner_id for each in visits],
        "rooms": [each.room_id for each in visits],
        "patients": [each.patient_id for each in visits],
        "starts": [each.start for each in visits],
        "ends": [each.end for each in visits],
        "occupies": [each.occupies for each in visits],
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLASHES, asked)
        found: list[tuple[int, str, UUID]] = cursor.fetchall()
    if not found:
        return {}
    keys = {key for _place, field, key in found if field != "same"}
    others = Appointment.objects.select_related("practitioner", "room", "patient").in_bulk(keys) if keys else {}
    return {place: (field, _sentence(field, others.get(key))) for place, field, key in found}


def _sentence(field: str, other: Appointment | None) -> str:
    if field == "same":
        return ""
    if other is None:
        return _("This moment has just been taken.")
    return taken_words(field, other)[0]


class LinesSoFar:
    """The visits of the earlier lines of a file, by whom they take up. In memory; its size is that of the file."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, Any], list[tuple[datetime.datetime, datetime.datetime, int]]] = {}
        self._seen: dict[tuple[UUID, UUID, datetime.datetime], int] = {}

    def same(self, visit: Appointment) -> int | None:
        """Return the line that holds this very visit."""
        return self._seen.get((visit.patient_id, visit.practitioner_id, visit.start))

    def clash(self, visit: Appointment) -> tuple[str, int] | None:
        """Return the field in which an earlier line is in the way, and that line."""
        if not visit.occupies:
            return None
        for field in FIELDS:
            key = getattr(visit, f"{field}_id")
            taken = self._taken.get((field, key), []) if key is not None else []
            at = bisect_left(taken, (visit.start,))
            if at < len(taken) and taken[at][0] < visit.end:
                return field, taken[at][2]
            if at and taken[at - 1][1] > visit.start:
                return field, taken[at - 1][2]
        return None

    def remember(self, visit: Appointment, number: int) -> None:
        """Keep the visit of a line for those that follow."""
        self._seen[(visit.patient_id, visit.practitioner_id, visit.start)] = number
        if visit.occupies:
            for field in FIELDS:
                key = getattr(visit, f"{field}_id")
                if key is not None:
                    insort(self._taken.setdefault((field, key), []), (visit.start, visit.end, number))
