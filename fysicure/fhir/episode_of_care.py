"""EpisodeOfCare, and the Condition that it is about."""

from fysicure.fhir.elements import Resource, coded, day, label, period, reference, without_empty
from patients.models import EpisodeOfCare

_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def episode_of_care(row: EpisodeOfCare) -> Resource:
    """Return an episode; our statuses are FHIR's."""
    return without_empty(
        {
            "resourceType": "EpisodeOfCare",
            "id": str(row.pk),
            "status": row.status,
            "patient": reference("Patient", row.patient_id),
            "diagnosis": [{"condition": reference("Condition", row.pk)}],
            "careManager": reference("Practitioner", row.practitioner_id),
            "period": period(row.started_on, row.ended_on),
        }
    )


def condition(row: EpisodeOfCare) -> Resource:
    """Return the complaint of an episode, in words: no code of a terminology is certain for a complaint as told."""
    ended = row.status in {EpisodeOfCare.Status.FINISHED, EpisodeOfCare.Status.CANCELLED}
    side = label(row, "side") if row.side else ""
    return without_empty(
        {
            "resourceType": "Condition",
            "id": str(row.pk),
            "clinicalStatus": coded("", system=_CLINICAL, code="inactive" if ended else "active"),
            "verificationStatus": coded("", system=_VERIFICATION, code="provisional"),
            "code": coded(row.reason),
            "bodySite": [coded(side)] if side else [],
            "subject": reference("Patient", row.patient_id),
            "recordedDate": day(row.started_on),
        }
    )
