"""How many requests a second a token may send: staff 60, a patient 20. A browser that signed in is not counted.

The counts live in the memory of one process (the cache "counters"), as those of the feeds do: so they cost no query.
With several processes more gets through; this holds off a program that runs away, not somebody who guesses
(accounts/limits.py counts those, for all processes together).
"""

from time import monotonic
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.api import token_of
from accounts.models import Role

STAFF, PATIENT = 60, 20  # requests in each second
WINDOW = 1  # second


class TokenThrottle(BaseThrottle):
    """Counts a token's requests in each second. Above its share: 429, and Retry-After says when it begins again."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this request, and return whether the token's second has room for it."""
        token = token_of(request._request)
        if token is None:
            return True
        most = PATIENT if token.user.role == Role.PATIENT else STAFF
        count = _count(f"api:{token.pk}:{int(monotonic() // WINDOW)}")
        request._request.token_share = (most, max(most - count, 0))  # type: ignore[attr-defined]
        return count <= most

    def wait(self) -> float:
        """Return in how many seconds the next request may come."""
        return WINDOW


def _count(key: str) -> int:
    counters = caches["counters"]
    if counters.add(key, 1, timeout=2 * WINDOW):
        return 1
    try:
        return int(counters.incr(key))
    except ValueError:  # the cache was full and let it go
        return 1


def tell_share(request: HttpRequest, response: HttpResponseBase) -> None:
    """Say in the answer what the token's share is and what is left of it (draft-ietf-httpapi-ratelimit-headers)."""
    share: tuple[int, int] | None = getattr(request, "token_share", None)
    if share is not None:
        most, left = share
        response["RateLimit-Policy"] = f'"token";q={most};w={WINDOW}'
        response["RateLimit"] = f'"token";r={left};t={WINDOW}'
