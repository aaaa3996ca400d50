"""What stands around a visit that is about to be written, read in one statement once its days are locked.

The therapist's open time of that day, the visits near it, what the owner wrote of the kinds of visits, the visit that
the same key booked before, and the patient's running episodes: a booking asks for all of them, each is a few rows.
"""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from patients.episodes import RUNNING
from scheduling.availability import OPEN_TIME, Busy, Preferred, asked_for, read_rows
from scheduling.free_time import BRUSSELS, Stretch, wall_time
from scheduling.models import Appointment
from scheduling.querysets import LONGEST_BUFFER, LONGEST_VISIT, OCCUPYING
from scheduling.visit_needs import USUAL, VisitNeeds

_DAY = datetime.timedelta(days=1)
_NEEDS = [field.name for field in fields(VisitNeeds)]

_AROUND = f"""
WITH {OPEN_TIME}
SELECT 'open' AS what, NULL::uuid AS id, NULL::text AS type, lower(stretch) AS start, upper(stretch) AS "end",
       NULL::int AS room, NULL::int AS equipment, NULL::jsonb AS needs
FROM open, unnest(time) AS stretch
UNION ALL
SELECT 'busy', id, type, start, "end", room_id, equipment_id, NULL FROM scheduling_busy
WHERE practitioner_id = ANY (%(practitioners)s::uuid[]) AND start < %(near_until)s AND start > %(visits_from)s
  AND "end" > %(near_from)s AND status = ANY (%(occupying)s) AND id <> %(visit)s::uuid
UNION ALL
SELECT 'needs', NULL, type, NULL, NULL, NULL, NULL, to_jsonb(service) FROM scheduling_healthcareservice service
UNION ALL
SELECT 'earlier', id, NULL, NULL, NULL, NULL, NULL, NULL FROM scheduling_appointment
WHERE booked_by_id = %(by)s::uuid AND idempotency_key = %(key)s
UNION ALL
SELECT 'running', id, NULL, NULL, NULL, NULL, NULL, NULL FROM patients_episodeofcare
WHERE patient_id = %(patient)s::uuid AND status = ANY (%(running)s)
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Around:
    """`worked`: when the therapist works that day; `near`: what the therapist has within an hour of the visit.

    `needs` are those of every kind of visit; `earlier` is the visit that the same key booked; `running` the ids of the
    patient's running episodes.
    """

    worked: Sequence[Stretch]
    near: Sequence[Busy]
    needs: Mapping[str, VisitNeeds]
    earlier: UUID | None
    running: Sequence[UUID]

    @property
    def only_episode(self) -> UUID | None:
        """The running episode when there is exactly one: nobody guesses between two complaints."""
        return self.running[0] if len(self.running) == 1 else None


def read_around(visit: Appointment) -> Around:
    """Return what stands around a visit, which itself does not count. One query."""
    found: dict[str, list[Any]] = {"open": [], "busy": [], "needs": [], "earlier": [], "running": []}
    for what, pk, kind, start, end, room, equipment, needs in read_rows(_AROUND, _asked(visit)):
        if what == "open":
            found[what].append((start, end))
        elif what == "busy":
            found[what].append(Busy(visit.practitioner_id, room, equipment, kind, start, end))
        elif what == "needs":
            found[what].append((kind, _needs(needs)))
        else:
            found[what].append(pk)
    return Around(
        worked=sorted(found["open"]),
        near=sorted(found["busy"], key=lambda busy: busy.start),
        needs={**USUAL, **dict(found["needs"])},
        earlier=next(iter(found["earlier"]), None),
        running=found["running"],
    )


def _asked(visit: Appointment) -> dict[str, Any]:
    midnight = datetime.time()
    day = visit.start.astimezone(BRUSSELS).date()
    begins, ends = wall_time(day, midnight), max(visit.end, wall_time(day + _DAY, midnight))
    return asked_for([visit.practitioner_id], begins, ends, Preferred()) | {
        "visit": visit.pk,
        "near_from": visit.start - LONGEST_BUFFER,
        "near_until": visit.end + LONGEST_BUFFER,
        "visits_from": visit.start - LONGEST_BUFFER - LONGEST_VISIT,
        "occupying": list(OCCUPYING),
        "by": visit.booked_by_id,
        "key": visit.idempotency_key,
        "patient": visit.patient_id,
        "running": [status.value for status in RUNNING],
    }


def _needs(row: str) -> VisitNeeds:
    written = json.loads(row)  # Django leaves jsonb as text
    known = {name: written[name] for name in _NEEDS}
    return VisitNeeds(**{**known, "room_kinds": tuple(known["room_kinds"])})
