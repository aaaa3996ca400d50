"""What a patient asks for runs as the portal's role, to which every table holds that patient's rows and no others.

`visible_to` filters what a view fetches; this holds when a view forgets it. One statement narrows the connection once
the request is known to come from a patient, one widens it when the answer is complete. Should the connection be given
back to the pool, or be replaced, in between, then it is brought into line where it is taken up again.
"""

from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.db.backends.signals import connection_created
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.api import user_of_token
from accounts.models import Role, User
from fysicure.database_roles import PORTAL_ROLE

_NARROW = """
SELECT set_config('fysicure.user', %s, false),
       set_config('fysicure.patient', coalesce((SELECT id::text FROM patients_patient WHERE user_id = %s), ''), false),
       set_config('role', %s, false)
"""
_WIDEN = (
    "SELECT set_config('role', 'none', false), set_config('fysicure.patient', '', false), "
    "set_config('fysicure.user', '', false)"
)
# Pages about the account itself: signing in and out, second factor, sessions. They show nothing of a record, and their
# tables (sessions, keys, limits) are closed to the portal's role.
_OWN_ACCOUNT = ("allauth.", "accounts.views.")

_acting: ContextVar[UUID | None] = ContextVar("acting_patient", default=None)
_narrowed: "WeakKeyDictionary[psycopg.Connection[Any], UUID]" = WeakKeyDictionary()


def narrow_to(user: User) -> None:
    """Let this thread see, from here on, what belongs to a patient's account only. One statement at most."""
    _acting.set(user.pk)
    _bring_into_line()


def widen() -> None:
    """Let this thread see again what the application sees. No statement when it was not narrowed."""
    _acting.set(None)
    _bring_into_line()


def acting_patient() -> UUID | None:
    """Return the account of the patient for whom this thread works, or None."""
    return _acting.get()


def _bring_into_line(**_signal: Any) -> None:
    """Make the connection, if there is one, as narrow as this thread's work. Fails closed: else it is given up."""
    raw = connection.connection
    if raw is None:
        return
    wanted, is_now = _acting.get(), _narrowed.get(raw)
    if wanted == is_now:
        return
    try:
        with connection.cursor() as cursor:
            if is_now is not None:
                cursor.execute(_WIDEN)
            _narrowed.pop(raw, None)
            if wanted is not None:
                _narrowed[raw] = wanted
                cursor.execute(_NARROW, [str(wanted), wanted, PORTAL_ROLE])
    except (Error, psycopg.Error):
        with suppress(psycopg.Error):
            raw.close()  # the pool throws a closed connection away
        if wanted is not None:
            raise


def as_application[View: Callable[..., Any]](view: View) -> View:
    """Let a patient's page read with the rights of the application: it hands out the own record from every table.

    The door for what no policy covers; which pages stand in it is tested (tests/database/test_row_security.py).
    """
    view.sees_all_tables = True  # type: ignore[attr-defined]
    return view


class PortalRoleMiddleware:
    """Narrows the database to the patient who asks, from the moment the view is known until the answer is complete.

    Stands below everything that signs in, times out or keeps a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        connection_created.connect(_bring_into_line, dispatch_uid="portal_role")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        widen()  # whatever a broken-off answer left behind
        is_streaming = False
        try:
            response = self.get_response(request)
            is_streaming = response.streaming
        finally:
            if not is_streaming:
                widen()
        if is_streaming and acting_patient() is not None:
            response._resource_closers.append(widen)  # type: ignore[attr-defined]
        return response

    def process_view(self, request: HttpRequest, view: Any, _args: object, _kwargs: object) -> None:
        if not settings.ROW_SECURITY:
            return
        user = _who_asks(request, view)
        if isinstance(user, User) and user.role == Role.PATIENT:
            narrow_to(user)


def _who_asks(request: HttpRequest, view: Any) -> object:
    """The account for which a view will work, or None: for the API that of the bearer token, if there is one.

    A page that asks no sign-in works for whoever holds its link, who may be another than who is signed in.
    """
    is_api = hasattr(view, "cls")
    if getattr(view, "sees_all_tables", False):
        return None
    by_token = user_of_token(request) if is_api else None
    if by_token is not None:
        return by_token
    if view.__module__.startswith(_OWN_ACCOUNT) or not (is_api or getattr(view, "login_required", True)):
        return None
    if not hasattr(request, "user"):
        raise ImproperlyConfigured("PortalRoleMiddleware stands below AuthenticationMiddleware.")
    return request.user if request.user.is_authenticated else None
