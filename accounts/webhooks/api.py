"""Webhooks over HTTP: the owner's program makes, changes and removes them, reads the log and sends again."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from accounts.api_pages import Pages
from accounts.api_resource import ResourceMixin, operations
from accounts.api_rows import ListMixin
from accounts.etags import ETagMixin, version_asked
from accounts.exceptions import InvalidInput
from accounts.models import WebhookDelivery, WebhookEndpoint
from accounts.policy import signed_in
from accounts.versions import EditConflict
from accounts.webhooks.endpoints import add_endpoint, change_endpoint, remove_endpoint, renew_secret
from accounts.webhooks.log import deliveries_of
from accounts.webhooks.replay import replay, replay_since, send_test
from accounts.webhooks.shapes import (
    DeliveryShape,
    EndpointChange,
    EndpointShape,
    NewEndpoint,
    ReplayAsked,
    ReplayShape,
    SecretShape,
    TestShape,
)

_WIRE_NAMES = {"kinds": "events"}  # what a column is called over HTTP, where that is something else


class DeliveryFilter(filters.FilterSet):
    """Deliveries of one status."""

    class Meta:
        model = WebhookDelivery
        fields = ("status",)


@operations(
    "webhooks",
    "Webhooks",
    list="Webhooks",
    retrieve="One webhook",
    create="Make a webhook",
    partial_update="Change a webhook",
    destroy="Remove a webhook",
    deliveries="What was sent to a webhook",
    replay="Send again",
    test="Send a test event",
    secret="Renew the secret",  # noqa: S106
)
class WebhookViewSet(
    ETagMixin,
    ResourceMixin,
    ListMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[WebhookEndpoint],
):
    """Addresses that are told when something changes, for the owner of the practice."""

    required_action = "webhooks.manage"
    serializer_class = EndpointShape
    queryset: Any = WebhookEndpoint.objects.order_by("name", "id")
    ordering_fields = ("name", "created_at")
    lookup_value_converter = "uuid"
    answer_shapes = {
        "create": SecretShape, "secret": SecretShape, "deliveries": DeliveryShape, "replay": ReplayShape,
        "test": TestShape,
    }  # fmt: skip

    def known_parameters(self) -> Iterable[str]:
        """The log is a list too."""
        if self.action == "deliveries":
            return (*DeliveryFilter.base_filters, Pages.page_query_param, Pages.page_size_query_param)
        return super().known_parameters()

    @extend_schema(request=NewEndpoint, responses={201: SecretShape})
    def create(self, request: Request) -> Response:
        """Make a webhook. The answer holds its secret, which is shown this once."""
        given = _given(NewEndpoint, request)
        row, secret = add_endpoint(by=signed_in(request._request), now=timezone.now(), **given)
        self._row = row
        body = SecretShape(row, context={"secret": secret}).data
        return Response(body, status=status.HTTP_201_CREATED, headers={"Location": f"{request.path}{row.pk}/"})

    @extend_schema(request=EndpointChange, responses=EndpointShape)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change name, address, events or status."""
        row, given = self.get_object(), _given(EndpointChange, request)
        by, version = signed_in(request._request), version_asked(request)
        try:
            row = change_endpoint(row, by=by, now=timezone.now(), version=version, **given)
        except EditConflict as conflict:
            conflict.extra["changed"] = [_WIRE_NAMES.get(name, name) for name in conflict.changed]
            raise
        return Response(EndpointShape(row).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove a webhook with its log."""
        remove_endpoint(self.get_object(), by=signed_in(request._request), now=timezone.now())
        self._row = None
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        responses=DeliveryShape(many=True),
        parameters=[OpenApiParameter("status", str, enum=WebhookDelivery.Status.values)],
        filters=False,  # those of the list of webhooks
    )
    @action(detail=True)
    def deliveries(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the deliveries of the last thirty days, the latest event first, each with its attempts."""
        row = self.get_object()
        self._row = None  # the log is no version of the webhook
        wanted = DeliveryFilter(request.query_params, queryset=deliveries_of(row).prefetch_related("tries"))
        if not wanted.is_valid():
            raise ValidationError(wanted.errors)
        page: Any = self.paginate_queryset(wanted.qs)
        return self.get_paginated_response(DeliveryShape(page, many=True).data)

    @extend_schema(request=ReplayAsked, responses={202: ReplayShape})
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send one delivery again, or everything since a moment, with the ids that they had."""
        row, given = self.get_object(), _given(ReplayAsked, request)
        by, now, count = signed_in(request._request), timezone.now(), 1
        self._row = None
        if "since" in given:
            count = replay_since(row, since=given["since"], by=by, now=now)
        else:
            replay(_delivery(row, given["delivery"]), by=by, now=now)
        return Response({"count": count}, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses=TestShape)
    @action(detail=True, methods=["post"])
    def test(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send an event of type "ping" and answer how it was taken; waits for the other side, ten seconds at most."""
        row = self.get_object()
        self._row = None
        answer = send_test(row, by=signed_in(request._request), now=timezone.now())
        facts = {"delivered": answer.is_delivered, "status_code": answer.status, "error": answer.failure or ""}
        return Response({**facts, "duration_ms": answer.duration_ms})

    @extend_schema(request=None, responses=SecretShape)
    @action(detail=True, methods=["post"])
    def secret(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Renew the secret. For 24 hours each message is signed with the old one as well."""
        row, secret = renew_secret(self.get_object(), by=signed_in(request._request), now=timezone.now())
        return Response(SecretShape(row, context={"secret": secret}).data)


def _given(shape: Any, request: Request) -> dict[str, Any]:
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _delivery(endpoint: WebhookEndpoint, pk: Any) -> WebhookDelivery:
    row = WebhookDelivery.objects.filter(endpoint=endpoint, pk=pk).first()
    if row is None:
        sentence = "There is none with this id."
        raise InvalidInput(sentence, errors={"delivery": [sentence]})
    return row
