"""Setting up a second factor, for staff who have none yet."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.policy import requires, signed_in
from accounts.second_factor import has_authenticator, passed


@requires("sessions.view")
@require_GET
def set_up(request: HttpRequest) -> HttpResponse:
    """Lead to an app or a passkey; who has one proves it."""
    if has_authenticator(signed_in(request)):
        return redirect("mfa_index" if passed(request) else "mfa_reauthenticate")
    return render(request, "account/second_factor.html", {"may_skip": settings.DEMO})
