"""Visits over HTTP: staff book for everybody, a patient reads the own visits."""

import datetime
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import LoggedListMixin
from accounts.api_created import REPLAYED, CreatesOnceMixin, key_of
from accounts.api_resource import ResourceMixin, operations
from accounts.api_shape import shape_of
from accounts.audit import record_access
from accounts.etags import ETagMixin, version_asked
from accounts.kept_query import SOMEBODY, KeptObjects
from accounts.models import Practitioner, Role, User
from accounts.versions import refuse_stale
from patients.models import Patient
from scheduling.api_shapes import (
    ITS_KEY,
    LENGTH,
    AppointmentRow,
    AppointmentSerializer,
    BrusselsField,
    ChangeSerializer,
    known,
    known_by_key,
)
from scheduling.booking import book, cancel, mark_arrived, mark_fulfilled, mark_no_show, move, reopen
from scheduling.exceptions import StatusRefused
from scheduling.models import Appointment, booking_policy
from scheduling.writing import locked_visit, retried


class AppointmentFilter(filters.FilterSet):
    """Visits of one practitioner, of one patient, with one status."""

    practitioner = filters.UUIDFilter()
    patient = filters.UUIDFilter()

    class Meta:
        model = Appointment
        fields = ("practitioner", "patient", "status")


@operations(
    "appointments",
    "Agenda",
    list="Visits, in order of time",
    create="Book a visit",
    retrieve="One visit",
    partial_update="Move a visit, or give it another status",
)
@extend_schema_view(
    list=extend_schema(
        parameters=[
            OpenApiParameter("from", str, description="Visits that begin at or after this moment or day."),
            OpenApiParameter("to", str, description="Visits that begin before this moment or day."),
        ]
    )
)
class AppointmentViewSet(
    ETagMixin,
    CreatesOnceMixin,
    ResourceMixin,
    LoggedListMixin,
    RetrieveModelMixin,
    viewsets.GenericViewSet[Appointment],
):
    """Staff see, book and change visits; a patient sees the own ones."""

    required_action = "api.appointments"
    required_actions = {"POST": "appointments.book", "PATCH": "appointments.change"}
    serializer_class = AppointmentSerializer
    row_shape, row_columns = AppointmentRow, {"length": LENGTH}
    filterset_class = AppointmentFilter
    ordering_fields = ("start", "end", "status", "type")
    extra_parameters = ("from", "to")
    part = "appointment list"
    longest_key = 80  # the key stands with the visit, for good
    lookup_value_converter = "uuid"
    queryset = Appointment.objects.none()

    def get_queryset(self) -> Any:
        if not isinstance(self.request.user, User):
            return Appointment.objects.none()
        rows = Appointment.objects.visible_to(self.request.user)
        if self.request.user.role == Role.PATIENT and not booking_policy().patients_see:
            rows = rows.none()
        if self.action == "list":
            for name, lookup in (("from", "start__gte"), ("to", "start__lt")):
                if self.request.query_params.get(name):
                    rows = rows.filter(**{lookup: _moment(name, self.request.query_params[name])})
        return rows.order_by("start", "id")

    def get_object(self) -> Appointment:
        """Return one visit, once it is noted that it was opened: a change answers with all of it too."""
        visit: Appointment = super().get_object()
        record_access(self.request._request, visit.patient_id, "appointment")
        return visit

    def create(self, request: Request) -> Response:
        """Book a visit; the same Idempotency-Key with the same content gives the same visit. 409 names the clash."""
        shape, user = shape_of(AppointmentSerializer), _user(request)
        given = shape.run_validation(request.data)
        self._row = visit = book(
            known_by_key(_patients(user.role), "patient", given["patient_id"], by=user),
            practitioner=known_by_key(_practitioners(), "practitioner", given["practitioner_id"], by=user),
            start=given["start"],
            minutes=given["minutes"],
            type=given["type"],
            override_reason=given.get("override_reason", ""),
            idempotency_key=key_of(request, longest=self.longest_key),
            by=user,
            now=timezone.now(),
        )
        self._is_current = True
        headers = {"Location": f"{request.path}{visit.pk}/"}
        if visit.is_repeat:  # what this key booked before, as it is today
            headers = {REPLAYED: "true"}
            record_access(request._request, visit.patient_id, "appointment")
        return Response(shape.to_representation(visit), status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(request=ChangeSerializer, responses=AppointmentSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Move a visit (`start`, `minutes`, `practitioner`) or give it another `status`; all of it or nothing."""
        visit = self.get_object()
        serializer = ChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = dict(serializer.validated_data)
        if "practitioner" in given:
            given["practitioner"] = known(Practitioner.objects.all(), "practitioner", given["practitioner"])
        return Response(AppointmentSerializer(_change(visit, given, _user(request), version_asked(request))).data)


@cache
def _patients(role: str) -> KeptObjects[Patient]:
    return KeptObjects.of(Patient.objects.visible_to(User(id=SOMEBODY, role=role)).filter(pk=ITS_KEY))


@cache
def _practitioners() -> KeptObjects[Practitioner]:
    return KeptObjects.of(Practitioner.objects.order_by().filter(pk=ITS_KEY))


@retried
@transaction.atomic
def _change(visit: Appointment, given: Mapping[str, Any], by: User, version: int | None) -> Appointment:
    """Move a visit and take its step, or neither. Raises EditConflict when it changed since `version`."""
    if version is not None:
        visit = locked_visit(visit, *([given["start"]] if "start" in given else []))
        refuse_stale(visit, version=version, given={}, also=["start", "end", "practitioner", "status"])
    moved = {name: value for name, value in given.items() if name not in {"status", "reason"}}
    if moved.keys() - {"override_reason"}:
        visit = move(visit, by=by, now=timezone.now(), **moved)
    if given.get("status", visit.status) != visit.status:
        visit = _to_status(visit, given["status"], by, given.get("reason", ""))
    return visit


def _to_status(visit: Appointment, wanted: str, by: User, reason: str) -> Appointment:
    """Take the step that leads to a status; raises StatusRefused when none does."""
    now, names = timezone.now(), Appointment.Status
    if wanted == names.CANCELLED:
        return cancel(visit, by=by, now=now, reason=reason)
    if wanted == names.NO_SHOW:
        return mark_no_show(visit, by=by, now=now)
    if wanted == names.FULFILLED:
        return mark_fulfilled(visit, by=by, now=now)
    if wanted == names.ARRIVED:
        step = reopen if visit.status == names.FULFILLED else mark_arrived
        return step(visit, by=by, now=now)
    if wanted == names.BOOKED and visit.status in {names.CANCELLED, names.NO_SHOW, names.ARRIVED}:
        return reopen(visit, by=by, now=now)
    raise StatusRefused(_("A visit cannot go from this status to that one."))


def _moment(name: str, text: str) -> datetime.datetime:
    try:
        moment: datetime.datetime = BrusselsField().run_validation(text)
    except serializers.ValidationError as error:
        raise serializers.ValidationError({name: error.detail}) from error
    return moment


def _user(request: Request) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
