"""What each kind of visit needs: the usual needs, in code, under what the owner wrote in HealthcareService."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from patients.models import Encounter
from scheduling.models import HealthcareService, Room
from scheduling.models.appointment import LONGEST_MINUTES

_Kind, _Room = Encounter.Kind, Room.Kind
_USUAL_ROOMS = (_Room.TREATMENT.value, _Room.EXERCISE.value, _Room.GAIT.value)


@dataclass(frozen=True, slots=True)
class VisitNeeds:
    """The needs of a kind of visit; lengths and buffers in minutes. No `room_kinds`: no room is needed.

    Longer than `longest_minutes` needs a written reason. Between two visits of one practitioner at least the larger of
    the earlier one's `buffer_after` and the later one's `buffer_before` stays free; a kind without a row has no buffer.
    `room_kinds` are the kinds of rooms that serve, the best first.
    """

    minutes: int = 30
    longest_minutes: int = LONGEST_MINUTES
    buffer_before: int = 0
    buffer_after: int = 0
    room_kinds: tuple[str, ...] = _USUAL_ROOMS
    equipment_kind: str = ""


USUAL: Mapping[str, VisitNeeds] = {
    _Kind.INTAKE: VisitNeeds(minutes=60),
    _Kind.SESSION: VisitNeeds(),
    _Kind.RETEST: VisitNeeds(),
    _Kind.GAIT_ANALYSIS: VisitNeeds(room_kinds=(_Room.GAIT.value,)),
    _Kind.PHONE: VisitNeeds(room_kinds=()),
}


def visit_needs() -> Mapping[str, VisitNeeds]:
    """Return the needs of every kind of visit that can be booked. One query."""
    names = [field.name for field in fields(VisitNeeds)]
    written = {
        row.pop("type"): VisitNeeds(**{**row, "room_kinds": tuple(row["room_kinds"])})
        for row in HealthcareService.objects.values("type", *names)
    }
    return {**USUAL, **written}


def needs_of(type: str) -> VisitNeeds:
    """Return the needs of one kind of visit; those of a session for a kind that nobody knows. One query."""
    return visit_needs().get(type, USUAL[_Kind.SESSION])
