"""The chart of a patient."""

from functools import cache
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access_reasons import readable
from accounts.audit import record_access
from accounts.kept_query import SOMEBODY, KeptObjects
from accounts.models import User
from accounts.policy import may, requires, signed_in
from patients.chart import clinical_chart, desk_chart
from patients.invitations import portal_access
from patients.models import Patient
from patients.restriction import with_freeze

_READER = UUID(int=2)  # a stand-in of the kept query


@requires("patients.view")
@require_GET
def chart(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show a patient: to the desk who and when, to who treats or said why also what is the matter."""
    user, now = signed_in(request), timezone.now()
    patient = _patient(user, patient_id)
    treats = may(user, "clinical.view")
    sees_clinical = treats and patient.pk in readable(request, [patient.pk])
    record_access(request, patient.pk, "chart" if sees_clinical else "contact")
    context = {
        "patient": patient,
        "desk": desk_chart(patient, now=now),
        "clinical": clinical_chart(patient) if sees_clinical else None,
        "wants_reason": treats and not sees_clinical,
        "may_book": may(user, "appointments.book"),
        "portal": portal_access(patient, now=now) if may(user, "portal.invite") else None,
    }
    return render(request, "patients/chart.html", context)


def _patient(user: User, patient_id: UUID) -> Patient:
    """The patient with general practitioner, and whether the record is frozen; 404 for whom the user may not know."""
    found = _visible(user.role).ask({_READER: user.pk, SOMEBODY: patient_id})
    if not found:
        raise Http404
    return found[0]


@cache
def _visible(role: str) -> KeptObjects[Patient]:
    visible = with_freeze(Patient.objects.visible_to(User(id=_READER, role=role)))
    return KeptObjects.of(visible.select_related("general_practitioner").filter(id=SOMEBODY))
