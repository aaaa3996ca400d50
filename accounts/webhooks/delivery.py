"""Bringing events to endpoints: at least once, those of one object in their order, the rest as fast as it goes.

    waiting ── claimed (next_at moves a minute ahead) ── 2xx ──▶ delivered
       ▲                     │
       └── later again ──────┴── tenth time ──▶ gave-up         skipped: the owner let it go

No transaction is open while the other side is asked. A worker that is killed in between has claimed one delivery,
which becomes due again by itself after a minute: the receiver may get that one twice, and knows it by its id.
"""

import datetime
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.locking import locked
from accounts.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from accounts.webhooks.keys import secrets_of, signed
from accounts.webhooks.network import Answer, Failure, post
from accounts.webhooks.payload import body_of

STATUS = WebhookDelivery.Status
LEASE = datetime.timedelta(minutes=1)  # far beyond the ten seconds that one attempt may take
WAITS = tuple(
    datetime.timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
MOST_ATTEMPTS = len(WAITS) + 1
STOPPED_AFTER = datetime.timedelta(days=5)
SHORTEST_HOLD, LONGEST_HOLD = datetime.timedelta(seconds=30), datetime.timedelta(minutes=15)
# Failures of the address as a whole: until it is back, others of its deliveries need not try and wait ten seconds each.
_OF_THE_ADDRESS = {
    Failure.NO_SUCH_HOST, Failure.NO_CONNECTION, Failure.TLS, Failure.TIMEOUT, Failure.TOO_BUSY,
    Failure.ADDRESS_NOT_ALLOWED,
}  # fmt: skip

Post = Callable[[str, bytes, Mapping[str, str]], Answer]


def endpoints_due(*, now: datetime.datetime) -> list[UUID]:
    """Return the endpoints that may be sent something now. One query."""
    waiting = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), status=STATUS.WAITING, next_at__lte=now)
    rows = _open_endpoints(now).filter(Exists(waiting))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def deliver_next(endpoint_id: UUID, *, now: datetime.datetime, via: Post = post) -> bool:
    """Bring one due event to an endpoint; return whether there was one. Must not run inside a transaction."""
    with transaction.atomic():
        delivery = _first_due(endpoint_id, now)
        if delivery is None:
            return False
        _claim(delivery, now)
    _attempt(delivery, now=now, via=via)
    return True


def deliver_now(delivery: WebhookDelivery, *, now: datetime.datetime, via: Post = post) -> Answer:
    """Bring one event to its endpoint at once, whatever waits before it: a test that somebody is looking at."""
    with transaction.atomic():
        row = locked(WebhookDelivery.objects.select_related("endpoint", "event"), delivery.pk)
        _claim(row, now)
    return _attempt(row, now=now, via=via)


def wait_after(attempts: int) -> datetime.timedelta:
    """Return how long to wait after so many attempts: the step of WAITS, a fifth more or less."""
    return WAITS[attempts - 1] * (0.8 + 0.4 * secrets.randbelow(1000) / 1000)


def _open_endpoints(now: datetime.datetime) -> QuerySet[WebhookEndpoint]:
    is_held = Q(held_until__gt=now)
    return WebhookEndpoint.objects.filter(status=WebhookEndpoint.Status.ACTIVE).exclude(is_held)


def _first_due(endpoint_id: UUID, now: datetime.datetime) -> WebhookDelivery | None:
    """Lock the first due delivery of which no earlier one of the same object waits or is under way."""
    earlier = WebhookDelivery.objects.filter(
        endpoint=OuterRef("endpoint"),
        object_id=OuterRef("object_id"),
        status=STATUS.WAITING,
        event__lt=OuterRef("event"),
    )
    rows = WebhookDelivery.objects.filter(
        endpoint__in=_open_endpoints(now).filter(pk=endpoint_id), status=STATUS.WAITING, next_at__lte=now
    )
    rows = rows.filter(~Exists(earlier)).select_related("endpoint", "event").order_by("next_at", "event_id")
    return rows.select_for_update(of=("self",), skip_locked=True).first()


def _claim(delivery: WebhookDelivery, now: datetime.datetime) -> None:
    delivery.attempts += 1
    delivery.next_at = now + LEASE
    delivery.save(update_fields=["attempts", "next_at"])


def _attempt(delivery: WebhookDelivery, *, now: datetime.datetime, via: Post) -> Answer:
    endpoint, body = delivery.endpoint, body_of(delivery.event)
    try:
        keys = secrets_of(endpoint, now=now)
    except InvalidToken:
        answer = Answer(0, failure=Failure.SECRET_UNREADABLE)
    else:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Fysicure-Webhooks/1",
            "Connection": "close",
            **signed(str(delivery.event.message_id), body, keys=keys, now=now),
        }
        answer = via(endpoint.url, body, headers)
    _write_down(delivery, answer, now)
    return answer


def _write_down(delivery: WebhookDelivery, answer: Answer, now: datetime.datetime) -> None:
    """Write the attempt, and what became of the delivery unless somebody else took it over meanwhile.

    Nothing is written of a delivery that was removed while the other side was asked: with its endpoint, or because the
    record of its object was erased.
    """
    rows = WebhookDelivery.objects.filter(pk=delivery.pk)
    tried = {"at": now, "duration_ms": answer.duration_ms, "status_code": answer.status, "error": answer.failure or ""}
    with transaction.atomic():
        held = rows.select_for_update(no_key=True).first()
        if held is not None:
            WebhookAttempt.objects.create(delivery=held, **tried)
            if (held.status, held.attempts) == (STATUS.WAITING, delivery.attempts):
                rows.update(last_status=answer.status, last_error=answer.failure or "", **_next_step(held, answer, now))
    _note_health(delivery.endpoint, answer, now)  # apart: who changes an endpoint locks it before its deliveries


def _next_step(delivery: WebhookDelivery, answer: Answer, now: datetime.datetime) -> dict[str, Any]:
    """Return what changes of a delivery after an attempt: it arrived, is given up, or waits for the next one."""
    if answer.is_delivered:
        return {"status": STATUS.DELIVERED}
    if delivery.attempts >= MOST_ATTEMPTS:
        return {"status": STATUS.GAVE_UP}
    return {"next_at": now + wait_after(delivery.attempts)}


def _note_health(endpoint: WebhookEndpoint, answer: Answer, now: datetime.datetime) -> None:
    """Keep since when an endpoint fails; leave it alone for a while, or stop it, when it is the address that fails."""
    rows = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    if answer.is_delivered:
        if endpoint.failing_since is not None or endpoint.held_until is not None:
            rows.update(failing_since=None, held_until=None)
        return
    active = rows.filter(status=WebhookEndpoint.Status.ACTIVE)
    since = endpoint.failing_since or now
    if endpoint.failing_since is None:
        rows.filter(failing_since__isnull=True).update(failing_since=now)
    if answer.failure == Failure.GONE or now - since > STOPPED_AFTER:
        active.update(status=WebhookEndpoint.Status.ERROR)
    elif answer.failure in _OF_THE_ADDRESS:
        asked = datetime.timedelta(seconds=answer.retry_after)
        hold = min(max(now - since, asked, SHORTEST_HOLD), LONGEST_HOLD)
        active.update(held_until=now + hold)
