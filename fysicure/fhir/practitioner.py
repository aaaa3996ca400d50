"""Practitioner: the therapists of the practice and the doctors outside it."""

from accounts.models import Practitioner
from fysicure.fhir.elements import NIHDI, Resource, coded, without_empty
from patients.models import ExternalPractitioner


def practitioner(row: Practitioner | ExternalPractitioner) -> Resource:
    """Return a therapist or a doctor, with the RIZIV number where it is known.

    What somebody is stands in words: the code of a profession was not certain.
    """
    is_own = isinstance(row, Practitioner)
    city = getattr(row, "city", "")
    phone = getattr(row, "phone", "")
    return without_empty(
        {
            "resourceType": "Practitioner",
            "id": str(row.pk),
            "identifier": [{"use": "official", "system": NIHDI, "value": row.nihdi_number}] if row.nihdi_number else [],
            "active": row.is_active if isinstance(row, Practitioner) else None,
            "name": [{"text": row.name}],
            "telecom": [{"system": "phone", "value": phone}] if phone else [],
            "address": [{"city": city}] if city else [],
            "qualification": [{"code": coded("kinesitherapeut")}] if is_own else [],
        }
    )
