"""The patient's appointments."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.policy import requires, signed_in
from fysicure.portal.reading import own_patient, past, upcoming

SHOWN = 20


@requires("portal.view")
@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    """Show the visits to come, and those that were, a page at a time."""
    patient, user, now = own_patient(request, "visits"), signed_in(request), timezone.now()
    page = Paginator(past(user, now), SHOWN).get_page(request.GET.get("page"))
    context = {"patient": patient, "upcoming": list(upcoming(user, now)[:SHOWN]), "page": page}
    return render(request, "portal/visits.html", context)
