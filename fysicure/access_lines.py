"""One line for each request, and its share in the metrics: the route's name, never its address with ids or secrets."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from accounts.request_id import current_request_id
from fysicure.metrics import observe_request

log = logging.getLogger("fysicure.access")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class QueryCount:
    """Counts what a request asks of the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Pass a query on."""
        self.count += 1
        return execute(sql, params, many, context)


def route_of(request: HttpRequest) -> str:
    """Return the name of the route that answered: `room:name`, `static`, or `none` when no route fits."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or "unnamed"
    return "static" if request.path.startswith("/static/") else "none"


def user_of(request: HttpRequest) -> str:
    """Return the id of who asked, when the request found that out; asking here would cost a query."""
    user = getattr(request, "_cached_user", None)
    if user is None and type(vars(request).get("user")) is User:  # by a token: a lazy one has not been looked at
        user = request.user
    return str(user.pk) if user is not None and user.pk else ""


class AccessLineMiddleware:
    """Times a request, counts its queries and writes one line when its answer is ready."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began, queries = time.perf_counter(), QueryCount()
        request.number = current_request_id()  # type: ignore[attr-defined]  # for lines that Django writes afterwards
        with connection.execute_wrapper(queries):
            response = self.get_response(request)
        seconds, route = time.perf_counter() - began, route_of(request)
        method = request.method if request.method in METHODS else "OTHER"
        observe_request(method=method, route=route, status=response.status_code, seconds=seconds, queries=queries.count)
        facts = {"method": method, "route": route, "status": response.status_code, "queries": queries.count}
        facts |= {"ms": round(seconds * 1000, 1), "user": user_of(request)}
        log.info("%s %s %s", method, route, response.status_code, extra=facts)
        return response
