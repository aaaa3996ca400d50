"""The way to "why do you open this record?" and back, when a page ran into accounts.exceptions.ReasonWanted."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.exceptions import ReasonWanted
from accounts.problems import type_of


def ask_reason(request: HttpRequest, error: ReasonWanted) -> HttpResponse:
    """Lead to the question, and from there to the page that was asked for; a script gets a problem document.

    After a POST that is the page on which the form stood: what would be written was not.
    """
    if request.headers.get("Accept") == "application/json":
        body = {"type": type_of(error), "title": error.title, "status": error.status, "detail": error.detail}
        body |= error.extra
        return JsonResponse(body, status=error.status, content_type="application/problem+json")
    asked = urlencode({"next": _page(request, error)})
    url = f"{reverse('patients:give-reason', args=[error.patient_id])}?{asked}"
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def _page(request: HttpRequest, error: ReasonWanted) -> str:
    """The page to go on to: the one asked for, or the one that a form or a part of a page stands on."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return reverse("patients:chart", args=[error.patient_id])
