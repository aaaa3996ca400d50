"""The diary over HTTP: a patient's own entries, or those of the practice's patients for a therapist."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotAuthenticated
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import LoggedListMixin, MomentFilter
from accounts.api_created import CreatesOnceMixin, key_of
from accounts.api_resource import ResourceMixin, operations
from accounts.api_shape import shape_of
from accounts.audit import record_access
from accounts.etags import ETagMixin, version_asked
from accounts.exceptions import InvalidInput
from accounts.identifiers import uuid7
from accounts.models import Role, User
from pathways.definitions import TEXTS, definition_of
from pathways.diary import LOOK_AHEAD, LOOK_BACK, answer_next, as_entry, edit_entry, take_report
from pathways.diary_input import Report
from pathways.engine.lights import JudgedEntry, judge
from pathways.models import CarePlan, DiaryEntry
from pathways.plan_lock import lock_running_plan

# The wire's short names, those of the light rule, and the domain's.
RENAMED = {"start": "started_at", "end": "ended_at"}
WIRE_NAMES = {domain: wire for wire, domain in RENAMED.items()}


class ScoreField(serializers.IntegerField):
    """Pain from 0 to 10: a whole number of JSON, no text and no decimals; null means not given."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=10, required=False, allow_null=True, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class DiaryEntrySerializer(serializers.Serializer[DiaryEntry]):
    """One session. `light`, `peak`, `rise`, `masked` are computed; `next_derived`: taken from a later `pre`."""

    id = serializers.UUIDField(read_only=True)
    patient = serializers.UUIDField(source="patient_id", read_only=True)
    plan = serializers.UUIDField(source="plan_id", required=False)
    kind = serializers.ChoiceField(choices=DiaryEntry.Kind.choices, default=DiaryEntry.Kind.RUN)
    start = serializers.DateTimeField(source="started_at")
    end = serializers.DateTimeField(source="ended_at")
    side = serializers.ChoiceField(choices=["L", "R"], required=False, allow_null=True)
    pre = ScoreField()
    during = ScoreField()
    after = ScoreField()
    next = ScoreField()
    limp = serializers.BooleanField(default=False)
    painkiller_24h = serializers.BooleanField(default=False)
    aborted = serializers.BooleanField(default=False)
    rf_any = serializers.BooleanField(default=False)
    distance_km = serializers.FloatField(min_value=0, max_value=300, required=False, allow_null=True)
    onset_km = serializers.FloatField(min_value=0, max_value=300, required=False, allow_null=True)
    exercises_done = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=60)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)
    step = serializers.CharField(max_length=6, required=False, allow_blank=True)
    client_key = serializers.CharField(max_length=80, required=False)
    on_duplicate = serializers.ChoiceField(choices=["ask", "merge", "keep"], required=False, write_only=True)
    next_given_at = serializers.DateTimeField(read_only=True, allow_null=True)
    light = serializers.SerializerMethodField()
    peak = serializers.SerializerMethodField()
    rise = serializers.SerializerMethodField()
    masked = serializers.SerializerMethodField()
    next_derived = serializers.SerializerMethodField()

    def get_light(self, row: DiaryEntry) -> str:
        return str(self._judged(row).light)

    def get_peak(self, row: DiaryEntry) -> int | None:
        return self._judged(row).peak

    def get_rise(self, row: DiaryEntry) -> int | None:
        return self._judged(row).rise

    def get_masked(self, row: DiaryEntry) -> bool:
        return self._judged(row).masked

    def get_next_derived(self, row: DiaryEntry) -> bool:
        return self._judged(row).next_derived

    def _judged(self, row: DiaryEntry) -> JudgedEntry:
        judged: JudgedEntry = row.judged  # type: ignore[attr-defined]  # by `_shown`
        return judged


class DiaryFilter(filters.FilterSet):
    """Rows of one plan or one patient, from a day on."""

    plan = filters.UUIDFilter()
    patient = filters.UUIDFilter()
    since = MomentFilter(field_name="started_at", lookup_expr="gte")

    class Meta:
        model = DiaryEntry
        fields = ("plan", "patient", "kind", "since")


def judged_rows(rows: Sequence[DiaryEntry]) -> dict[str, JudgedEntry]:
    """Judge a page of entries among their neighbours. One query, whatever the number of rows and plans."""
    if not rows:
        return {}
    since = min(row.started_at for row in rows) - LOOK_BACK
    until = max(row.ended_at for row in rows) + LOOK_AHEAD
    plans = {row.plan_id: row.plan for row in rows}
    near: dict[Any, list[DiaryEntry]] = {plan_id: [] for plan_id in plans}
    for row in DiaryEntry.objects.filter(plan_id__in=plans, started_at__range=(since, until)):
        near[row.plan_id].append(row)
    now = timezone.now()
    return {
        each.entry.id or "": each
        for plan_id, plan in plans.items()
        for each in judge(
            [as_entry(row) for row in near[plan_id]], now=now, rules=definition_of(plan.pathway_version).lights
        )
    }


def in_wire_names(error: InvalidInput) -> InvalidInput:
    """The same refusal with the names of the wire."""
    errors = {WIRE_NAMES.get(name, name): sentence for name, sentence in error.errors.items()}
    return InvalidInput(error.detail, errors=errors, **error.extra)


