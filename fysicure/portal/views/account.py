"""What the practice knows of the patient."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policy import requires
from fysicure.portal.reading import facts_of, own_patient


@requires("portal.view")
@require_GET
def record(request: HttpRequest) -> HttpResponse:
    """Show the patient's own basic data."""
    patient = own_patient(request, "record")
    return render(request, "portal/record.html", {"patient": patient, "rows": facts_of(patient)})
