"""Ends a session when its time is over, and keeps what was typed."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, SESSION_KEY, logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from accounts.models import User
from accounts.session_store import signed_in_user
from accounts.sessions import time_left, touch
from accounts.typed_text import keep_typed_text

_SIGN_OUT_VIEWS = {"account_logout", "admin:logout"}


class SignedInMiddleware(AuthenticationMiddleware):
    """Django's, but who is signed in comes with the query that reads the session (accounts/session_store.py)."""

    def process_request(self, request: HttpRequest) -> None:
        """Let `request.user` be found out when somebody asks."""
        super().process_request(request)

        def user_once() -> User | AnonymousUser:
            if not hasattr(request, "_cached_user"):
                request._cached_user = signed_in_user(request)  # type: ignore[attr-defined]
            found: User | AnonymousUser = request._cached_user  # type: ignore[attr-defined]
            return found

        request.user = SimpleLazyObject(user_once)  # type: ignore[assignment]


class SessionTimeMiddleware:
    """Stands between SignedInMiddleware and LoginRequiredMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        ended = self._end_if_over(request)
        request.ended_session_of = ended  # type: ignore[attr-defined]
        response = self.get_response(request)
        match = request.resolver_match
        if request.method == "POST" and match is not None and match.view_name in _SIGN_OUT_VIEWS:
            response["Clear-Site-Data"] = '"cache", "storage"'  # ASVS 14.3.1
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        ended: str | None = request.ended_session_of  # type: ignore[attr-defined]
        name = request.resolver_match.view_name if request.resolver_match else ""
        is_signed_in = SESSION_KEY in request.session
        if is_signed_in and name not in settings.SESSION_QUIET_VIEWS:
            touch(request, now=timezone.now())
        if is_signed_in or not getattr(view, "login_required", True):
            return None
        if _is_asked_by_script(request):
            return HttpResponse(status=401)  # a page to sign in is nothing that a script could show
        if ended and request.method == "POST" and keep_typed_text(request, ended, now=timezone.now()):
            return _sign_in_then(reverse("accounts:typed"))
        return None

    def _end_if_over(self, request: HttpRequest) -> str | None:
        """Sign out when the time is over, and return whose session it was."""
        user = request.user if SESSION_KEY in request.session else AnonymousUser()
        if not isinstance(user, User) or time_left(request.session, user, now=timezone.now()).seconds:
            return None
        logout(request)
        return str(user.pk)


def _is_asked_by_script(request: HttpRequest) -> bool:
    return (
        bool({"Hx-Request", "Hx-Target"} & set(request.headers)) or request.headers.get("Accept") == "application/json"
    )


def _sign_in_then(path: str) -> HttpResponse:
    query = urlencode({REDIRECT_FIELD_NAME: path})
    return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{query}")
