"""The doctors outside the practice, by name and by RIZIV number, for the length of an import."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from patients.data_import.values import Unreadable, digits_of
from patients.models import ExternalPractitioner

_NIHDI_DIGITS = 11
_LONGEST_NAME = 120
DoctorKey = tuple[str, str]  # name as typed, RIZIV number in digits


class DoctorBook:
    """All doctors in memory: a practice knows some thousands at most. One query, when first asked."""

    def __init__(self) -> None:
        self._by_name: dict[str, ExternalPractitioner] | None = None
        self._by_number: dict[str, ExternalPractitioner] = {}

    def read(self, name: str, number: str) -> DoctorKey:
        """Return name and number of a doctor as they are kept, whether known or not. Raises Unreadable."""
        name, digits = " ".join(name.split()), digits_of(number)
        if len(name) > _LONGEST_NAME:
            raise Unreadable(_("At most %(most)d characters.") % {"most": _LONGEST_NAME})
        if number and len(digits) != _NIHDI_DIGITS:
            raise Unreadable(_("A RIZIV number has 11 digits."))
        if not name and self.find(name, digits) is None:
            raise Unreadable(_("No doctor with this RIZIV number is known: give the name as well."))
        return name, digits

    def find(self, name: str, number: str) -> ExternalPractitioner | None:
        """Return the doctor with a RIZIV number, else the one of that name without another number; None for nobody."""
        by_name = self._names()
        if number and number in self._by_number:
            return self._by_number[number]
        found = by_name.get(name.casefold()) if name else None
        is_other = found is not None and number and found.nihdi_number and digits_of(found.nihdi_number) != number
        return None if is_other else found

    def add(self, wanted: Iterable[DoctorKey]) -> list[ExternalPractitioner]:
        """Add the doctors that are not known yet; return them. One statement."""
        missing: dict[tuple[str, str], ExternalPractitioner] = {}
        for name, number in wanted:
            if self.find(name, number) is None:
                missing.setdefault((name.casefold(), number), ExternalPractitioner(name=name, nihdi_number=number))
        added: list[ExternalPractitioner] = []
        for (name, number), doctor in missing.items():
            if self.find(name, number) is None:  # another spelling of the same one may stand before it
                added.append(doctor)
                self._remember(doctor)
        ExternalPractitioner.objects.bulk_create(added)
        return added

    def _names(self) -> dict[str, ExternalPractitioner]:
        if self._by_name is None:
            self._by_name = {}
            for doctor in ExternalPractitioner.objects.order_by("id"):
                self._remember(doctor)
        return self._by_name

    def _remember(self, doctor: ExternalPractitioner) -> None:
        self._names().setdefault(" ".join(doctor.name.split()).casefold(), doctor)
        if doctor.nihdi_number:
            self._by_number.setdefault(digits_of(doctor.nihdi_number), doctor)
