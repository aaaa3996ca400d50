"""The two operations: everything about a patient, and a pathway as a plan for somebody."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.audit import record_access
from accounts.models import Role, User
from accounts.policy import signed_in
from fysicure.fhir.bundle import everything
from fysicure.fhir.care_plan_proposal import apply
from fysicure.fhir.elements import Resource
from fysicure.fhir.server.asked import ABOUT_ANSWER, MOST
from fysicure.fhir.server.bundles import base_of, entry, link, searchset
from fysicure.fhir.server.outcomes import FhirRefusal, NotSupported
from fysicure.fhir.server.registry import KINDS
from fysicure.fhir.server.values import read_date, read_reference, read_uuid
from patients.models import Patient
from scheduling.models import booking_policy

_OWN = {"_since", "_type", "_count", "page"}
# Not of the patient, but named by what is.
_NAMED = {"Practitioner", "Organization", "Location", "PlanDefinition", "Questionnaire"}


def everything_of(request: Request, pk: str) -> Resource:
    """Return all that is known of a patient as a Bundle. At most fifteen queries, whatever there is.

    Takes `_type` (types with commas), `_since` (changed at or after; what does not tell comes along) and `_count`.
    Raises Http404, FhirRefusal, and ReasonWanted.
    """
    given = {name: values[-1] for name, values in request.query_params.lists() if values[-1]}
    for name in given:
        if name not in _OWN and name not in ABOUT_ANSWER:
            raise NotSupported(_("This operation does not take %(name)s.") % {"name": name[:60]}, parameter=name[:60])
    wanted, since = _types(given.get("_type", "")), _since(given.get("_since", ""))
    patient = _patient(signed_in(request._request), pk)
    record_access(request._request, patient.pk, "other program everything")
    hidden = _hidden(signed_in(request._request))
    made = [each for each in everything(patient) if _fits(each, wanted, since) and each["resourceType"] not in hidden]
    base, path = base_of(request._request), f"Patient/{patient.pk}/$everything"
    links = [link("self", base, path, given.items())]
    shown = made
    if "_count" in given:
        count, first = max(1, _number(given["_count"], "_count", MOST)), _number(given.get("page", "0"), "page", 10**6)
        shown = made[first : first + count]
        beside = {"next": first + count, "previous": first - count}
        if first + count >= len(made):
            del beside["next"]
        if first == 0:
            del beside["previous"]
        links += [link(name, base, path, {**given, "page": str(max(0, at))}.items()) for name, at in beside.items()]
    entries = [entry(base, each, "include" if each["resourceType"] in _NAMED else "match") for each in shown]
    return searchset(links, entries, total=sum(each["resourceType"] not in _NAMED for each in made))


def _hidden(user: User) -> set[str]:
    """What a patient does not see of the own record: visits, when the practice says so."""
    return {"Appointment"} if user.role == Role.PATIENT and not booking_policy().patients_see else set()


def _fits(resource: Resource, wanted: set[str], since: str) -> bool:
    changed = str(resource.get("meta", {}).get("lastUpdated", ""))
    return (not wanted or resource["resourceType"] in wanted) and (not since or not changed or changed >= since)


def _types(text: str) -> set[str]:
    found = {each.strip() for each in text.split(",") if each.strip()}
    unknown = sorted(found - set(KINDS))
    if unknown:
        raise NotSupported(_("This server does not know %(name)s.") % {"name": unknown[0][:60]}, parameter="_type")
    return found


def _since(text: str) -> str:
    return f"{read_date(text, parameter='_since').start:%Y-%m-%dT%H:%M:%SZ}" if text else ""


def _number(text: str, parameter: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise FhirRefusal(_("This is no number of resources."), parameter=parameter)
    return min(int(text), most)


def _patient(user: User, pk: str) -> Patient:
    key = read_uuid(pk)
    patient: Patient | None = Patient.objects.visible_to(user).filter(pk=key).first() if key else None
    if patient is None:
        raise Http404
    return patient


def apply_to(request: Request, pk: str, subject: str) -> Resource:
    """Return the CarePlan that a pathway would be for a patient, from today. Writes nothing of it.

    Raises Http404 for a pathway that is not published, FhirRefusal without a patient, and ReasonWanted.
    """
    user = signed_in(request._request)
    found = KINDS["PlanDefinition"].one(user, pk)
    if found is None:
        raise Http404
    named = read_reference(subject, base=base_of(request._request), parameter="subject") if subject else None
    if named is None or named[0] not in ("", "Patient"):
        raise FhirRefusal(_("Say for whom: subject=Patient/id."), code="required", parameter="subject")
    patient = _patient(user, named[1])
    record_access(request._request, patient.pk, "other program clinical")
    return apply(found.row, patient, timezone.localdate())


def subject_of(parameters: Any) -> str:
    """Return the subject in a Parameters resource, "" when there is none."""
    rows = parameters.get("parameter", []) if isinstance(parameters, dict) else []
    for each in rows if isinstance(rows, list) else []:
        if isinstance(each, dict) and each.get("name") == "subject":
            value = each.get("valueString") or (each.get("valueReference") or {}).get("reference")
            return value if isinstance(value, str) else ""
    return ""
