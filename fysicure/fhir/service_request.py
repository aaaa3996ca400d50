"""ServiceRequest: a doctor's prescription of physiotherapy."""

from fysicure.fhir.elements import (
    PRACTICE,
    Resource,
    concept,
    day,
    present,
    quantity,
    reference,
    without_empty,
)
from fysicure.fhir.lookup import NOTHING, Lookup
from patients.models import EpisodeOfCare, Prescription

_STATUSES = {EpisodeOfCare.Status.FINISHED: "completed", EpisodeOfCare.Status.CANCELLED: "revoked"}


def service_request(row: Prescription, *, lookup: Lookup = NOTHING) -> Resource:
    """Return a prescription with the number of sessions ordered. It is done when its episode is.

    The first session must come within two months of the order (nomenclature, article 7): the note says the last day.
    Reads the episode: fetch it along.
    """
    ordered, words = row.sessions_ordered, " ".join(row.diagnosis.split())
    return without_empty(
        {
            "resourceType": "ServiceRequest",
            "id": str(row.pk),
            "status": _STATUSES.get(EpisodeOfCare.Status(row.episode.status), "active"),
            "intent": "order",
            "code": concept("kinesitherapie", *lookup.codes("service", "physiotherapy")),
            "quantityQuantity": quantity(ordered, "sessies") if ordered else None,
            "subject": reference("Patient", row.episode.patient_id),
            "occurrencePeriod": {"start": day(row.prescribed_on)},
            "authoredOn": day(row.prescribed_on),
            "requester": reference("Practitioner", row.prescriber_id),
            "performer": [{"reference": PRACTICE}],
            "reasonCode": present(concept(words)),
            "reasonReference": [reference("Condition", row.episode_id)],
            "note": [{"text": f"Eerste sessie ten laatste op {day(row.start_before)}."}],
        }
    )
