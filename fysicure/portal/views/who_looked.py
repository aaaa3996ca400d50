"""Who looked at my record."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policy import requires
from fysicure.portal.reading import own_patient
from fysicure.portal.who_looked import in_words, looks_at

SHOWN = 25


@requires("portal.view")
@require_GET
def who_looked(request: HttpRequest) -> HttpResponse:
    """Show the patient who opened the record: by day and person, which part and why (patient rights, GDPR art. 15)."""
    patient = own_patient(request, "who looked")
    own_too = request.GET.get("own") == "1"
    page = Paginator(looks_at(patient, own_too=own_too), SHOWN).get_page(request.GET.get("page"))
    context = {"page": page, "looks": in_words(page, patient), "own_too": own_too}
    return render(request, "portal/who_looked.html", context)
