"""Visits that plans call for and the calendar does not hold yet, over HTTP: the need, never the reason."""

import datetime
from typing import Any

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import LoggedListMixin
from accounts.api_resource import ResourceMixin, operations
from accounts.audit import record_access
from accounts.etags import ETagMixin
from accounts.policy import signed_in
from pathways.follow_ups import Band, band_of, open_follow_ups
from pathways.models import FollowUp


class FollowUpShape(serializers.ModelSerializer[FollowUp]):
    """A visit to book: for whom, when, how long, with whom by preference, and how urgent it is to book it."""

    patient = serializers.UUIDField(source="plan.patient_id", read_only=True)
    band = serializers.SerializerMethodField(
        help_text="overdue: the window closed; this_week: it closes before Sunday ends; later."
    )

    class Meta:
        model = FollowUp
        fields = (
            "id", "patient", "plan", "week", "window_start", "window_end", "minutes", "type", "practitioner", "band",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=[band.value for band in Band]))
    def get_band(self, row: FollowUp) -> str:
        """Return how urgent it is to book the visit."""
        return band_of(row.window_end, timezone.localdate()).value


class BandField(serializers.CharField):
    """How urgent it is to book the visit, from the day on which its window closes."""

    def to_representation(self, value: datetime.date) -> str:
        return band_of(value, timezone.localdate()).value


class FollowUpRowShape(FollowUpShape):
    """A visit to book in a list, from columns."""

    band = BandField(source="window_end")


class FollowUpFilter(filters.FilterSet):
    """Visits to book for one patient, one plan or one therapist, whose window opens at the latest on a day."""

    patient = filters.UUIDFilter(field_name="plan__patient")
    due_before = filters.DateFilter(field_name="window_start", lookup_expr="lte")

    class Meta:
        model = FollowUp
        fields = ("patient", "plan", "practitioner", "due_before")


@operations("follow_ups", "Agenda", list="Visits to book, the most overdue first", retrieve="One visit to book")
class FollowUpViewSet(
    ETagMixin, ResourceMixin, LoggedListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[FollowUp]
):
    """What running plans call for and no visit fulfils yet. Booked ones are no longer here."""

    required_action = "follow_ups.view"
    queryset: Any = FollowUp.objects.none()
    serializer_class = FollowUpShape
    row_shape = FollowUpRowShape
    filterset_class = FollowUpFilter
    ordering_fields = ("window_start", "window_end")
    part = "follow-ups"
    patient_path = "plan__patient_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        """Return the open follow-ups that the user may see. One query."""
        return open_follow_ups(signed_in(self.request._request), today=timezone.localdate())

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One visit to book; that it was opened is noted."""
        row = self.get_object()
        record_access(request._request, row.plan.patient_id, self.part)
        return Response(self.get_serializer(row).data)
