"""Encounter."""

from uuid import UUID

from fysicure.fhir.elements import PRACTICE, Resource, coding, label, local, period, present, reference, without_empty
from patients.models import Encounter

_CLASSES = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CLASS_WORDS = {"AMB": "ambulatory", "VR": "virtual"}


def encounter(row: Encounter, *, visit: UUID | None = None) -> Resource:
    """Return a contact: ambulatory in the practice, virtual by phone or by the patient's own report.

    `visit` is the id of the appointment that it was held at.
    """
    kind = "VR" if row.kind in {Encounter.Kind.PHONE, Encounter.Kind.SELF_REPORT} else "AMB"
    therapist = reference("Practitioner", row.practitioner_id)
    return without_empty(
        {
            "resourceType": "Encounter",
            "id": str(row.pk),
            "status": row.status,
            "class": coding(_CLASSES, kind, _CLASS_WORDS[kind]),
            "type": [local("encounter-kind", row.kind, label(row, "kind"))],
            "subject": reference("Patient", row.patient_id),
            "episodeOfCare": [reference("EpisodeOfCare", row.episode_id)],
            "basedOn": present(reference("ServiceRequest", row.prescription_id)),
            "participant": [{"individual": therapist}] if therapist else [],
            "appointment": present(reference("Appointment", visit)),
            "period": period(row.started_at, row.ended_at),
            "diagnosis": [{"condition": reference("Condition", row.episode_id)}],
            "serviceProvider": {"reference": PRACTICE},
        }
    )
