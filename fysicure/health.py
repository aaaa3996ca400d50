"""Whether this node lives (healthz), and whether it should be given work (readyz). No sign-in, nothing about people."""

import shutil
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from fysicure.database import data_dir

QUICK_SECONDS = 2
LEAST_DISK = 500_000_000  # bytes
_WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds'"


class Migrations:
    """Remembers, for the life of a process, that every migration of its code has run: that cannot become untrue."""

    have_run = False

    @classmethod
    def pending(cls) -> int:
        """Return how many migrations of this code have not run."""
        if cls.have_run:
            return 0
        executor = MigrationExecutor(connection)
        count = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        cls.have_run = count == 0
        return count


def _fault() -> str:
    """Return why this process cannot serve, or an empty text. The database gets two seconds, pool or no pool."""
    try:
        address = {**connection.get_connection_params(), "connect_timeout": QUICK_SECONDS}
        with psycopg.connect(**address, autocommit=True) as direct:
            direct.execute("SELECT 1")
        pending = Migrations.pending()
    except (DatabaseError, psycopg.Error):
        return "The database does not answer."
    return f"{pending} migrations have not run." if pending else ""


def _answer(reason: str, **more: object) -> JsonResponse:
    body = {"status": "unavailable", "reason": reason} if reason else {"status": "ok"}
    return JsonResponse({**body, **more}, status=503 if reason else 200)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers and every migration has run, else 503 with the reason."""
    return _answer(_fault())


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when a proxy may send requests here: not while the node is stopping, and not without its database.

    A missing worker or a full disk is told as a warning: taking web nodes away would not mend either.
    """
    if settings.DRAIN_FILE and Path(settings.DRAIN_FILE).exists():
        return _answer("This node is stopping.")
    reason = _fault()
    return _answer(reason) if reason else _answer("", warnings=_warnings())


def _warnings() -> list[str]:
    found = []
    with connection.cursor() as cursor:
        cursor.execute(_WORKERS)
        if not cursor.fetchone()[0]:
            found.append("No worker gave a sign of life within a minute.")
    if shutil.disk_usage(data_dir()).free < LEAST_DISK:
        found.append("The disk is nearly full.")
    return found