@operations(
    "diary",
    "Diary",
    list="Diary entries, the latest first",
    create="Log a session",
    retrieve="One diary entry",
    partial_update="Complete or correct a diary entry",
)
class DiaryViewSet(
    ETagMixin,
    CreatesOnceMixin,
    ResourceMixin,
    LoggedListMixin,
    RetrieveModelMixin,
    viewsets.GenericViewSet[DiaryEntry],
):
    """A patient lists, logs and corrects the own entries; a therapist reads and corrects those of patients."""

    required_actions = {
        "GET": "api.diary",
        "HEAD": "api.diary",
        "OPTIONS": "api.diary",
        "POST": "portal.log",
        "PATCH": "api.diary",
    }
    serializer_class = DiaryEntrySerializer
    filterset_class = DiaryFilter
    ordering_fields = {"start": "started_at", "end": "ended_at"}
    part = "diary list"
    has_derived = True  # the light of an entry rests on its neighbours
    lookup_value_converter = "uuid"
    queryset = DiaryEntry.objects.none()

    def get_queryset(self) -> Any:
        if not isinstance(self.request.user, User):
            return DiaryEntry.objects.none()
        rows = DiaryEntry.objects.visible_to(self.request.user)
        texts = [f"plan__pathway_version__{name}" for name in TEXTS]  # read once a process: definition_of
        return rows.select_related("plan__pathway_version").defer(*texts).order_by("-started_at", "-id")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Entries with their lights; filter by `plan`, `patient`, `kind`, `since`."""
        return super().list(request, *args, **kwargs)

    def shown(self, rows: Sequence[DiaryEntry]) -> Any:
        return self._shown(rows, many=True)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One entry with its light."""
        row: DiaryEntry = self.get_object()
        record_access(request._request, row.patient_id, "diary")
        return Response(self._shown([row]))

    def create(self, request: Request) -> Response:
        """Log a session for the own running plan. The same `client_key` again gives the same entry (200, not 201)."""
        given = self._given(request, partial=False)
        user, lights = self._user(request), dict[str, JudgedEntry]()
        plan_id, key, pk = given.pop("plan_id", None), given.pop("client_key", None) or uuid4().hex, uuid7()
        on_duplicate, exercises = given.pop("on_duplicate", "ask"), tuple(given.pop("exercises_done", ()))

        def make() -> tuple[DiaryEntry, int]:
            how: dict[str, Any] = {"client_key": key, "on_duplicate": on_duplicate, "by": user, "now": timezone.now()}
            try:
                plan = self._locked_plan(user, plan_id)
                logged = take_report(plan, Report(**given, exercises_done=exercises), pk=pk, **how)
            except InvalidInput as error:
                raise in_wire_names(error) from error
            self._is_current = logged.is_new
            if logged.judged is not None:
                lights[str(logged.entry.pk)] = logged.judged
            return logged.entry, 201 if logged.is_new else 200

        # With a key the transaction is that of the key.
        in_transaction = make if key_of(request) else transaction.atomic(make)
        return self.answer_create(in_transaction, shown=lambda row: self._shown([row], lights=lights), expected=pk)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give `next` (12-36 h after the end), or correct other fields (patient: 24 hours; therapist: always)."""
        row: DiaryEntry = self.get_object()
        record_access(request._request, row.patient_id, "diary")
        given = self._given(request, partial=True)
        for name in ("client_key", "plan_id", "on_duplicate"):
            given.pop(name, None)
        try:
            self._change(row, given, self._user(request), version_asked(request))
        except InvalidInput as error:
            raise in_wire_names(error) from error
        row.refresh_from_db()
        return Response(self._shown([row]))

    @staticmethod
    def _change(row: DiaryEntry, given: dict[str, Any], user: User, version: int | None) -> None:
        now = timezone.now()
        is_answer = set(given) <= {"next", "after"} and given.get("next") is not None
        if is_answer and user.role == Role.PATIENT and row.next is None:
            answer_next(row, given["next"], after=given.get("after"), by=user, now=now)
        elif given:
            edit_entry(row, by=user, now=now, version=version, **given)

    def _given(self, request: Request, *, partial: bool) -> dict[str, Any]:
        if not partial:
            return dict(shape_of(DiaryEntrySerializer).run_validation(request.data))
        serializer = DiaryEntrySerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @staticmethod
    def _user(request: Request) -> User:
        if not isinstance(request.user, User):
            raise NotAuthenticated
        return request.user

    @staticmethod
    def _locked_plan(user: User, plan_id: UUID | None) -> CarePlan:
        plan = lock_running_plan(user, plan_id)
        if plan is None and plan_id is not None:
            raise Http404
        if plan is None:
            raise InvalidInput(
                _("There is no running plan to log for."), errors={"plan": _("There is no running plan.")}
            )
        return plan

    @staticmethod
    def _shown(
        rows: Sequence[DiaryEntry], *, many: bool = False, lights: Mapping[str, JudgedEntry] | None = None
    ) -> Any:
        known, shape = lights or judged_rows(rows), shape_of(DiaryEntrySerializer)
        for row in rows:
            row.judged = known[str(row.pk)]  # type: ignore[attr-defined]
        shown = [shape.to_representation(row) for row in rows]
        return shown if many else shown[0]
