"""The waiting list over HTTP: staff read who waits, and put patients on it."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import LoggedListMixin
from accounts.api_created import CreatesOnceMixin
from accounts.api_resource import ResourceMixin, operations
from accounts.audit import record_access
from accounts.etags import ETagMixin
from accounts.models import Practitioner
from accounts.policy import signed_in
from patients.models import Patient
from scheduling.api_shapes import BOOKABLE, known, known_all
from scheduling.models import WaitingListEntry
from scheduling.waiting_list import join


class WaitingShape(serializers.ModelSerializer[WaitingListEntry]):
    """Who waits for a visit of which kind, and what suits. What is empty suits in any way."""

    class Meta:
        model = WaitingListEntry
        fields = (
            "id", "patient", "episode", "type", "minutes", "practitioners", "weekdays", "not_before", "not_after",
            "earliest", "latest", "priority", "note", "status", "appointment", "created_at", "closed_at",
        )  # fmt: skip
        read_only_fields = fields


class WaitingRowShape(WaitingShape):
    """An entry in a list, from columns."""

    practitioners = serializers.JSONField(source="with_whom")


_WITH_WHOM = ArraySubquery(
    WaitingListEntry.practitioners.through.objects.filter(waitinglistentry=OuterRef("pk"))
    .order_by("practitioner__name", "practitioner")
    .values("practitioner")
)


class JoinShape(serializers.Serializer[Any]):
    """What a patient waits for. `weekdays`: 1 (Monday) to 7; `not_before` and `not_after` in Brussels time."""

    patient = serializers.UUIDField()
    type = serializers.ChoiceField(choices=BOOKABLE, default="session")
    minutes = serializers.IntegerField(min_value=5, max_value=240, default=30)
    practitioners = serializers.ListField(child=serializers.UUIDField(), default=list, max_length=100)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), default=list, max_length=7
    )
    not_before = serializers.TimeField(default=None, allow_null=True)
    not_after = serializers.TimeField(default=None, allow_null=True)
    earliest = serializers.DateField()
    latest = serializers.DateField(default=None, allow_null=True)
    priority = serializers.ChoiceField(choices=WaitingListEntry.Priority.choices, default="routine")
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class WaitingFilter(filters.FilterSet):
    """Entries of one patient, one kind, one status."""

    patient = filters.UUIDFilter()

    class Meta:
        model = WaitingListEntry
        fields = ("patient", "type", "status", "priority")


@operations(
    "waiting_list",
    "Agenda",
    list="The waiting list, who waits longest first",
    create="Put a patient on the waiting list",
    retrieve="One entry of the waiting list",
)
class WaitingListViewSet(
    ETagMixin,
    CreatesOnceMixin,
    ResourceMixin,
    LoggedListMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[WaitingListEntry],
):
    """Who waits for a visit that the calendar has no place for yet; those who got one or left stay, with a status."""

    required_action = "waiting_list.manage"
    queryset: Any = WaitingListEntry.objects.none()
    serializer_class = WaitingShape
    row_shape, row_columns = WaitingRowShape, {"with_whom": _WITH_WHOM}
    filterset_class = WaitingFilter
    ordering_fields = ("created_at", "earliest", "latest")
    part = "waiting list"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        """Return the entries that the user may see. Two queries."""
        rows = WaitingListEntry.objects.visible_to(signed_in(self.request._request))
        return rows.prefetch_related("practitioners").order_by("created_at", "id")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One entry; that it was opened is noted."""
        row = self.get_object()
        record_access(request._request, row.patient_id, self.part)
        return Response(self.get_serializer(row).data)

    @extend_schema(request=JoinShape, responses={201: WaitingShape})
    def create(self, request: Request) -> Response:
        """Put a patient on the list; 409 when the patient waits for this kind of visit already."""
        asked = JoinShape(data=request.data)
        asked.is_valid(raise_exception=True)
        given, user = dict(asked.validated_data), signed_in(request._request)
        patient = known(Patient.objects.visible_to(user), "patient", given.pop("patient"))
        people = known_all(Practitioner.objects.order_by(), "practitioners", given.pop("practitioners"))
        record_access(request._request, patient.pk, self.part)
        return self.answer_create(
            lambda: (join(patient, practitioners=people, by=user, now=timezone.now(), **given), 201),
            shown=lambda row: self.get_serializer(row).data,
        )
