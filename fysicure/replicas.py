"""Named pages read from a streaming replica, as soon as it knows what the reader wrote (docs/decisions/0017).

Only the pages of PAGES, for staff who are signed in with a session; everything else reads from the primary: patients
(row security stands there), programs, jobs, forms, rights and sessions, whatever writes, and each read inside a
transaction. A replica that is away or behind is left alone, quietly and with a figure. Writes never come here.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from django.core.signing import BadSignature
from django.db import Error, InterfaceError, InternalError, OperationalError, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import Counter
from prometheus_client.core import GaugeMetricFamily

from accounts.models import User
from accounts.sessions import is_staff
from fysicure.database_settings import REPLICA

# Lists and charts, with the methods that only read: a search is posted, so that no name stands in an address.
READ, READ_OR_ASK = frozenset({"GET", "HEAD"}), frozenset({"GET", "HEAD", "POST"})
PAGES = {
    "patients:search": READ_OR_ASK,
    "patients:list": READ,
    "patients:chart": READ,
    "scheduling:agenda": READ,
    "scheduling:day-sheet": READ,
    "scheduling:numbers": READ,
    "scheduling:numbers-csv": READ,
    "scheduling:messages": READ,
    "scheduling:waiting-list": READ,
    "pathways:plan": READ,
    "pathways:charts": READ,
    "pathways:analysis": READ,
    "pathways:outcomes": READ,
    "pathways:follow-ups": READ,
    "pathways:override-ledger": READ,
}
ROOMS = frozenset({"patients", "scheduling", "pathways"})  # accounts (who may what, who looked) is never asked here
COOKIE, SALT, REMEMBER_SECONDS = "position", "fysicure.replicas", 600
UNKNOWN = 2**63  # a position that no replica reaches: the primary, until the cookie is forgotten
LOOK_EVERY, LOOK_AGAIN_AFTER = 1.0, 5.0  # seconds: while it is well, and after it failed
_WRITTEN = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
_REPLAYED = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0'::pg_lsn END"
READS = Counter("fysicure_replica_reads", "Pages that may read from the replica, by where they did and why.", ["why"])


@dataclass
class Reading:
    """One request: whether it reads from the replica, and whether it wrote."""

    on_replica: bool = False
    wrote: bool = False


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


class ReplicaRouter:
    """Says where each query of the ORM runs, and each `read_cursor`. SQL on `connection` runs on the primary."""

    def db_for_read(self, model: Any, **_hints: Any) -> str:
        """Return the replica for a row of the record, on a page that reads there, outside a transaction."""
        reading = _reading.get()
        if reading is None or not reading.on_replica or reading.wrote or model._meta.app_label not in ROOMS:
            return "default"
        return "default" if connections["default"].in_atomic_block else REPLICA

    def db_for_write(self, model: Any, **_hints: Any) -> str:
        """Return the primary; a page that writes to the record reads there for the rest of its request."""
        reading = _reading.get()
        if reading is not None and model._meta.app_label in ROOMS:
            reading.wrote = True
        return "default"

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        """Both hold the same rows."""
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        """What the primary migrates arrives by itself."""
        return db != REPLICA


@dataclass
class Watch:
    """What this process knows of the replica: how far it is, and how long ago the primary was there."""

    replayed: int | None = None  # None: it is away, or it is no replica
    lag: float | None = None  # seconds; None: not known yet
    _look_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _written: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=600))

    def why_not(self, position: int, *, most_lag: float) -> str:
        """Return why a reader who wrote up to `position` must read from the primary; "" when the replica will do."""
        self._look_when_due()
        if self.replayed is None:
            return "away"
        if self.lag is None or self.lag > most_lag:
            return "lagging"
        if position > self.replayed:
            self.look()  # it may be there by now: own writes are mostly milliseconds old
        return "own_writes" if self.replayed is None or position > self.replayed else ""

    def fail(self) -> None:
        """Leave the replica alone for some seconds."""
        self.replayed, self.lag, self._look_at = None, None, time.monotonic() + LOOK_AGAIN_AFTER

    def look(self) -> None:
        """Ask the primary, then the replica, how far they are. Two small queries; none is raised about."""
        try:
            now, written = time.monotonic(), ask("default", _WRITTEN)
            replayed = ask(REPLICA, _REPLAYED, is_direct=self.replayed is None)
        except (Error, psycopg.Error):
            self.fail()
            return
        if written is None or replayed is None:
            self.fail()
            return
        self._written.append((now, written))
        known = [moment for moment, position in self._written if position <= replayed]
        is_level = replayed >= written
        self.lag = 0.0 if is_level else now - known[-1] if known else None
        self.replayed, self._look_at = replayed, now + LOOK_EVERY

    def _look_when_due(self) -> None:
        if time.monotonic() < self._look_at or not self._lock.acquire(blocking=self._look_at == 0.0):
            return  # another thread looks: what is known is a second old
        try:
            if time.monotonic() >= self._look_at:
                self.look()
        finally:
            self._lock.release()


watch = Watch()


def ask(alias: str, query: str, *, is_direct: bool = False) -> int | None:
    """Return a position in the log of changes, in bytes. `is_direct`: past the pool, which waits for a dead server."""
    wrapper: Any = connections[alias]
    if is_direct:
        with psycopg.connect(**{**wrapper.get_connection_params(), "connect_timeout": 2}) as direct:
            row = direct.execute(query).fetchone()
    else:
        with wrapper.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone()
    return None if row is None or row[0] is None else int(row[0])


def figures() -> Iterator[GaugeMetricFamily]:
    """Whether the replica can be read, and how far behind it is. For /metrics; two queries at most."""
    watch.why_not(0, most_lag=settings.REPLICA_MOST_LAG)
    is_up = float(watch.replayed is not None)
    yield GaugeMetricFamily("fysicure_replica_up", "Whether the replica answers and follows.", value=is_up)
    if watch.lag is not None:
        yield GaugeMetricFamily("fysicure_replica_lag_seconds", "How far the replica is behind.", value=watch.lag)


class ReplicaMiddleware:
    """Chooses for each request, remembers in the reader's cookie what was written, asks again when the replica fails.

    Stands next to the views: an error of the replica is seen here before it becomes a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reading = Reading()
        token = _reading.set(reading)
        try:
            response = self.get_response(request)
        finally:
            _reading.reset(token)
        if has_written(request, reading):
            remember(response, position_of_primary())
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        reading = _reading.get()
        if reading is None or not is_page(request):
            return
        why_not = watch.why_not(position_of(request), most_lag=settings.REPLICA_MOST_LAG)
        READS.labels(why_not or "replica").inc()
        reading.on_replica = not why_not
        request.asked_view = (view, args, kwargs)  # type: ignore[attr-defined]

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Run the page once more, on the primary, when the replica broke off. It only reads, so that may be."""
        reading = _reading.get()
        if reading is None or not reading.on_replica or reading.wrote:
            return None
        if not isinstance(error, (OperationalError, InterfaceError, InternalError)):
            return None
        watch.fail()
        READS.labels("broken_off").inc()
        reading.on_replica = False
        view, args, kwargs = request.asked_view  # type: ignore[attr-defined]
        answer: HttpResponseBase = view(request, *args, **kwargs)
        return answer


def is_page(request: HttpRequest) -> bool:
    """Whether somebody of the practice asks for a page of PAGES, and only to read."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    return request.method in PAGES.get(name, ()) and _is_of_practice(request)


