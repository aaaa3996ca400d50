"""One round along the endpoints: each for itself, so that one that hangs holds up no other."""

import datetime
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import connection

from accounts.webhooks.delivery import deliver_next, endpoints_due

SECONDS = 20.0  # how long a round may begin new deliveries; what is left waits for the next one
MOST_AT_ONCE = 4


def deliver_due(*, clock: Callable[[], datetime.datetime], seconds: float = SECONDS) -> int:
    """Bring what is due to its endpoints until nothing is, or the time is up; return how many attempts were made."""
    found = endpoints_due(now=clock())
    until = time.monotonic() + seconds
    if len(found) < 2:
        return sum(_serve(each, clock, until) for each in found)
    with ThreadPoolExecutor(max_workers=MOST_AT_ONCE) as pool:
        return sum(pool.map(lambda each: _serve_apart(each, clock, until), found))


def _serve(endpoint: UUID, clock: Callable[[], datetime.datetime], until: float) -> int:
    count = 0
    while time.monotonic() < until and deliver_next(endpoint, now=clock()):
        count += 1
    return count


def _serve_apart(endpoint: UUID, clock: Callable[[], datetime.datetime], until: float) -> int:
    """Serve an endpoint in a thread with a database connection of its own."""
    try:
        return _serve(endpoint, clock, until)
    finally:
        connection.close()
