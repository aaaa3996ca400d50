"""The patient's appointments in the calendar of the own phone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policy import requires
from fysicure.portal.reading import own_patient
from patients.models import Patient
from scheduling.models import booking_policy
from scheduling.views.feeds import feed_page, stopped


@requires("feeds.manage")
@requires("portal.view")
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Let a patient make the address of the own feed, see it once, and see when it was last read."""
    return feed_page(request, _own(request), "portal/calendar.html", "portal:calendar")


@requires("feeds.manage")
@requires("portal.view")
@require_POST
def stop_calendar(request: HttpRequest) -> HttpResponse:
    """Stop the patient's feed."""
    return stopped(request, _own(request), "portal:calendar")


def _own(request: HttpRequest) -> Patient:
    """Return the signed-in patient. 404 when the practice shows patients no appointments."""
    if not booking_policy().patients_see:
        raise Http404
    return own_patient(request, "calendar")
