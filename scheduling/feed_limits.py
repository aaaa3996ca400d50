"""How often feeds may be read, and how often somebody may guess at a secret: 60 times a minute.

The counts live in the memory of one process (the cache "counters"): so they cost no query, and a guess costs less than
the guesser's own request. With two processes twice as much gets through, which 256 random bits do not notice.
"""

import datetime

from django.core.cache import caches

PER_MINUTE = 60


def is_spent(what: str, who: object, *, now: datetime.datetime) -> bool:
    """Return whether the minute's share of `who` (an address, a feed) is used up."""
    return int(caches["counters"].get(_key(what, who, now), 0)) >= PER_MINUTE


def count(what: str, who: object, *, now: datetime.datetime) -> None:
    """Count one more in this minute."""
    counters, key = caches["counters"], _key(what, who, now)
    if not counters.add(key, 1, timeout=120):
        counters.incr(key)


def _key(what: str, who: object, now: datetime.datetime) -> str:
    return f"{what}:{who}:{int(now.timestamp()) // 60}"
