"""Appointment."""

from fysicure.fhir.elements import (
    Resource,
    coding,
    concept,
    instant,
    label,
    local,
    meta,
    present,
    reference,
    without_empty,
)
from scheduling.models import Appointment

_REASONS = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
# Our reasons that HL7's list has with the same meaning. Its "pat-dec" says that the patient died: never sent.
_SAME = {
    Appointment.CancellationReason.PATIENT: "pat",
    Appointment.CancellationReason.FEELING_BETTER: "pat-fb",
    Appointment.CancellationReason.PRACTITIONER: "prov",
    Appointment.CancellationReason.FACILITY: "maint",
    Appointment.CancellationReason.WEATHER: "oth-weath",
    Appointment.CancellationReason.ERROR: "oth-err",
    Appointment.CancellationReason.OTHER: "other",
}


def appointment(row: Appointment) -> Resource:
    """Return a visit with patient, therapist and room. Our statuses are FHIR's.

    It says nothing of what is the matter: the desk reads it, and so may any program that books.
    """
    people = [reference("Patient", row.patient_id), reference("Practitioner", row.practitioner_id)]
    answer = "tentative" if row.status == Appointment.Status.PENDING else "accepted"
    participants = [*people, *present(reference("Location", row.room_id))]
    return without_empty(
        {
            "resourceType": "Appointment",
            "id": str(row.pk),
            "meta": meta(version=row.version),
            "status": row.status,
            "cancelationReason": _why(row),
            "serviceType": [local("encounter-kind", row.type, label(row, "type"))],
            "start": instant(row.start),
            "end": instant(row.end),
            "minutesDuration": row.minutes,
            "created": instant(row.created_at),
            "participant": [{"actor": each, "required": "required", "status": answer} for each in participants],
        }
    )


def _why(row: Appointment) -> Resource | None:
    reason = row.cancellation_code
    if not reason or row.status != Appointment.Status.CANCELLED:
        return None
    own = local("cancellation", reason, label(row, "cancellation_code"))
    same = _SAME.get(Appointment.CancellationReason(reason))
    return concept(own["text"], *([coding(_REASONS, same)] if same else []), *own["coding"])
