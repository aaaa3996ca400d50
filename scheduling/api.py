"""Free moments and visits over HTTP: staff book for everybody, a patient reads the own visits."""

import datetime
from collections.abc import Mapping
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
from rest_framework.views import APIView

from accounts.api import LoggedListMixin
from accounts.audit import record_access
from accounts.etags import ETagMixin, version_asked
from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, Role, User
from accounts.versions import refuse_stale
from patients.models import Encounter, Patient
from scheduling.availability import Preferred
from scheduling.booking import book, cancel, mark_arrived, mark_fulfilled, mark_no_show, move, reopen
from scheduling.exceptions import StatusRefused
from scheduling.free_time import BRUSSELS
from scheduling.models import Appointment, booking_policy
from scheduling.slots import FreeMoment, free_moments
from scheduling.writing import locked_visit, retried

LONGEST_DAYS = 62
BOOKABLE = [(kind.value, kind.label) for kind in Encounter.Kind if kind != Encounter.Kind.SELF_REPORT]


class BrusselsField(serializers.DateTimeField):
    """A moment with its offset, or a date: the midnight in Brussels with which it begins."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=BRUSSELS, **kwargs)

    def to_internal_value(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) == 10:
            value = f"{value}T00:00:00"
        return super().to_internal_value(value)


class AppointmentSerializer(serializers.Serializer[Appointment]):
    """A visit: ids, moments with offset, kind and status."""

    id = serializers.UUIDField(read_only=True)
    patient = serializers.UUIDField(source="patient_id")
    practitioner = serializers.UUIDField(source="practitioner_id")
    room = serializers.IntegerField(source="room_id", read_only=True, allow_null=True)
    start = BrusselsField()
    end = BrusselsField(read_only=True)
    minutes = serializers.IntegerField(min_value=5, max_value=240)
    type = serializers.ChoiceField(choices=BOOKABLE, default=Encounter.Kind.SESSION.value)
    status = serializers.ChoiceField(choices=Appointment.Status.choices, read_only=True)
    override_reason = serializers.CharField(max_length=200, required=False, allow_blank=True, write_only=True)


class ChangeSerializer(serializers.Serializer[Any]):
    """What may change of a visit: its time, its therapist, or its status."""

    start = BrusselsField(required=False)
    minutes = serializers.IntegerField(min_value=5, max_value=240, required=False)
    practitioner = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(choices=Appointment.Status.choices, required=False)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    override_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class SeveralField(serializers.ListField):
    """Values that are given several times, or once with commas between them."""

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value([part for each in data for part in str(each).split(",") if part])


class SlotQuerySerializer(serializers.Serializer[Any]):
    """What is asked: from when to when, how long, with whom (default: everybody), on which days and at what hours.

    The whole visit lies between `not_before` and `not_after` (Brussels time) on one of the weekdays (1 = Monday).
    """

    practitioner = SeveralField(child=serializers.UUIDField(), required=False, allow_empty=False, max_length=100)
    weekday = SeveralField(child=serializers.IntegerField(min_value=1, max_value=7), required=False, allow_empty=False)
    not_before = serializers.TimeField(required=False)
    not_after = serializers.TimeField(required=False)
    minutes = serializers.IntegerField(min_value=5, max_value=240, default=30)
    type = serializers.ChoiceField(choices=BOOKABLE, default=Encounter.Kind.SESSION.value)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": BrusselsField(), "to": BrusselsField()}


class SlotSerializer(serializers.Serializer[FreeMoment]):
    """A visit that could be booked."""

    practitioner = serializers.UUIDField(source="practitioner.pk")
    room = serializers.SerializerMethodField()
    start = BrusselsField()
    end = BrusselsField()

    def get_room(self, moment: FreeMoment) -> int | None:
        return moment.room.pk if moment.room else None


class SlotsView(APIView):
    """Free moments, the earliest first, at most 62 days at once."""

    required_action = "api.slots"

    @extend_schema(parameters=[SlotQuerySerializer], responses=SlotSerializer(many=True), summary="Free moments")
    def get(self, request: Request) -> Response:
        """List the visits of `minutes` that could be booked in [from, to)."""
        query = SlotQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        given = query.validated_data
        if given["to"] - given["from"] > datetime.timedelta(days=LONGEST_DAYS):
            raise serializers.ValidationError({"to": [_("Ask for at most %(days)d days.") % {"days": LONGEST_DAYS}]})
        people = Practitioner.objects.filter(is_active=True)
        if "practitioner" in given:
            people = people.filter(pk__in=given["practitioner"])
        found = free_moments(
            practitioners=people,
            start=given["from"],
            end=given["to"],
            minutes=given["minutes"],
            type=given["type"],
            now=timezone.now(),
            preferred=Preferred(given.get("weekday", ()), given.get("not_before"), given.get("not_after")),
        )
        return Response([SlotSerializer(moment).data for moment in found])


class AppointmentFilter(filters.FilterSet):
    """Visits that begin in [from, to), of one practitioner."""

    practitioner = filters.UUIDFilter()
    patient = filters.UUIDFilter()

    class Meta:
        model = Appointment
        fields = ("practitioner", "patient", "status")


@extend_schema_view(
    list=extend_schema(
        summary="Visits, in order of time",
        parameters=[OpenApiParameter("from", str), OpenApiParameter("to", str)],
    )
)
class AppointmentViewSet(ETagMixin, LoggedListMixin, RetrieveModelMixin, viewsets.GenericViewSet[Appointment]):
    """Staff see, book and change visits; a patient sees the own ones."""

    required_action = "api.appointments"
    required_actions = {"POST": "appointments.book", "PATCH": "appointments.change"}
    serializer_class = AppointmentSerializer
    filterset_class = AppointmentFilter
    part = "appointment list"
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

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One visit; that it was opened is noted."""
        visit: Appointment = self.get_object()
        record_access(request._request, visit.patient_id, "appointment")
        return Response(AppointmentSerializer(visit).data)

    @extend_schema(parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)])
    def create(self, request: Request) -> Response:
        """Book a visit; the same Idempotency-Key with the same content gives the same visit. 409 names the clash."""
        serializer = AppointmentSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given, user = serializer.validated_data, _user(request)
        visit = book(
            _known(Patient.objects.visible_to(user), "patient", given["patient_id"]),
            practitioner=_known(Practitioner.objects.all(), "practitioner", given["practitioner_id"]),
            start=given["start"],
            minutes=given["minutes"],
            type=given["type"],
            override_reason=given.get("override_reason", ""),
            idempotency_key=request.headers.get("Idempotency-Key"),
            by=user,
            now=timezone.now(),
        )
        return Response(AppointmentSerializer(visit).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ChangeSerializer, responses=AppointmentSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Move a visit (`start`, `minutes`, `practitioner`) or give it another `status`; all of it or nothing."""
        visit: Appointment = self.get_object()
        serializer = ChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = dict(serializer.validated_data)
        if "practitioner" in given:
            given["practitioner"] = _known(Practitioner.objects.all(), "practitioner", given["practitioner"])
        return Response(AppointmentSerializer(_change(visit, given, _user(request), version_asked(request))).data)


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


def _known(rows: Any, name: str, pk: object) -> Any:
    """Return the row with an id; raises InvalidInput that names the field when there is none."""
    row = rows.filter(pk=pk).first()
    if row is None:
        sentence = _("There is none with this id.")
        raise InvalidInput(sentence, errors={name: [sentence]})
    return row


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
