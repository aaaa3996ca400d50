"""What a monitor reads at /metrics: figures without people, labels that come from the code and are therefore few.

The counts of all processes of a node are kept in files that they share (PROMETHEUS_MULTIPROC_DIR, settings.py). What
stands in the database is read when it is asked for (fysicure/gauges.py).
"""

import hmac
import os
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
REQUESTS = Counter("fysicure_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("fysicure_request_seconds", "Time to an answer.", ["route"], buckets=BUCKETS)
QUERIES = Counter("fysicure_queries", "Queries asked of the database.", ["route"])
CSP_REPORTS = Counter("fysicure_csp_reports", "Reports of blocked content.", ["directive"])


def observe_request(*, method: str, route: str, status: int, seconds: float, queries: int) -> None:
    """Count one request."""
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
    if queries:
        QUERIES.labels(route).inc(queries)


class Sources(Collector):
    """Asks each function of METRIC_SOURCES; one that fails is told by `fysicure_source_up` and hides no other."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures of the moment."""
        health = GaugeMetricFamily(
            "fysicure_source_up", "Whether a source of figures could be read.", labels=["source"]
        )
        for name in settings.METRIC_SOURCES:
            try:
                figures = list(import_string(name)())
            except Exception:  # noqa: BLE001 a monitor must see the rest, above all when something is broken
                health.add_metric([name.rpartition(".")[2]], 0)
                continue
            health.add_metric([name.rpartition(".")[2]], 1)
            yield from figures
        yield health


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures in Prometheus' text format to who has METRICS_TOKEN; to others there is nothing here."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if not settings.METRICS_TOKEN or scheme != "Bearer":
        raise Http404
    if not hmac.compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
        text = generate_latest(registry)
    else:
        text = generate_latest(REGISTRY)
    figures = CollectorRegistry()
    figures.register(Sources())
    return HttpResponse(text + generate_latest(figures), content_type=CONTENT_TYPE_LATEST)
