"""What another program is told: which object, what happened to it, and where to read it. No name, no clinical value."""

import datetime
import json
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import WebhookEvent

# Where the API shows an object, by its type. Reading it there asks for a token of somebody who may.
ADDRESSES = {
    "appointment": "appointment-detail",
    "patient": "patient-detail",
    "episode": "episode-detail",
    "plan": "plan-detail",
    "diary": "diary-detail",
    "webhook": "webhook-detail",
}


def payload_of(event: WebhookEvent) -> dict[str, Any]:
    """Return the message of an event; the same for every attempt."""
    path = reverse(ADDRESSES[event.object_type], args=[event.object_id])
    return {
        "id": str(event.message_id),
        "type": event.kind,
        "occurred_at": event.at.astimezone(datetime.UTC).isoformat(timespec="milliseconds"),
        "object": {"type": event.object_type, "id": str(event.object_id), "url": f"{settings.PUBLIC_URL}{path}"},
        "version": event.row_version,
        "sequence": event.sequence,
    }


def body_of(event: WebhookEvent) -> bytes:
    """Return the bytes that are signed and sent."""
    return json.dumps(payload_of(event), separators=(",", ":")).encode()
