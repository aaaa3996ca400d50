"""Appointment."""

from fysicure.fhir.elements import Resource, instant, label, local, reference, without_empty
from scheduling.models import Appointment


def appointment(row: Appointment) -> Resource:
    """Return a visit with patient and therapist. Our statuses are FHIR's."""
    people = [reference("Patient", row.patient_id), reference("Practitioner", row.practitioner_id)]
    answer = "tentative" if row.status == Appointment.Status.PENDING else "accepted"
    reason = row.cancellation_code
    return without_empty(
        {
            "resourceType": "Appointment",
            "id": str(row.pk),
            "status": row.status,
            "cancelationReason": local("cancellation", reason, label(row, "cancellation_code")) if reason else None,
            "serviceType": [local("encounter-kind", row.type, label(row, "type"))],
            "start": instant(row.start),
            "end": instant(row.end),
            "minutesDuration": row.minutes,
            "created": instant(row.created_at),
            "participant": [{"actor": each, "status": answer} for each in people],
        }
    )
