"""Sending again what was sent before, and a test."""

import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User, WebhookDelivery, WebhookEndpoint, WebhookEvent, WebhookKind
from accounts.webhooks.delivery import Post, deliver_now
from accounts.webhooks.endpoints import WebhookOff, locked_endpoint
from accounts.webhooks.network import Answer, post

STATUS = WebhookDelivery.Status
_AGAIN = {"status": STATUS.WAITING, "attempts": 0, "last_status": None, "last_error": ""}

_ADD_MISSING = """
    INSERT INTO accounts_webhookdelivery (endpoint_id, event_id, object_id)
    SELECT %s, sequence, object_id FROM accounts_webhookevent
    WHERE at >= %s AND kind = ANY (%s) ON CONFLICT (endpoint_id, event_id) DO NOTHING
"""


def replay(delivery: WebhookDelivery, *, by: User, now: datetime.datetime) -> WebhookDelivery:
    """Send one event to its endpoint once more, with the same id. Raises WebhookOff when that is switched off.

    One that is on its way already is only brought forward.
    """
    with transaction.atomic():
        _refuse_off(locked_endpoint(delivery.endpoint))
        row: WebhookDelivery = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
        WebhookDelivery.objects.filter(pk=row.pk).update(next_at=now, **_AGAIN)
        row.refresh_from_db()
    return row


def replay_since(endpoint: WebhookEndpoint, *, since: datetime.datetime, by: User, now: datetime.datetime) -> int:
    """Send again what an endpoint wants of all that happened since a moment and is still kept; return how many.

    Events that only others wanted at the time are among them. Raises WebhookOff when it is switched off.
    """
    with transaction.atomic():
        row = locked_endpoint(endpoint)
        _refuse_off(row)
        with connection.cursor() as cursor:
            cursor.execute(_ADD_MISSING, [row.pk, since, row.kinds])
        wanted = WebhookDelivery.objects.filter(endpoint=row, event__at__gte=since, event__kind__in=row.kinds)
        return int(wanted.update(next_at=now, **_AGAIN))


def send_test(endpoint: WebhookEndpoint, *, by: User, now: datetime.datetime, via: Post = post) -> Answer:
    """Send a test event to an endpoint and return at once how it went. Raises WebhookOff when it is switched off.

    Takes as long as the other side does, at most ten seconds; must not run inside a transaction.
    """
    with transaction.atomic():
        row = locked_endpoint(endpoint)
        _refuse_off(row)
        event = WebhookEvent.objects.create(kind=WebhookKind.PING, object_type="webhook", object_id=row.pk, at=now)
        later = now + datetime.timedelta(hours=1)  # this very call brings it; a round must not bring it too
        delivery = WebhookDelivery.objects.create(endpoint=row, event=event, object_id=event.message_id, next_at=later)
    answer = deliver_now(delivery, now=now, via=via)
    if not answer.is_delivered:  # nobody looks at a test that comes hours later
        WebhookDelivery.objects.filter(pk=delivery.pk, status=STATUS.WAITING).update(status=STATUS.GAVE_UP)
    return answer


def _refuse_off(endpoint: WebhookEndpoint) -> None:
    if endpoint.status == WebhookEndpoint.Status.OFF:
        raise WebhookOff(_("This webhook is switched off: switch it on first."))
