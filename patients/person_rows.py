"""Patients as rows of a list: each text made once, so that a template has only to place it."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.addresses import url_of
from patients.contact_details import shown_phone
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What reception may see of a patient in a list, as text; `url` leads to the chart."""

    url: str
    name: str
    born: str
    phone: str
    city: str
    is_archived: bool


def person_rows(patients: Iterable[Patient]) -> list[PersonRow]:
    """Return patients as rows, in their order; no query. A date is written 14/03/1997, a phone as at home."""
    return [
        PersonRow(
            url=url_of("patients:chart", patient.pk),
            name=f"{patient.family_name} {patient.given_name}",
            born=f"{patient.birth_date:%d/%m/%Y}",
            phone=shown_phone(patient.phone),
            city=patient.city,
            is_archived=patient.archived_at is not None,
        )
        for patient in patients
    ]
