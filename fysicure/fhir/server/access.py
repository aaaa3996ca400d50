"""Who looked at whose record over FHIR: noted before anything is made of a row (accounts.audit)."""

from collections.abc import Iterable, Sequence, Set
from uuid import UUID

from rest_framework.request import Request

from accounts.access_reasons import readable
from accounts.audit import record_access, record_accesses
from accounts.policy import may
from fysicure.fhir.elements import Resource
from fysicure.fhir.lookup import Lookup
from fysicure.fhir.server.kinds import Found, Kind

_ALWAYS = ("resourceType", "id", "meta", "implicitRules", "language")


def made_of_one(request: Request, kind: Kind, found: Found, lookup: Lookup) -> Resource:
    """Return a resource, once it is noted that it was opened. Raises ReasonWanted."""
    patient = found.patient_id
    if patient is not None:
        record_access(request._request, patient, kind.part(of_list=False))
    return _told(request, kind, [found], lookup)[0]


def made_of_list(
    request: Request, kind: Kind, found: Sequence[Found], lookup: Lookup, *, asked_about: Set[UUID] = frozenset()
) -> list[Resource]:
    """Return the resources of a list, once it is noted whose they are and who was asked about. Raises ReasonWanted."""
    note_patients(request, kind, {each.patient_id for each in found} | asked_about)
    return _told(request, kind, found, lookup)


def note_patients(request: Request, kind: Kind, patients: Iterable[UUID | None]) -> None:
    """Note that a list tells something of some patients. Raises ReasonWanted."""
    known = sorted(each for each in patients if each is not None)
    if known:
        record_accesses(request._request, known, kind.part(of_list=True))


def _told(request: Request, kind: Kind, found: Sequence[Found], lookup: Lookup) -> list[Resource]:
    """What may be told: of a type with a desk part, all of it only to who may read what is the matter."""
    made = [each.resource(lookup) for each in found]
    if not kind.desk:
        return made
    patients = {each.patient_id for each in found if each.patient_id}
    near = readable(request._request, patients) if may(request.user, "api.clinical") else set()
    kept = {*_ALWAYS, *kind.desk}
    return [
        resource if each.patient_id in near else {name: value for name, value in resource.items() if name in kept}
        for each, resource in zip(found, made, strict=True)
    ]
