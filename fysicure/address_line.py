"""Where a patient lives, on one line."""

from patients.models import Patient


def address_line(patient: Patient) -> str:
    """Return street, postal code and town as far as they are known; "" when nothing is."""
    town = f"{patient.postal_code} {patient.city}".strip()
    return ", ".join(part for part in (patient.street, town) if part)
