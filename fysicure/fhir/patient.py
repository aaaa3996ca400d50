"""Patient."""

from fysicure.fhir.elements import SSIN, Resource, day, reference, without_empty
from patients.models import Patient


def patient(row: Patient) -> Resource:
    """Return a patient with the national number as the Belgian core profile has it (SSIN, eleven digits)."""
    number = row.national_number
    telecom = [{"system": "phone", "value": row.phone}] if row.phone else []
    telecom += [{"system": "email", "value": row.email}] if row.email else []
    doctor = reference("Practitioner", row.general_practitioner_id)
    return without_empty(
        {
            "resourceType": "Patient",
            "id": str(row.pk),
            "identifier": [{"system": SSIN, "value": number}] if number else [],
            "active": row.archived_at is None,
            "name": [{"use": "official", "family": row.family_name, "given": [row.given_name]}],
            "telecom": telecom,
            "gender": row.gender,
            "birthDate": day(row.birth_date),
            "address": [_address(row)] if row.street or row.city else [],
            "communication": [
                {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": row.language}]}, "preferred": True}
            ],
            "generalPractitioner": [doctor] if doctor else [],
        }
    )


def _address(row: Patient) -> Resource:
    return without_empty(
        {
            "line": [row.street] if row.street else [],
            "city": row.city,
            "postalCode": row.postal_code,
            "country": row.country,
        }
    )
