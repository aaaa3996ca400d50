"""Webhooks as they go over the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookKind
from accounts.webhooks.endpoints import KINDS
from accounts.webhooks.network import LONGEST_URL, Failure

CHOOSABLE = [(kind.value, kind.label) for kind in KINDS]
SWITCH = [("active", "active"), ("off", "off")]
ERRORS = ["", *(each.value for each in Failure)]


class EndpointShape(serializers.ModelSerializer[WebhookEndpoint]):
    """An address of another program and what it is told. Its secret is in the answer that made it, and nowhere else."""

    events = serializers.ListField(child=serializers.ChoiceField(choices=CHOOSABLE), source="kinds")
    failing_since = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Since when no attempt went well; null when the last one did."
    )
    old_secret_until = serializers.DateTimeField(
        source="previous_until", read_only=True, allow_null=True, help_text="Until when the old secret signs along."
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("id", "name", "url", "events", "status", "failing_since", "old_secret_until", "created_at")
        read_only_fields = fields


class SecretShape(EndpointShape):
    """A webhook with its secret, which is shown this once."""

    secret = serializers.SerializerMethodField(help_text='"whsec_" and the key in base64: keep it where you keep keys.')

    class Meta(EndpointShape.Meta):
        fields = (*EndpointShape.Meta.fields, "secret")  # type: ignore[assignment]

    def get_secret(self, row: Any) -> str:
        """Return the secret that was made just now."""
        return str(self.context.get("secret", ""))


class NewEndpoint(serializers.Serializer[Any]):
    """What to tell, and where."""

    name = serializers.CharField(max_length=80, help_text="What the program is called in the practice.")
    url = serializers.CharField(max_length=LONGEST_URL, help_text="https, on a public host, port 443 or 8443.")
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=CHOOSABLE), source="kinds", allow_empty=False, max_length=len(CHOOSABLE)
    )


class EndpointChange(NewEndpoint):
    """What may change of a webhook. Switched off, nothing is kept for it; switched on, what waited is sent."""

    name = serializers.CharField(max_length=80, required=False)
    url = serializers.CharField(max_length=LONGEST_URL, required=False)
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=CHOOSABLE),
        source="kinds",
        allow_empty=False,
        max_length=len(CHOOSABLE),
        required=False,
    )
    status = serializers.ChoiceField(choices=SWITCH, required=False)


class AttemptShape(serializers.ModelSerializer[WebhookAttempt]):
    """One attempt. What the other side said is not kept."""

    error = serializers.ChoiceField(choices=ERRORS, read_only=True)

    class Meta:
        model = WebhookAttempt
        fields = ("at", "duration_ms", "status_code", "error")
        read_only_fields = fields


class DeliveryShape(serializers.ModelSerializer[WebhookDelivery]):
    """One event on its way to one webhook. `message` is the `webhook-id` that the receiver saw."""

    message = serializers.UUIDField(source="event.message_id", read_only=True)
    sequence = serializers.IntegerField(source="event_id", read_only=True)
    type = serializers.ChoiceField(choices=WebhookKind.choices, source="event.kind", read_only=True)
    occurred_at = serializers.DateTimeField(source="event.at", read_only=True)
    next_attempt_at = serializers.SerializerMethodField(help_text="Null when nothing is to come.")
    tries = AttemptShape(many=True, read_only=True)

    class Meta:
        model = WebhookDelivery
        fields = (
            "id", "message", "sequence", "type", "object_id", "occurred_at", "status", "attempts", "next_attempt_at",
            "tries",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_attempt_at(self, row: WebhookDelivery) -> Any:
        """Return when it is tried again, as it goes over the wire."""
        is_waiting = row.status == WebhookDelivery.Status.WAITING
        return serializers.DateTimeField().to_representation(row.next_at) if is_waiting else None


class ReplayAsked(serializers.Serializer[Any]):
    """What to send again: one delivery, or everything since a moment. Exactly one of the two."""

    delivery = serializers.UUIDField(required=False)
    since = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Give `delivery` or `since`, one of the two.")
        return attrs


class ReplayShape(serializers.Serializer[Any]):
    """How many deliveries are on their way again."""

    count = serializers.IntegerField(min_value=0)


class TestShape(serializers.Serializer[Any]):
    """How the other side took a test event."""

    delivered = serializers.BooleanField()
    status_code = serializers.IntegerField(allow_null=True, help_text="Null when nobody answered.")
    error = serializers.ChoiceField(choices=ERRORS)
    duration_ms = serializers.IntegerField()
