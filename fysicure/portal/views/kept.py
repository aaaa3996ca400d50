"""Where a telephone sends what it kept."""

from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.policy import requires, signed_in
from fysicure.portal.kept import take
from fysicure.portal.reading import own_patient


@requires("portal.log")
@require_POST
def take_kept(request: HttpRequest) -> JsonResponse:
    """Save one entry and say where it stands, or why not. What another account filled in is left alone."""
    user = signed_in(request)
    if request.POST.get("for_user") != str(user.pk):
        return JsonResponse({"other": True}, status=409)
    own_patient(request, "diary")
    outcome = take(request.POST, by=user, now=timezone.now())
    if outcome.entry is not None and "shown" in request.POST:
        messages.success(request, _("Saved."))
    return JsonResponse(outcome.body, status=outcome.status)
