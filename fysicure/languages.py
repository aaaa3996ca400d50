"""Who reads which language: the account's own, and before signing in that of the browser or of the last choice."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import User
from patients.spoken_language import speak

# Programs say by Accept-Language in which language a refusal comes (docs/api.md).
_FOR_PROGRAMS = ("/api/", "/fhir/")
_A_YEAR = 365 * 24 * 3600


class AccountLanguageMiddleware:
    """Stands below SessionTimeMiddleware: pages for who is signed in come in the language of the account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if SESSION_KEY in request.session and not request.path_info.startswith(_FOR_PROGRAMS):
            user = request.user
            if isinstance(user, User):
                translation.activate(user.language)
                request.LANGUAGE_CODE = user.language
        return self.get_response(request)


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Show the pages in another language from here on; of who is signed in, mails and messages come in it too."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if isinstance(request.user, User):
        speak(request.user, code)
    after = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(after if is_ours else reverse("today"))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=_A_YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",  # as LANGUAGE_COOKIE_SAMESITE
    )
    return response
