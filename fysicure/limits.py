"""What a request may weigh and hold, looked at before any view: too much is 413 or 414, what no text may hold is 400.

PostgreSQL stores no NUL, and Django passes one on in searches, identifiers and JSON. Refusing it here, once, is what
keeps it from being a 500 somewhere (OWASP ASVS 1.1.1, 2.2.1, 4.1.4).
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy

LONGEST_ADDRESS = 4096
_JSON_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000", re.I)
_SENTENCES = {
    400: gettext_lazy("This request is malformed, or holds something that no text can hold."),
    413: gettext_lazy("This is more than can be sent at once."),
    414: gettext_lazy("This address is too long."),
    415: gettext_lazy("This text cannot be read: send it as UTF-8."),
}


def refusal(request: HttpRequest) -> int | None:
    """Return the status with which a request is refused, or None when it may go on."""
    meta = request.META
    if len(meta.get("QUERY_STRING", "")) + len(request.path) > LONGEST_ADDRESS:
        return 414
    if "\0" in request.path or "%00" in meta.get("QUERY_STRING", "") or "\0" in meta.get("QUERY_STRING", ""):
        return 400
    if any("\0" in value for value in request.COOKIES.values()):
        return 400
    length = meta.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdecimal()):
        return 400
    if len(length) > 12 or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return 413
    return _refused_body(request) if int(length) else None


def _refused_body(request: HttpRequest) -> int | None:
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        return 415
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
        return HttpResponse(_SENTENCES[status], status=status, content_type="text/plain; charset=utf-8")
