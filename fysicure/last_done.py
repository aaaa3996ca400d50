"""When a job that must not be forgotten last went well: kept where all nodes see it, read by the monitor."""

import datetime

from django.core.cache import cache


def mark(name: str, *, now: datetime.datetime) -> None:
    """Write down that `name` (backup, audit) went well."""
    cache.set(f"last-done:{name}", now.timestamp(), timeout=None)


def age(name: str, *, now: datetime.datetime) -> float | None:
    """Return how many seconds ago `name` last went well, or None when nobody knows."""
    moment = cache.get(f"last-done:{name}")
    return None if moment is None else max(0.0, now.timestamp() - float(moment))
