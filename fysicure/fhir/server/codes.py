"""What mappers need beside the rows of one answer, loaded once for all of them; and what is found by a code."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Practitioner
from fysicure.fhir.elements import LOCAL
from fysicure.fhir.lookup import NOTHING as NO_LOOKUP
from fysicure.fhir.lookup import Lookup, lookup_of
from fysicure.fhir.server.clauses import NOTHING
from patients.models import Coding, Patient

_AUTHORS = ("made_by_id", "written_by_id", "signed_by_id", "entered_by_id", "created_by_id")


def lookup_for(kind: str, rows: Iterable[Any]) -> Lookup:
    """Return the codes, and who stands behind the accounts that the rows name. Three queries at most."""
    if kind not in _CODED:
        return NO_LOOKUP
    named = (getattr(row, name, None) for row in rows for name in _AUTHORS)
    accounts: set[UUID] = {each for each in named if each is not None}
    people = list(Practitioner.objects.filter(user_id__in=accounts)) if accounts else []
    others = accounts - {each.user_id for each in people}
    patients = list(Patient.objects.filter(user_id__in=others)) if others else []
    return lookup_of(Coding.objects.certain(), people, patients)


_CODED = frozenset(
    {
        "CarePlan", "Condition", "Goal", "Observation", "PlanDefinition", "Provenance", "QuestionnaireResponse",
        "ServiceRequest",
    }
)  # fmt: skip


def _keys(what: str, system: str | None, code: str) -> list[str]:
    """What has a code of a terminology. One query."""
    rows = Coding.objects.certain().filter(what=what, code=code)
    return list((rows if system is None else rows.filter(system=system)).values_list("key", flat=True))


def measured(system: str | None, code: str) -> Q:
    """Return the condition of a measure: by the practice's own code, or by that of a terminology. One query."""
    own = Q(measure_id=code) if system in (None, f"{LOCAL}/measure") else NOTHING
    return own | Q(measure_id__in=_keys("measure", system, code))


def logged(system: str | None, code: str) -> Q:
    """Return the condition of entries of the diary of a kind."""
    return Q(kind=code) if system in (None, f"{LOCAL}/diary") else NOTHING


def scored(system: str | None, code: str) -> Q:
    """Return the condition of entries that hold a pain score with a code. One query."""
    own = {code} & {"pre", "during", "after", "next"} if system in (None, f"{LOCAL}/diary-pain") else set()
    found = NOTHING
    for name in sorted({*own, *_keys("diary", system, code)}):
        found |= Q(**{f"{name}__isnull": False})
    return found
