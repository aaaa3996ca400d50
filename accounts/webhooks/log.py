"""What the owner sees of how deliveries fare, and how long it is kept."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent

KEPT = datetime.timedelta(days=30)
TROUBLE_AFTER = datetime.timedelta(hours=1)
TALL, WIDE = 40, 8  # the drawing of a month: how tall, and how wide each day
STATUS = WebhookDelivery.Status


@dataclass(frozen=True)
class Day:
    """Attempts of one day, how many went well and how many did not, with the place of their bars in a drawing."""

    on: datetime.date
    good: int
    bad: int
    x: int
    good_height: int
    bad_height: int

    @property
    def good_y(self) -> int:
        """Where the bar of what went well begins, from the top of the drawing."""
        return TALL - self.good_height

    @property
    def bad_y(self) -> int:
        """Where the bar of what failed begins: it stands on the other."""
        return self.good_y - self.bad_height


def endpoints_with_health() -> QuerySet[WebhookEndpoint]:
    """Return the endpoints with `waiting`, `gave_up` (of the kept month) and `last_good_at`. One query."""
    return WebhookEndpoint.objects.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__status=STATUS.WAITING)),
        gave_up=Count("deliveries", filter=Q(deliveries__status=STATUS.GAVE_UP)),
        last_good_at=Max("deliveries__event__at", filter=Q(deliveries__status=STATUS.DELIVERED)),
    )


def health_of(endpoint: WebhookEndpoint) -> str:
    """Return in one word how an endpoint fares: off, stopped, failing, new or well.

    Well and new are told apart by `last_good_at`: take it from `endpoints_with_health`.
    """
    if endpoint.status == WebhookEndpoint.Status.OFF:
        return "off"
    if endpoint.status == WebhookEndpoint.Status.ERROR:
        return "stopped"
    if endpoint.failing_since is not None:
        return "failing"
    return "well" if getattr(endpoint, "last_good_at", None) else "new"


def in_trouble(*, now: datetime.datetime) -> int:
    """Return how many endpoints were stopped or have failed for an hour, for the owner's first page. One query."""
    stopped = Q(status=WebhookEndpoint.Status.ERROR)
    failing = Q(status=WebhookEndpoint.Status.ACTIVE, failing_since__lt=now - TROUBLE_AFTER)
    return WebhookEndpoint.objects.filter(stopped | failing).count()


def deliveries_of(endpoint: WebhookEndpoint, *, status: str = "") -> QuerySet[WebhookDelivery]:
    """Return the deliveries of an endpoint, the latest event first; those of one status when it is given."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, **({"status": status} if status else {}))
    return rows.select_related("event").order_by("-event_id")


def counts_of(endpoint: WebhookEndpoint) -> dict[str, int]:
    """Return how many deliveries of an endpoint have each status. One query."""
    rows: Any = WebhookDelivery.objects.filter(endpoint=endpoint).values_list("status").annotate(Count("pk")).order_by()
    return {status: rows_of for status, rows_of in rows}


def last_days(endpoint: WebhookEndpoint, *, now: datetime.datetime) -> list[Day]:
    """Return the attempts of the last thirty days, day by day in Brussels. One query."""
    today = timezone.localdate(now)
    days = [today - datetime.timedelta(days=back) for back in range(29, -1, -1)]
    rows: Any = WebhookAttempt.objects.filter(delivery__endpoint=endpoint, at__gte=now - KEPT).order_by()
    rows = (
        rows.annotate(on=TruncDate("at"))
        .values_list("on")
        .annotate(good=Count("pk", filter=Q(error="")), all=Count("pk"))
    )
    found = {on: (good, total - good) for on, good, total in rows}
    most = max((sum(each) for each in found.values()), default=0) or 1
    made = [(day, *found.get(day, (0, 0))) for day in days]
    return [
        Day(day, good, bad, number * WIDE, -(-TALL * good // most), TALL * bad // most or min(bad, 1) * 2)
        for number, (day, good, bad) in enumerate(made)
    ]


def clear_old(*, now: datetime.datetime) -> int:
    """Remove events older than thirty days with their deliveries and attempts; return how many events."""
    old = WebhookEvent.objects.filter(at__lt=now - KEPT)
    WebhookAttempt.objects.filter(delivery__event__in=old).delete()
    WebhookDelivery.objects.filter(event__in=old).delete()
    count, _by_model = old.delete()
    return count
