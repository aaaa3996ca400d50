"""What a person or a program is told while the database is away, full, or has no connection left.

The page needs no database, no session and no user. It recovers by itself: the pool looks again with each request.
"""

import logging
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.core.signals import got_request_exception
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout

from accounts.problems import problem_type

PROBLEM = "application/problem+json"
RETRY_AFTER = 5  # seconds
LOOK_EVERY = 1.0  # seconds
DISK_FULL = "53100"
# SQLSTATE classes and codes (PostgreSQL, appendix A) that tell of the server, not of what was asked.
CLASSES = ("08", "53", "58", "57P")
CODES = {"3D000", "25006"}  # no such database (it is being swapped), read-only (a replica that was promoted or not)
NOTHING_SAVED = {DISK_FULL, "53200", "53300", "57P03", "3D000", "25006"}  # refused, so rolled back
BODY_ERRORS = (RawPostDataException, UnreadablePostError, RequestDataTooBig, TooManyFieldsSent)

log = logging.getLogger("fysicure.outage")


def sqlstate_of(error: BaseException) -> str:
    """Return PostgreSQL's code of an error of Django, "" when the server did not even say one."""
    return str(getattr(error.__cause__, "sqlstate", None) or "")


def is_outage(error: BaseException | None) -> bool:
    """Whether an error tells that the database cannot serve now, whatever is asked of it."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    code = sqlstate_of(error)
    return not code or code.startswith(CLASSES) or code in CODES


def is_surely_unsaved(error: BaseException) -> bool:
    """Whether nothing can have been saved: no connection was got, or the server refused. Else the answer was lost."""
    return isinstance(error, Away) or isinstance(error.__cause__, PoolTimeout) or sqlstate_of(error) in NOTHING_SAVED


class Away(OperationalError):
    """The database is known to be away: it was not asked."""


class Guard:
    """Knows whether the database was away a moment ago, in this process, and looks again once a second."""

    def __init__(self) -> None:
        self._lock, self._look_at = threading.Lock(), 0.0  # 0: it serves

    def note(self, error: BaseException) -> None:
        """Remember that the connection was lost or refused; a full disk is no reason to stop reading."""
        if not sqlstate_of(error).startswith("53"):
            self._look_at = time.monotonic() + LOOK_EVERY

    def is_away(self) -> bool:
        """Whether the database is away; when it is time, one request asks it and the others do not wait."""
        if not self._look_at:
            return False
        with self._lock:
            now = time.monotonic()
            if not self._look_at or now < self._look_at:
                return bool(self._look_at)
            self._look_at = now + LOOK_EVERY
        if not answers():
            return True
        self._look_at = 0.0
        return False


def answers() -> bool:
    """Whether the database takes a connection, asked without the pool, which would wait."""
    wrapper: Any = connections[DEFAULT_DB_ALIAS]
    try:
        psycopg.connect(**{**wrapper.get_connection_params(), "connect_timeout": 2}).close()
    except psycopg.OperationalError:
        return False
    return True


guard = Guard()


class DatabaseOutageMiddleware:
    """Answers 503 (507 when the disk is full) with a page, or a problem document with Retry-After for programs.

    Stands outside the session's middleware, for the session is in the database too. Errors of a view arrive through
    `process_exception`; those of a middleware have become a 500 on their way, and are known by Django's signal. While
    the database is known to be away no request waits for it: the queue would last longer than the outage.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if guard.is_away():
            return answer(request, Away())
        response = self.get_response(request)
        error = getattr(request, "_outage", None)
        return answer(request, error) if error is not None and response.status_code == 500 else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a view."""
        return answer(request, error) if is_outage(error) else None


def remember(sender: Any, request: HttpRequest | None = None, **_more: Any) -> None:
    """Keep the error that is becoming a 500, for the middleware above."""
    error = sys.exception()
    if request is not None and is_outage(error):
        request._outage = error  # type: ignore[attr-defined]


got_request_exception.connect(remember, dispatch_uid="fysicure.outage")


def answer(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Return the page or the document for an outage. Its log line holds a code, never what was asked."""
    is_full, is_unsaved = sqlstate_of(error) == DISK_FULL, is_surely_unsaved(error)
    if not isinstance(error, Away):
        guard.note(error)
        log.error("The database cannot serve: %s %s", type(error.__cause__ or error).__name__, sqlstate_of(error))
    status = 507 if is_full else 503
    with translation.override(translation.get_language_from_request(request)):
        title = _("The disk is full") if is_full else _("The records cannot be reached")
        detail = _("There is no room to save anything.") if is_full else _("The database does not answer.")
        response: HttpResponse
        if request.path.startswith(("/api/", "/fhir/")):
            saved = "" if request.method in {"GET", "HEAD"} else f" {saved_or_not(is_unsaved)}"
            kind = problem_type("disk-full" if is_full else "database-away")
            body = {"type": kind, "title": title, "status": status, "detail": detail + saved}
            response = JsonResponse(body, status=status, content_type=PROBLEM)
        else:
            values = {"status": status, "title": title, "is_full": is_full, **sent_again(request, is_unsaved)}
            response = HttpResponse(render_to_string("503.html", values), status=status)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


def saved_or_not(is_unsaved: bool) -> str:
    """Say honestly what became of what was sent."""
    if is_unsaved:
        return _("Nothing was saved.")
    return _("It is not certain that this was saved: look before you send it again.")


def sent_again(request: HttpRequest, is_unsaved: bool) -> dict[str, Any]:
    """Return what the page needs to send a form once more: its fields, unless it holds a password or files."""
    if request.method != "POST":
        return {"again": request.get_full_path(), "fields": [], "saved": ""}
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        has_secret = bool(request.FILES) or any("password" in name or name == "code" for name, _value in fields)
    except BODY_ERRORS:
        fields, has_secret = [], True
    return {
        "again": "" if has_secret else request.get_full_path(),
        "fields": [] if has_secret else fields,
        "saved": saved_or_not(is_unsaved),
    }
