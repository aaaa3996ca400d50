"""The clock of the session as the page's script asks for it, and the way back to what was typed."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.policy import requires, signed_in
from accounts.sessions import time_left
from accounts.typed_text import drop_typed_text, typed_text_of


@login_not_required
@never_cache
@require_GET
def session_state(request: HttpRequest) -> JsonResponse:
    """Tell who is signed in and for how long. Asking is no sign of life: it does not make the session last longer.

    The answer goes to this browser alone; the token is what any page of this browser holds.
    """
    if not isinstance(request.user, User):
        return JsonResponse({"user": "", "seconds": 0, "extendable": False})
    left = time_left(request.session, request.user, now=timezone.now())
    body = {"user": str(request.user.pk), "seconds": left.seconds, "extendable": left.extendable}
    return JsonResponse({**body, "csrf": get_token(request)})


@requires("sessions.view")
@require_POST
def stay(request: HttpRequest) -> JsonResponse:
    """Stay signed in: the request itself is the sign of life."""
    left = time_left(request.session, signed_in(request), now=timezone.now())
    return JsonResponse({"user": str(request.user.pk), "seconds": left.seconds, "extendable": left.extendable})


@requires("sessions.view")
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Say in the tab that was opened for signing in again that the other one goes on."""
    return render(request, "account/back.html")


@requires("sessions.view")
@require_http_methods(["GET", "POST"])
def typed(request: HttpRequest) -> HttpResponse:
    """Show what was typed when the session had ended, and send it again (307 keeps method and fields) or drop it."""
    kept = typed_text_of(request, now=timezone.now())
    if kept is None:
        return redirect("today")
    if request.method == "GET":
        return render(request, "account/typed.html", {"kept": kept})
    drop_typed_text(request)
    if "drop_typed_text" in request.POST:
        return redirect("today")
    answer = HttpResponseRedirect(kept.path)
    answer.status_code = 307
    return answer
