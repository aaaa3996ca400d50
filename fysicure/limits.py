"""What a request may weigh and hold, looked at before any view: too much is 413 or 414, what no text may hold is 400.

PostgreSQL stores no NUL, and Django passes one on in searches, identifiers and JSON. Refusing it here, once, is what
keeps it from being a 500 somewhere (OWASP ASVS 1.1.1, 2.2.1, 4.1.4). One address takes more: the file of an import.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation

from fysicure.errors import OF_STATUS

LONGEST_ADDRESS = 4096
# The one address that takes a large file, and how much (bytes): a file of 30 MB and the rest of its form.
IMPORT_ADDRESS, IMPORT_LONGEST = "/import/new/", 31_000_000
_JSON_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000", re.I)


def refusal(request: HttpRequest) -> int | None:
    """Return the status with which a request is refused, or None when it may go on."""
    meta = request.META
    if len(meta.get("QUERY_STRING", "")) + len(request.path) > LONGEST_ADDRESS:
        return 414
    if "\0" in request.path or "%00" in meta.get("QUERY_STRING", "") or "\0" in meta.get("QUERY_STRING", ""):
        return 400
    if any("\0" in value for value in request.COOKIES.values()):
        return 400
    return _refused_length(request, meta.get("CONTENT_LENGTH") or "0")


def _refused_length(request: HttpRequest, length: str) -> int | None:
    if not (length.isascii() and length.isdecimal()):
        return 400
    takes_file = takes_large_file(request)
    if len(length) > 12 or int(length) > (IMPORT_LONGEST if takes_file else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
        return 413
    if int(length) and (request.content_params or {}).get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        return 415
    if takes_file:  # a table in UTF-16 is full of NULs; the form of the page looks at everything else that was sent
        request.upload_handlers = [WholeInMemory(request)]
        return None
    return _refused_body(request) if int(length) else None


def takes_large_file(request: HttpRequest) -> bool:
    """Return whether a request may bring the file of an import: to that address, as a form, with a session.

    Who has no session gets nothing read here that is larger than anywhere else.
    """
    is_form = request.content_type == "multipart/form-data"
    return request.path == IMPORT_ADDRESS and is_form and settings.SESSION_COOKIE_NAME in request.COOKIES


class WholeInMemory(MemoryFileUploadHandler):
    """Keeps an uploaded file in memory whatever its size: names and numbers of patients never lie in a folder."""

    def handle_raw_input(self, *_args: Any, **_more: Any) -> None:
        """Take part whatever the length: the middleware below has looked at it."""
        self.activated = True


def _refused_body(request: HttpRequest) -> int | None:
    try:
        body = request.body
    except RequestDataTooBig:
        return 413
    except (OSError, RawPostDataException):  # the client hung up
        return 400
    is_form = request.content_type == "application/x-www-form-urlencoded"
    if b"\0" in body or (is_form and b"%00" in body) or (not is_form and _JSON_NUL.search(body)):
        return 400
    return None


class RequestLimitsMiddleware:
    """Refuses what is too long, too big or cannot be text. An API address gets its problem document further out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        status = refusal(request)
        if status is None:
            return self.get_response(request)
        if status == 413 and request.path == IMPORT_ADDRESS:
            return _too_large_file(request)
        _name, sentence = OF_STATUS[status]
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def _too_large_file(request: HttpRequest) -> HttpResponse:
    """Say on a page how large a file may be, and what to do with a larger one. Asks nothing of session or database."""
    with translation.override(translation.get_language_from_request(request)):
        return HttpResponse(render_to_string("imports/too_large.html"), status=413)