def has_written(request: HttpRequest, reading: Reading) -> bool:
    """Whether a session of the practice may have changed something that its next page must show."""
    only_reads = request.method in {"GET", "HEAD", "OPTIONS"} or is_page(request)
    return (reading.wrote or not only_reads) and _is_of_practice(request)


def position_of(request: HttpRequest) -> int:
    """Return up to where the reader wrote, 0 when long ago or never; a cookie that was touched counts as unknown."""
    if COOKIE not in request.COOKIES:
        return 0
    try:
        return int(request.get_signed_cookie(COOKIE, salt=SALT, max_age=REMEMBER_SECONDS) or "")
    except (BadSignature, ValueError):
        return UNKNOWN


def position_of_primary() -> int:
    """Return how far the primary is now, after what this request committed. One small query."""
    try:
        return ask("default", _WRITTEN) or UNKNOWN
    except (Error, psycopg.Error):
        return UNKNOWN


def remember(response: HttpResponseBase, position: int) -> None:
    """Let the reader's next pages wait for the replica to be as far as this."""
    flags: dict[str, Any] = {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Lax"}
    response.set_signed_cookie(COOKIE, str(position), salt=SALT, max_age=REMEMBER_SECONDS, **flags)


def _is_of_practice(request: HttpRequest) -> bool:
    return "Authorization" not in request.headers and isinstance(request.user, User) and is_staff(request.user)
