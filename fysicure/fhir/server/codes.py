"""What mappers need beside the rows of one answer, loaded once for all of them."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Practitioner
from fysicure.fhir.lookup import NOTHING, Lookup
from fysicure.fhir.server.kinds import Kind
from patients.models import Patient

_AUTHORS = ("made_by_id", "written_by_id", "signed_by_id", "entered_by_id")


def lookup_for(kind: Kind, rows: Iterable[Any]) -> Lookup:
    """Return the codes, and who stands behind the accounts that the rows name. Three queries at most."""
    if not kind.is_clinical:
        return NOTHING
    accounts = {getattr(row, name, None) for row in rows for name in _AUTHORS} - {None}
    if not accounts:
        return NOTHING
    return Lookup(
        therapists=dict(Practitioner.objects.filter(user_id__in=accounts).values_list("user_id", "pk")),
        patients=dict(Patient.objects.filter(user_id__in=accounts).values_list("user_id", "pk")),
    )
