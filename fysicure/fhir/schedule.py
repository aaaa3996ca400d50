"""Schedule: the time of one therapist; and Slot: a visit that could be booked in it."""

import datetime
import re
from uuid import UUID

from accounts.models import Practitioner
from fysicure.fhir.elements import Resource, instant, reference, without_empty
from scheduling.slots import FreeMoment

_STAMP = "%Y%m%dT%H%M%SZ"
_SLOT = re.compile(r"([0-9a-f-]{36})\.(\d{8}T\d{6}Z)\.(\d{1,4})")


def schedule(row: Practitioner) -> Resource:
    """Return the time of a therapist. It has the therapist's id: there is one for each."""
    return without_empty(
        {
            "resourceType": "Schedule",
            "id": str(row.pk),
            "active": row.is_active,
            "actor": [reference("Practitioner", row.pk, row.name)],
        }
    )


def slot(moment: FreeMoment) -> Resource:
    """Return a moment that is free. Slots are worked out when asked and never stored: the id says which one it is."""
    return {
        "resourceType": "Slot",
        "id": slot_id(moment.practitioner.pk, moment.start, moment.end),
        "schedule": reference("Schedule", moment.practitioner.pk),
        "status": "free",
        "start": instant(moment.start),
        "end": instant(moment.end),
    }


def slot_id(practitioner_id: UUID, start: datetime.datetime, end: datetime.datetime) -> str:
    """Return the id of a free moment: therapist, start in UTC, minutes."""
    minutes = int((end - start).total_seconds() // 60)
    return f"{practitioner_id}.{start.astimezone(datetime.UTC):{_STAMP}}.{minutes}"


def slot_of(resource_id: str) -> tuple[UUID, datetime.datetime, int] | None:
    """Return therapist, start and minutes from the id of a slot; None when it is not one."""
    found = _SLOT.fullmatch(resource_id)
    if found is None:
        return None
    try:
        start = datetime.datetime.strptime(found[2], _STAMP).replace(tzinfo=datetime.UTC)
        return UUID(found[1]), start, int(found[3])
    except ValueError:
        return None
