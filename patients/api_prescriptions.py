"""Doctors' orders over HTTP: staff and the patient read what was ordered and what is left of it."""

import datetime
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Count, F
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access_reasons import readable
from accounts.api import LoggedListMixin
from accounts.api_resource import ResourceMixin, operations
from accounts.audit import record_access
from accounts.etags import ETagMixin
from accounts.policy import may, signed_in
from patients.models import Prescription
from patients.models.episode import two_months_after
from patients.prescriptions import COUNTS


class PrescriptionShape(serializers.ModelSerializer[Prescription]):
    """A doctor's order. `diagnosis` is there only for those who treat and for the patient."""

    patient = serializers.UUIDField(source="episode.patient_id", read_only=True)
    prescriber_name = serializers.CharField(source="prescriber.name", read_only=True)
    sessions_used = serializers.IntegerField(source="used", read_only=True)
    sessions_left = serializers.SerializerMethodField(help_text="Null when the doctor named no number.")
    start_before = serializers.DateField(
        read_only=True, help_text="Last day on which the first session still counts: two months after the order."
    )

    class Meta:
        model = Prescription
        fields = (
            "id", "patient", "episode", "prescriber", "prescriber_name", "prescribed_on", "sessions_ordered",
            "sessions_used", "sessions_left", "start_before", "diagnosis",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.IntegerField(allow_null=True, min_value=0))
    def get_sessions_left(self, row: Any) -> int | None:
        """Return how many sessions the order still holds."""
        return None if row.sessions_ordered is None else max(row.sessions_ordered - row.used, 0)

    def to_representation(self, instance: Prescription) -> dict[str, Any]:
        values = super().to_representation(instance)
        if instance.episode.patient_id not in self.context["clinical"]:
            del values["diagnosis"]
        return values


class StartBeforeField(serializers.DateField):
    """The last day on which the first session of an order of a day still counts."""

    def to_representation(self, value: datetime.date) -> Any:
        return super().to_representation(two_months_after(value))


class LeftField(serializers.IntegerField):
    """How many sessions are left, from what was ordered less what was used: more may have been used."""

    def to_representation(self, value: int) -> int:
        return max(value, 0)


class PrescriptionRowShape(PrescriptionShape):
    """An order in a list, from columns, with what the view then takes off."""

    sessions_left = LeftField(source="left")
    start_before = StartBeforeField(source="prescribed_on")

    to_representation = serializers.ModelSerializer.to_representation


class PrescriptionFilter(filters.FilterSet):
    """Orders of one episode or one patient, from a day on."""

    patient = filters.UUIDFilter(field_name="episode__patient")
    since = filters.DateFilter(field_name="prescribed_on", lookup_expr="gte")

    class Meta:
        model = Prescription
        fields = ("episode", "patient", "since")


@operations("prescriptions", "Patients", list="Prescriptions, the latest first", retrieve="One prescription")
class PrescriptionViewSet(
    ETagMixin, ResourceMixin, LoggedListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Prescription]
):
    """Prescriptions, with the sessions that were used of them."""

    required_action = "api.patients"
    queryset: Any = Prescription.objects.none()
    serializer_class = PrescriptionShape
    filterset_class = PrescriptionFilter
    ordering_fields = ("prescribed_on",)
    part = "prescription list"
    has_derived = True  # what is left rests on the contacts
    row_shape = PrescriptionRowShape
    row_columns = {"left": F("sessions_ordered") - F("used")}
    patient_path = "episode__patient_id"
    lookup_value_converter = "uuid"
    clinical: frozenset[UUID] = frozenset()  # the patients whose diagnosis this request may read

    def get_queryset(self) -> Any:
        """Return the orders that the user may see, with what was used of each. One query."""
        rows = Prescription.objects.visible_to(signed_in(self.request._request)).select_related("episode", "prescriber")
        return rows.annotate(used=Count("encounters", filter=COUNTS)).order_by("-prescribed_on", "-id")

    def may_show(self, patients: Collection[UUID]) -> None:
        """Keep whose diagnosis may be shown, once it is known whose orders the answer holds."""
        self._see(set(patients))

    def shown(self, rows: list[Any]) -> Any:
        """Return the rows, without the diagnosis for whom that is hidden."""
        written = super().shown(rows)
        for row in written:
            if UUID(row["patient"]) not in self.clinical:
                del row["diagnosis"]
        return written

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One order; that it was opened is noted, and whether with what is the matter."""
        row = self.get_object()
        self._see({row.episode.patient_id})
        record_access(request._request, row.episode.patient_id, "episode" if self.clinical else "prescription")
        return Response(self.get_serializer(row).data)

    def _see(self, patients: set[UUID]) -> None:
        if may(self.request.user, "api.clinical"):
            self.clinical = frozenset(readable(self.request._request, patients))

    def get_serializer_context(self) -> dict[str, Any]:
        """Tell the shape whose diagnosis it may show."""
        return {**super().get_serializer_context(), "clinical": self.clinical}
