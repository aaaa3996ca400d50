"""Where a visit takes place: in the best free room that serves, with the device that its kind needs."""

from collections.abc import Iterable

from scheduling.availability import Place, read_busy, read_free_places
from scheduling.exceptions import BookingRefused, NoEquipmentFree, NoRoomFree, SlotTaken
from scheduling.models import Appointment, Equipment
from scheduling.visit_needs import needs_of
from scheduling.writing import MOST_NAMED, save_or_refuse, taken


def put_in_place(visit: Appointment, *, before: Place | None = None) -> None:
    """Write a visit in the room it names, or in the best free one, with a free device when its kind needs one.

    What it had `before` is kept when it is still free. Raises SlotTaken, NoRoomFree or NoEquipmentFree.
    """
    asked = visit.room
    free: Iterable[Place] = read_free_places(visit.type, visit.start, visit.end, room=asked, without=visit.pk)
    if before is not None:
        free = sorted(free, key=lambda place: (place.room != before.room, place.equipment != before.equipment))
    for place in free:
        visit.room, visit.equipment = place.room, place.equipment
        try:
            save_or_refuse(visit)
        except SlotTaken as refusal:
            if refusal.clash != "room":
                raise
        else:
            return
    visit.room, visit.equipment = asked, None
    raise _why_nowhere(visit)


def _why_nowhere(visit: Appointment) -> BookingRefused:
    """Without a free place, first say that the therapist or the patient is taken, or the room that was asked for."""
    busy = read_busy(visit.start, visit.end, without=visit.pk)
    if any(row.practitioner_id == visit.practitioner_id for row in busy):
        return taken("practitioner", visit)
    # A patient reads only the own visits here: nobody else's is named in the portal.
    near = Appointment.objects.occupying().between(visit.start, visit.end).exclude(pk=visit.pk)
    if near.filter(patient=visit.patient_id).exists():
        return taken("patient", visit)
    if visit.room_id is not None and any(row.room_id == visit.room_id for row in busy):
        return taken("room", visit)
    kind = needs_of(visit.type).equipment_kind
    in_use = {row.equipment_id for row in busy if row.equipment_id is not None}
    others = list(near.filter(room__isnull=False).order_by("start")[:MOST_NAMED])
    if kind and (visit.room or not Equipment.objects.filter(kind=kind, is_active=True).exclude(pk__in=in_use).exists()):
        return NoEquipmentFree(str(Equipment.Kind(kind).label), others=others)
    return NoRoomFree(others=others)
