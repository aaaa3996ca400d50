"""Tells how many statements a request asked of the database, in all its connections: `X-Count: 1` → `X-Queries`."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class QueryCountMiddleware:
    """Stands outside everything, so that sign-in, access log and limits are counted too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; count only when asked, so that timed requests pay nothing."""
        if request.headers.get("X-Count") != "1":
            return self.get_response(request)
        counted: list[str] = []

        def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            counted.append(sql)
            return execute(sql, params, many, context)

        with ExitStack() as stack:
            for alias in connections:
                stack.enter_context(connections[alias].execute_wrapper(note))
            response = self.get_response(request)
        response["X-Queries"] = str(len(counted))
        return response
