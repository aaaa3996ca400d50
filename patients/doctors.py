"""Doctors outside the practice."""

from patients.models import ExternalPractitioner

SUGGESTED = 300


def find_or_add_doctor(name: str) -> ExternalPractitioner | None:
    """Return the external doctor of this name, whatever its capitals; an unknown one is added. None for no name."""
    tidy = " ".join(name.split())
    if not tidy:
        return None
    known = ExternalPractitioner.objects.filter(name__iexact=tidy).order_by("id").first()
    return known or ExternalPractitioner.objects.create(name=tidy)


def doctor_names() -> list[str]:
    """Return names to suggest while someone types a doctor's name. One query."""
    return list(ExternalPractitioner.objects.values_list("name", flat=True).distinct().order_by("name")[:SUGGESTED])
