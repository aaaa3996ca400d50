"""Patient, both ways."""

import datetime
from collections.abc import Mapping
from typing import Any

from accounts.models import Language
from fysicure.fhir.elements import PRACTICE, SSIN, Resource, coding, day, meta, present, reference, without_empty
from patients.models import Patient

_LANGUAGES = "urn:ietf:bcp:47"


def patient(row: Patient) -> Resource:
    """Return a patient with the national number as the Belgian core profile has it (SSIN, eleven digits)."""
    number = row.national_number
    telecom = [{"system": "phone", "value": row.phone}] if row.phone else []
    telecom += [{"system": "email", "value": row.email}] if row.email else []
    spoken = {"coding": [coding(_LANGUAGES, row.language)], "text": row.get_language_display()}
    return without_empty(
        {
            "resourceType": "Patient",
            "id": str(row.pk),
            "meta": meta(version=row.version),
            "identifier": [{"use": "official", "system": SSIN, "value": number}] if number else [],
            "active": row.archived_at is None,
            "name": [{"use": "official", "family": row.family_name, "given": [row.given_name]}],
            "telecom": telecom,
            "gender": row.gender,
            "birthDate": day(row.birth_date),
            "address": [_address(row)] if row.street or row.city or row.postal_code else [],
            "communication": [{"language": spoken, "preferred": True}],
            "generalPractitioner": present(reference("Practitioner", row.general_practitioner_id)),
            "managingOrganization": {"reference": PRACTICE},
        }
    )


def _address(row: Patient) -> Resource:
    return without_empty(
        {
            "use": "home",
            "line": [row.street] if row.street else [],
            "city": row.city,
            "postalCode": row.postal_code,
            "country": row.country,
        }
    )


def patient_from(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a Patient says, as columns of ours; what it does not say is empty.

    Of several names, numbers or addresses the official or first one counts. Nothing is checked or saved here: that is
    for `patients.registration`. Raises ValueError when there is no name or no whole date of birth.
    """
    names = sorted(resource.get("name", ()), key=lambda each: each.get("use") != "official")
    if not names or not names[0].get("family") or not names[0].get("given"):
        raise ValueError("a patient has a family name and a first name")
    numbers = [each["value"] for each in resource.get("identifier", ()) if each.get("system") == SSIN]
    lives: Mapping[str, Any] = next(iter(resource.get("address", ())), {})
    spoken = [each["language"]["coding"][0]["code"] for each in resource.get("communication", ())]
    return {
        "family_name": names[0]["family"],
        "given_name": " ".join(names[0]["given"]),
        "birth_date": datetime.date.fromisoformat(resource.get("birthDate", "")),
        "gender": resource.get("gender", Patient.Gender.UNKNOWN),
        "national_number": next(iter(numbers), None),
        "phone": _first(resource, "phone"),
        "email": _first(resource, "email"),
        "street": ", ".join(lives.get("line", ())),
        "postal_code": lives.get("postalCode", ""),
        "city": lives.get("city", ""),
        "country": lives.get("country", "BE"),
        "language": next((code[:2] for code in spoken if code[:2] in Language.values), Language.DUTCH),
    }


def _first(resource: Mapping[str, Any], system: str) -> str:
    return next((each["value"] for each in resource.get("telecom", ()) if each.get("system") == system), "")
