"""Encounter."""

from fysicure.fhir.elements import Resource, label, local, period, reference, without_empty
from patients.models import Encounter

_CLASSES = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def encounter(row: Encounter) -> Resource:
    """Return a contact: ambulatory in the practice, virtual by phone or by the patient's own report."""
    is_virtual = row.kind in {Encounter.Kind.PHONE, Encounter.Kind.SELF_REPORT}
    therapist = reference("Practitioner", row.practitioner_id)
    order = reference("ServiceRequest", row.prescription_id)
    return without_empty(
        {
            "resourceType": "Encounter",
            "id": str(row.pk),
            "status": row.status,
            "class": {"system": _CLASSES, "code": "VR" if is_virtual else "AMB"},
            "type": [local("encounter-kind", row.kind, label(row, "kind"))],
            "subject": reference("Patient", row.patient_id),
            "episodeOfCare": [reference("EpisodeOfCare", row.episode_id)],
            "basedOn": [order] if order else [],
            "participant": [{"individual": therapist}] if therapist else [],
            "period": period(row.started_at, row.ended_at),
        }
    )
