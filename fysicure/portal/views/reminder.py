"""Whether a telephone is told in the morning that the diary has a question."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.exceptions import InvalidInput
from accounts.policy import requires
from accounts.web_push import Receiver
from fysicure.portal.reading import own_patient
from pathways.push import forget, remember


@requires("portal.log")
@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Remind this browser from now on."""
    patient, given = own_patient(request, "portal"), request.POST
    keys = (given.get(name, "") for name in ("endpoint", "p256dh", "auth"))
    try:
        remember(patient, Receiver(*keys), now=timezone.now())
    except InvalidInput as refused:
        return JsonResponse({"refused": [refused.detail]}, status=422)
    return HttpResponse(status=204)


@requires("portal.log")
@require_POST
def remind_no_more(request: HttpRequest) -> HttpResponse:
    """Remind this browser no more."""
    patient = own_patient(request, "portal")
    forget(patient, request.POST.get("endpoint", ""))
    return HttpResponse(status=204)
