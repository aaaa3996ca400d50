"""How often something may be tried: counts in PostgreSQL, so that all processes share them and none is lost in a race.

A window starts with the first attempt and does not grow by further ones: who is locked out knows until when.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.models import LimitCount

_COUNT = """
    INSERT INTO accounts_limitcount AS known (key, count, ends_at) VALUES (%(key)s, 1, %(ends_at)s)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.ends_at <= %(now)s THEN 1 ELSE known.count + 1 END,
        ends_at = CASE WHEN known.ends_at <= %(now)s THEN excluded.ends_at ELSE known.ends_at END
    RETURNING count, ends_at
"""


class TooManyAttempts(DomainError):
    """Somebody tried too often; `until` says when the next attempt is taken (RFC 6585, section 4).

    `first`: it is the first one too many of its window, the one to note.
    """

    status = 429
    title = "Too many attempts"

    def __init__(self, until: datetime.datetime, *, now: datetime.datetime, first: bool) -> None:
        clock = timezone.localtime(until)
        is_today = clock.date() == timezone.localdate(now)
        moment = f"{clock:%H:%M}" if is_today else f"{clock:%d/%m %H:%M}"
        super().__init__(_("Too many attempts. Try again after %(time)s.") % {"time": moment})
        self.until, self.first = until, first


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` attempts within `per`."""

    most: int
    per: datetime.timedelta


def limit(key: str, rule: Limit, *, now: datetime.datetime) -> None:
    """Count an attempt under `key`, and raise TooManyAttempts when there were more than the rule allows.

    One statement, counted before the attempt itself: two processes cannot both be the last one. The key ("what:who")
    is stored as a keyed digest only. ASVS 2.4.1, 6.3.1.
    """
    values: dict[str, Any] = {"key": _digest(key), "now": now, "ends_at": now + rule.per}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        count, ends_at = cursor.fetchone()
    if count > rule.most:
        raise TooManyAttempts(ends_at, now=now, first=count == rule.most + 1)


def give_back(key: str) -> None:
    """Take back one attempt that turned out right."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_limitcount SET count = count - 1 WHERE key = %s AND count > 0", [_digest(key)])


def forget(key: str) -> None:
    """Forget all attempts under a key."""
    LimitCount.objects.filter(key=_digest(key)).delete()


def clear_ended(*, now: datetime.datetime) -> int:
    """Remove the counts whose window ended. Return how many."""
    return LimitCount.objects.filter(ends_at__lte=now).delete()[0]


def _digest(key: str) -> str:
    return salted_hmac("accounts.limits", key, algorithm="sha256").hexdigest()
