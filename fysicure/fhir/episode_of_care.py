"""EpisodeOfCare, and the Condition that it is about."""

from collections.abc import Iterable

from fysicure.fhir.elements import (
    PRACTICE,
    Resource,
    coded,
    concept,
    day,
    label,
    period,
    present,
    reference,
    without_empty,
)
from fysicure.fhir.lookup import NOTHING, Lookup
from pathways.models import Classification
from patients.models import EpisodeOfCare, Prescription

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CATEGORIES = "http://terminology.hl7.org/CodeSystem/condition-category"


def episode_of_care(row: EpisodeOfCare, *, orders: Iterable[Prescription] = ()) -> Resource:
    """Return an episode, with the orders that it rests on where they are at hand; our statuses are FHIR's."""
    return without_empty(
        {
            "resourceType": "EpisodeOfCare",
            "id": str(row.pk),
            "status": row.status,
            "diagnosis": [{"condition": reference("Condition", row.pk)}],
            "patient": reference("Patient", row.patient_id),
            "managingOrganization": {"reference": PRACTICE},
            "referralRequest": [reference("ServiceRequest", each.pk) for each in orders],
            "careManager": reference("Practitioner", row.practitioner_id),
            "period": period(row.started_on, row.ended_on),
        }
    )


def condition(
    row: EpisodeOfCare, *, classification: Classification | None = None, lookup: Lookup = NOTHING
) -> Resource:
    """Return the complaint of an episode, as told.

    It has a code only when the newest `classification` found the complaint of a pathway likely, and the table of
    codings has a certain code for that pathway. It stays provisional: a rule proposes, it makes no diagnosis. Reads the
    version of the classification: fetch it along.
    """
    ended = row.status in {EpisodeOfCare.Status.FINISHED, EpisodeOfCare.Status.CANCELLED}
    pathway = classification.pathway_version.pathway_id if classification and _is_likely(classification) else ""
    side = label(row, "side") if row.side else ""
    sites = lookup.codes("body-site", f"{pathway}.{row.side}") if pathway else []
    return without_empty(
        {
            "resourceType": "Condition",
            "id": str(row.pk),
            "clinicalStatus": coded("", system=CLINICAL, code="inactive" if ended else "active"),
            "verificationStatus": coded("", system=_VERIFICATION, code="provisional"),
            "category": [coded("", system=_CATEGORIES, code="problem-list-item")],
            "code": concept(row.reason, *(lookup.codes("pathway", pathway) if pathway else [])),
            "bodySite": present(concept(side, *sites) if side else None),
            "subject": reference("Patient", row.patient_id),
            "recordedDate": day(row.started_on),
        }
    )


def _is_likely(row: Classification) -> bool:
    return row.outcome == Classification.Outcome.LIKELY
