"""ServiceRequest: a doctor's prescription of physiotherapy."""

from fysicure.fhir.elements import Resource, coded, day, reference, without_empty
from patients.models import Prescription


def service_request(row: Prescription) -> Resource:
    """Return a prescription with the number of sessions ordered."""
    ordered = row.sessions_ordered
    return without_empty(
        {
            "resourceType": "ServiceRequest",
            "id": str(row.pk),
            "status": "active",
            "intent": "order",
            "code": coded("kinesitherapie"),
            "quantityQuantity": {"value": ordered} if ordered else None,
            "subject": reference("Patient", row.episode.patient_id),
            "authoredOn": day(row.prescribed_on),
            "requester": reference("Practitioner", row.prescriber_id),
            "reasonCode": [coded(row.diagnosis)] if row.diagnosis else [],
            "reasonReference": [reference("Condition", row.episode_id)],
        }
    )
