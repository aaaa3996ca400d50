"""Finding a patient, and the list of all."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.policy import requires, signed_in
from patients.models import Patient
from patients.person_rows import person_rows
from patients.recent import recently_opened
from patients.search import search

ROWS = 50


@requires("patients.search")
@require_http_methods(["GET", "POST"])
def search_patients(request: HttpRequest) -> HttpResponse:
    """Show who fits what was typed; before that, who was opened last. POST, so that no name stands in an address."""
    user, text = signed_in(request), request.POST.get("q", "").strip()[:120]
    archived = request.POST.get("archived") == "1"
    found = search(user, text, archived=archived) if text else None
    fitting, similar = (person_rows(found.patients), person_rows(found.similar)) if found else ([], [])
    context = {
        "q": text,
        "archived": archived,
        "found": found,
        "fitting": fitting,
        "similar": similar,
        "shown": len(fitting) + len(similar),
        "recent": [] if text else person_rows(recently_opened(user)),
    }
    part = "#results" if request.headers.get("HX-Target") == "results" else ""
    return render(request, f"patients/search.html{part}", context)


@requires("patients.search")
@require_GET
def list_patients(request: HttpRequest) -> HttpResponse:
    """Show all patients, fifty to a page, by name: those in care, or the archive."""
    archived = request.GET.get("archived") == "1"
    patients = Patient.objects.visible_to(signed_in(request))
    rows = patients.archived() if archived else patients.in_care()
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "rows": person_rows(page.object_list), "archived": archived}
    return render(request, "patients/list.html", context)
