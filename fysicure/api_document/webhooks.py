"""The section `webhooks` of the OpenAPI document: what this server sends, as plain data.

One entry for each kind of event; the shape of the message is the same for all (docs/webhooks.md).
"""

from typing import Any

from accounts.models.webhook import WebhookKind

_ID = "0199d2c5-6a51-7b6e-9c3a-2f0d5a1b4c7e"
_OBJECT = "0199d2c4-11aa-7e02-8f6b-9d3c0e5f7a21"
# The type of the object that a kind speaks of, and the path at which the API shows it.
OBJECTS = {
    "appointment": "appointments",
    "patient": "patients",
    "episode": "episodes",
    "plan": "plans",
    "diary": "diary",
    "ping": "webhooks",
}
_HEADERS = {
    "webhook-id": ("The id of the message: the same when it is sent again, so that you can drop doubles.", _ID),
    "webhook-timestamp": ("When it was sent, in seconds since 1970. Refuse it five minutes off.", "1796036400"),
    "webhook-signature": (
        'For each secret that holds: "v1," and the base64 of the HMAC-SHA256 of "id.timestamp.body".',
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
}  # fmt: skip


def webhooks() -> dict[str, Any]:
    """Return the section, by kind of event."""
    return {kind.value: {"post": _operation(kind)} for kind in WebhookKind}


def example(kind: WebhookKind) -> dict[str, Any]:
    """Return a message of a kind as it is sent."""
    stem = kind.value.partition(".")[0]
    return {
        "id": _ID,
        "type": kind.value,
        "occurred_at": "2026-11-30T09:00:00.123+00:00",
        "object": {
            "type": "webhook" if kind == WebhookKind.PING else stem,
            "id": _OBJECT,
            "url": f"https://praktijk.example/api/v1/{OBJECTS[stem]}/{_OBJECT}/",
        },
        "version": None if stem in {"plan", "ping"} else 1,
        "sequence": 4711,
    }


def _operation(kind: WebhookKind) -> dict[str, Any]:
    words = kind.name.lower()
    return {
        "operationId": f"on_{words}",
        "tags": ["Webhooks"],
        "summary": kind.value,
        "description": "An id and a moment, never what stands in the object: read that over the API. May come twice,"
        " and comes in order with what else happened to this object. Answer 2xx within ten seconds.",
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": described,
                "schema": {"type": "string"},
                "example": shown,
            }
            for name, (described, shown) in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": message_schema(kind),
                    "examples": {kind.value: {"summary": kind.value, "value": example(kind)}},
                }
            },
        },
        "responses": {
            "2XX": {"description": "Taken."},
            "410": {"description": "Send nothing here any more: the webhook is stopped."},
            "429": {"description": "Later, after the seconds of Retry-After (at most 15 minutes are waited)."},
        },
        "security": [],
    }


def message_schema(kind: WebhookKind) -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12) of a message of a kind."""
    members: dict[str, Any] = {
        "id": {"type": "string", "format": "uuid", "description": "The same as `webhook-id`."},
        "type": {"const": kind.value},
        "occurred_at": {"type": "string", "format": "date-time"},
        "object": {
            "type": "object",
            "additionalProperties": False,
            "required": ["type", "id", "url"],
            "properties": {
                "type": {"const": example(kind)["object"]["type"]},
                "id": {"type": "string", "format": "uuid"},
                "url": {"type": "string", "description": "Where the API shows it to who may see it."},
            },
        },
        "version": {
            "type": ["integer", "null"],
            "minimum": 1,
            "description": "The ETag of the object after this change; null where it has none.",
        },
        "sequence": {"type": "integer", "minimum": 1, "description": "Rises with each event."},
    }
    return {"type": "object", "additionalProperties": False, "required": list(members), "properties": members}
