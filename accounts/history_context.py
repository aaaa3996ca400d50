"""Who made a change: what the history of each row keeps besides the change itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import pghistory
from django.http import HttpRequest
from pghistory.middleware import HistoryMiddleware as PghistoryMiddleware

from accounts.request_id import current_request_id


class HistoryMiddleware(PghistoryMiddleware):
    """Gives the changes of a request its user and its number; never its address, which may hold a secret.

    A program with a bearer token is known only in the view: pghistory's request notes the user when it is set there.
    """

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        user = getattr(request, "user", None)
        return {"user": str(user.pk) if user is not None and user.pk else None, "request": current_request_id()}


def as_job[**P, R](name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let the changes that a job or a command makes name it: no person stands behind them."""

    def decorate(job: Callable[P, R]) -> Callable[P, R]:
        @wraps(job)
        def named(*args: P.args, **kwargs: P.kwargs) -> R:
            with pghistory.context(job=name):
                return job(*args, **kwargs)

        return named

    return decorate
