"""The number of the request under way: it ties log lines and audit rows to the page that a person complains of."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from uuid import uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[0-9a-f]{32}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """Return the number of the request that this thread serves: 32 hexadecimal digits, empty outside a request."""
    return _current.get()


class RequestIdMiddleware:
    """Numbers each request and says so in the answer; a number that the proxy gave is kept when it is well-formed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "").replace("-", "").lower()
        number = given if _GIVEN.fullmatch(given) else uuid4().hex
        token = _current.set(number)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response[HEADER] = number
        return response
