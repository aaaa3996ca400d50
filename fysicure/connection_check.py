"""Whether a connection that the pool is about to lend still works, without asking the server each time.

Asking costs a round trip for each request. A server that stops, or ends a connection, says so on that connection: as
long as nothing waits there to be read, the connection is as it was. Only a network that went away in silence says
nothing; for that each connection is still asked now and then.
"""

import select
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg_pool import ConnectionPool

ASK_EVERY = 10.0  # seconds

_asked: "WeakKeyDictionary[psycopg.Connection[Any], float]" = WeakKeyDictionary()


def check(connection: psycopg.Connection[Any]) -> None:
    """Return quietly when a connection may be lent; raise psycopg's error when it is lost.

    Asks the server when something unread waits (a farewell, mostly), or when it was not asked for ASK_EVERY seconds.
    """
    now = monotonic()
    asked = _asked.get(connection)
    if asked is not None and now - asked < ASK_EVERY and not _has_something_to_read(connection):
        return
    ConnectionPool.check_connection(connection)
    _asked[connection] = now


def _has_something_to_read(connection: psycopg.Connection[Any]) -> bool:
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLPRI)
    return bool(poll.poll(0))
