"""Figures of the moment for the monitor, one function a source: numbers only, no label that a person could choose."""

import datetime
import shutil
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from accounts.audit_check import last_good_check
from accounts.models.security_event import SecurityEvent
from fysicure.backup.standing import last_backup
from fysicure.database import data_dir
from scheduling.models import Communication

HOUR = datetime.timedelta(hours=1)
_JOBS = """
SELECT count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
       count(*) FILTER (WHERE status = 'doing'),
       count(*) FILTER (WHERE status = 'failed'),
       coalesce(extract(epoch FROM now() - min(coalesce(scheduled_at, (
           SELECT max(event.at) FROM procrastinate_events event WHERE event.job_id = job.id AND event.type = 'deferred'
       ))) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now())), 0),
       (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds')
FROM procrastinate_jobs job
"""


def gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    """Return one figure."""
    return GaugeMetricFamily(f"fysicure_{name}", words, value=float(value))


def jobs() -> Iterator[GaugeMetricFamily]:
    """The queue: how much waits and for how long, what failed, and how many workers live. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        due, doing, failed, oldest, workers = cursor.fetchone()
    yield gauge("jobs_due", "Jobs whose moment has come.", due)
    yield gauge("jobs_doing", "Jobs being done.", doing)
    yield gauge("jobs_failed", "Jobs that failed and are still kept.", failed)
    yield gauge("jobs_oldest_seconds", "How long the oldest job that is due has waited.", max(0, oldest))
    yield gauge("workers_alive", "Workers that gave a sign of life within a minute.", workers)


def outbox() -> Iterator[GaugeMetricFamily]:
    """Messages to patients: due, and those that a person must look at. One query."""
    status = Communication.Status
    kept = (status.UNKNOWN, status.NOT_DONE, status.IN_PROGRESS)
    rows = Communication.objects.filter(status__in=kept).order_by().values_list("status").annotate(Count("pk"))
    found = dict(rows)
    due = Communication.objects.due(timezone.now()).count()
    yield gauge("messages_due", "Messages whose moment to be sent has come.", due)
    yield gauge("messages_unsure", "Messages of which nobody knows whether they left.", found.get(status.UNKNOWN, 0))
    yield gauge("messages_failed", "Messages that could not be sent.", found.get(status.NOT_DONE, 0))
    yield gauge("messages_sending", "Messages being sent.", found.get(status.IN_PROGRESS, 0))


def security() -> Iterator[GaugeMetricFamily]:
    """Events of the last hour by kind: the kinds are a fixed list. One query."""
    family = GaugeMetricFamily("fysicure_security_events_1h", "Security events of the last hour.", labels=["kind"])
    recent = SecurityEvent.objects.filter(at__gt=timezone.now() - HOUR).order_by()
    found = dict(recent.values_list("kind").annotate(Count("pk")))
    for kind in SecurityEvent.Kind:
        family.add_metric([kind.value], found.get(kind.value, 0))
    yield family


def ages() -> Iterator[GaugeMetricFamily]:
    """How long ago the backup and the check of the audit chain went well; no figure when that never was."""
    backup, check = last_backup(), last_good_check()
    moments = {"backup": backup.at if backup else None, "audit": check.at if check else None}
    for name, moment in moments.items():
        if moment is not None:
            seconds = (timezone.now() - moment).total_seconds()
            yield gauge(f"{name}_age_seconds", f"Seconds since the {name} last went well.", max(0.0, seconds))


def node() -> Iterator[GaugeMetricFamily]:
    """The node that answers: its connections to the database (of this process) and its free disk."""
    pool: Any = getattr(connection, "pool", None)
    if pool is not None:
        stats = pool.get_stats()
        yield gauge("pool_size", "Connections of the pool of the process that answered.", stats.get("pool_size", 0))
        yield gauge("pool_free", "Free connections of that pool.", stats.get("pool_available", 0))
        yield gauge("pool_waiting", "Requests waiting for one.", stats.get("requests_waiting", 0))
    yield gauge("disk_free_bytes", "Free disk where this node keeps its data.", shutil.disk_usage(data_dir()).free)
