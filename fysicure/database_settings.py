"""From the addresses of the environment to Django's settings: the database, its owner, a replica, and a pooler between.

Without DATABASE_REPLICA_URL and DATABASE_POOLER there is one database, no router and no middleware more: what is not
used costs nothing. See docs/scaling.md.
"""

import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from fysicure.connection_check import check
from fysicure.database import database_url, owner_url

REPLICA = "replica"
POOLERS = ("", "transaction")
# What holds for every session. Through a pooler it cannot be said when connecting: `manage.py migrate` then writes it
# into the database itself (fysicure/pooler.py). One typo in a name still counts as alike (patients/search.py); the
# planner may trust its indexes.
SESSION_SETTINGS = {"pg_trgm.word_similarity_threshold": "0.39", "random_page_cost": "1.1"}
# A statement that is asked anew in a session of our own is kept planned there, for whatever values
# (accounts/read_cursor.py): through a pooler no session is ours, and nothing is prepared.
KEEPS_PLANS = {"plan_cache_mode": "force_generic_plan"}
# How long a statement, a wait for a lock and an idle transaction may last; unset means without end. fysicure/wsgi.py
# sets them for pages, the unit of the worker for jobs; migrations bring their own (fysicure/migration_locks.py).
TIMEOUTS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
_READS = "fysicure.replicas.ReplicaMiddleware"


def pooler() -> str:
    """Return DATABASE_POOLER: empty, or "transaction". Raises ImproperlyConfigured for anything else."""
    name = os.environ.get("DATABASE_POOLER", "")
    if name not in POOLERS:
        raise ImproperlyConfigured("DATABASE_POOLER is empty or 'transaction'; a pooler of sessions needs no setting.")
    return name


def database(url: str, *, is_pooled: bool = False) -> dict[str, Any]:
    """Translate a postgresql:// address into Django's settings; the query string holds libpq parameters such as host.

    More hosts (`a:5432,b:5432`, with target_session_attrs=read-write) are tried in turn with each new connection.
    `is_pooled`: a pooler of transactions stands between, which knows no options of a session, and no cursor that lives
    longer than a transaction. Raises ImproperlyConfigured for an address of something else.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must be a postgresql:// address: Fysicure runs on PostgreSQL only.")
    query = dict(parse_qsl(parts.query))
    hosts, ports = _hosts(parts.netloc.rpartition("@")[2])
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or hosts,
        "PORT": query.pop("port", "") or ports,
        "OPTIONS": {
            # After an outage the pool tries anew with each request, instead of waiting ever longer.
            "pool": {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 2, "check": check},
            **({"prepare_threshold": None} if is_pooled else {"prepare_threshold": 1, "options": _session_options()}),
            **query,
        },
    }
    if is_pooled:
        settings["DISABLE_SERVER_SIDE_CURSORS"] = True
    return settings


def databases() -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES: the primary and, when DATABASE_REPLICA_URL names one, the replica."""
    is_pooled = bool(pooler())
    found = {"default": database(database_url(), is_pooled=is_pooled)}
    if url := os.environ.get("DATABASE_REPLICA_URL"):
        found[REPLICA] = database(url, is_pooled=is_pooled)
        # Who cannot have the replica at once is better off with the primary.
        found[REPLICA]["OPTIONS"]["pool"]["timeout"] = 1
        found[REPLICA]["OPTIONS"].setdefault("connect_timeout", "2")
        found[REPLICA]["TEST"] = {"MIRROR": "default"}
    return found


def owner_database() -> dict[str, Any]:
    """Return how migrations, backup and restore connect: as the owner, and always past the pooler."""
    return database(owner_url())


def routers() -> list[str]:
    """Return Django's DATABASE_ROUTERS."""
    return ["fysicure.replicas.ReplicaRouter"] if os.environ.get("DATABASE_REPLICA_URL") else []


def metric_sources() -> list[str]:
    """Return the figures that a replica adds for the monitor."""
    return ["fysicure.replicas.figures"] if os.environ.get("DATABASE_REPLICA_URL") else []


def with_databases(middleware: Sequence[str]) -> list[str]:
    """Return the middleware for these databases: with a replica one line more.

    Innermost: an error of the replica is seen before it becomes a page.
    """
    return [*middleware, _READS] if os.environ.get("DATABASE_REPLICA_URL") else list(middleware)


def _session_options() -> str:
    given = {name: os.environ[name.upper()] for name in TIMEOUTS if os.environ.get(name.upper())}
    return " ".join(f"-c {name}={value}" for name, value in {**SESSION_SETTINGS, **KEEPS_PLANS, **given}.items())


def _hosts(netloc: str) -> tuple[str, str]:
    """Split `a:5432,b:5433` into "a,b" and "5432,5433"; IPv6 addresses stand in brackets."""
    hosts, ports = [], []
    for each in netloc.split(","):
        host, colon, port = each.rpartition(":") if not each.endswith("]") else (each, "", "")
        hosts.append(unquote(host if colon else each).strip("[]"))
        ports.append(port if colon else "")
    return ",".join(hosts), ",".join(ports) if any(ports) else ""
