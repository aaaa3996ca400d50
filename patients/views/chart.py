"""The chart of a patient."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access_reasons import readable
from accounts.audit import record_access
from accounts.policy import may, requires, signed_in
from patients.chart import clinical_chart, desk_chart
from patients.invitations import portal_access
from patients.models import Patient
from patients.restriction import with_freeze


@requires("patients.view")
@require_GET
def chart(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show a patient: to the desk who and when, to who treats or said why also what is the matter."""
    user, now = signed_in(request), timezone.now()
    visible = with_freeze(Patient.objects.visible_to(user)).select_related("general_practitioner")
    patient = get_object_or_404(visible, pk=patient_id)
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
