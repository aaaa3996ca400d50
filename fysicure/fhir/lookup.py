"""What mappers need to know beside their row: codes of terminologies, and whose account an account is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from accounts.models import Practitioner
from fysicure.fhir.elements import LOCAL, Resource, coding
from patients.models import Coding, Patient


@dataclass(frozen=True, slots=True)
class Lookup:
    """Loaded once for a request or a bundle. Empty, nothing is coded and people are named by their account only.

    `codings`: codes by what they code and its key. `therapists` and `patients`: practitioner and patient by account.
    """

    codings: Mapping[tuple[str, str], Sequence[Resource]] = field(default_factory=dict)
    therapists: Mapping[UUID, UUID] = field(default_factory=dict)
    patients: Mapping[UUID, UUID] = field(default_factory=dict)

    def codes(self, what: str, key: str) -> list[Resource]:
        """Return the certain codes of a thing."""
        return list(self.codings.get((what, key), ()))

    def person(self, user_id: UUID | None) -> Resource | None:
        """Return a reference to who stands behind an account: a therapist, a patient, or the account's id only."""
        if user_id is None:
            return None
        if user_id in self.therapists:
            return {"reference": f"Practitioner/{self.therapists[user_id]}"}
        if user_id in self.patients:
            return {"reference": f"Patient/{self.patients[user_id]}"}
        return {"identifier": {"system": f"{LOCAL.removesuffix('/CodeSystem')}/account", "value": str(user_id)}}


NOTHING = Lookup()


def lookup_of(
    codings: Iterable[Coding], therapists: Iterable[Practitioner], patients: Iterable[Patient] = ()
) -> Lookup:
    """Return a lookup from rows that are at hand. Codes that are not certain must be left out before."""
    found: dict[tuple[str, str], list[Resource]] = defaultdict(list)
    for row in codings:
        found[row.what, row.key].append(coding(row.system, row.code, row.display))
    return Lookup(
        found,
        {row.user_id: row.pk for row in therapists},
        {row.user_id: row.pk for row in patients if row.user_id is not None},
    )
