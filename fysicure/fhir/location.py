"""Location: the rooms of the practice."""

from fysicure.fhir.elements import PRACTICE, Resource, label, local, without_empty
from scheduling.models import Room


def location(row: Room) -> Resource:
    """Return a room. A room that is no longer used is inactive."""
    return without_empty(
        {
            "resourceType": "Location",
            "id": str(row.pk),
            "status": "active" if row.is_active else "inactive",
            "name": row.name,
            "mode": "instance",
            "type": [local("room-kind", row.kind, label(row, "kind"))],
            "managingOrganization": {"reference": PRACTICE},
        }
    )
