"""The record over HTTP: staff write who a patient is, therapists read what was observed, a patient reads the own."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.access_reasons import readable
from accounts.api import LoggedListMixin, MomentFilter
from accounts.api_created import CreatesOnceMixin
from accounts.api_filters import YesNoFilter
from accounts.api_resource import ResourceMixin, operations
from accounts.audit import record_access, record_accesses
from accounts.etags import ETagMixin, version_asked
from accounts.models import Practitioner, User
from accounts.policy import may, signed_in
from patients.episodes import correct_episode, open_episode
from patients.models import Encounter, EpisodeOfCare, ExternalPractitioner, Observation, Patient
from patients.national_number import masked
from patients.registration import correct, register
from patients.search import search


def caller(request: Request) -> User:
    """Return who calls."""
    return signed_in(request._request)


class PatientShape(serializers.ModelSerializer[Patient]):
    """Who a patient is. `version` counts corrections: send the one you read, and a later correction answers 409."""

    national_number = serializers.CharField(allow_null=True, required=False, max_length=20)
    phone = serializers.CharField(allow_blank=True, required=False, max_length=30)
    version = serializers.IntegerField(required=False, min_value=1)
    general_practitioner: Any = serializers.PrimaryKeyRelatedField(
        queryset=ExternalPractitioner.objects.all(), allow_null=True, required=False
    )

    class Meta:
        model = Patient
        fields = (
            "id", "family_name", "given_name", "birth_date", "gender", "national_number", "phone", "email", "street",
            "postal_code", "city", "country", "language", "general_practitioner", "archived_at", "version",
        )  # fmt: skip
        read_only_fields = ("id", "archived_at")

    def create(self, validated_data: dict[str, Any]) -> Patient:
        validated_data.pop("version", None)
        return register(by=caller(self.context["request"]), now=timezone.now(), **validated_data)

    def update(self, instance: Patient, validated_data: dict[str, Any]) -> Patient:
        asked = version_asked(self.context["request"])
        version = validated_data.pop("version", instance.version if asked is None else asked)
        by = caller(self.context["request"])
        return correct(instance, by=by, now=timezone.now(), version=version, **validated_data)


class MaskedNumberField(serializers.CharField):
    """A national number of which the date of birth alone can be read."""

    def to_representation(self, value: str) -> Any:
        return masked(value) or None


class PatientRowShape(PatientShape):
    """A patient in a list: the national number shows the date of birth alone."""

    national_number = MaskedNumberField(allow_null=True, required=False, max_length=20)


class SearchShape(serializers.Serializer[Any]):
    """What to look for: any part of the name, a date of birth, a phone number; with typos."""

    q = serializers.CharField(max_length=120, allow_blank=True)
    archived = serializers.BooleanField(default=False, help_text="Search the archive too.")


class FoundShape(serializers.Serializer[Any]):
    """What a search gave, the best first. `count` counts the rows shown: there is no total."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    has_more = serializers.BooleanField()
    results = PatientRowShape(many=True)


class PatientFilter(filters.FilterSet):
    """Filters of the list of patients."""

    archived = YesNoFilter(field_name="archived_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Patient
        fields = ("archived", "birth_date")


@operations(
    "patients",
    "Patients",
    list="Patients, by name",
    create="Register a patient",
    retrieve="One patient",
    partial_update="Correct a patient",
    search="Search patients",
)
class PatientViewSet(
    ETagMixin, CreatesOnceMixin, ResourceMixin, LoggedListMixin, mixins.RetrieveModelMixin, mixins.CreateModelMixin,
    mixins.UpdateModelMixin, viewsets.GenericViewSet[Patient],
):  # fmt: skip
    """Patients: staff all of them, a patient the own record."""

    required_action = "api.patients"
    required_actions = {"POST": "patients.register", "PATCH": "patients.correct"}
    http_method_names = ["get", "post", "patch", "head", "options"]
    queryset = Patient.objects.none()
    filterset_class = PatientFilter
    ordering_fields = ("family_name", "given_name", "birth_date")
    answer_shapes = {"search": PatientRowShape}
    part = "patient list"
    patient_path = "id"

    def get_queryset(self) -> QuerySet[Patient]:
        rows: QuerySet[Patient] = Patient.objects.visible_to(caller(self.request))
        return rows

    def get_serializer_class(self) -> type[BaseSerializer[Patient]]:
        return PatientRowShape if self.action == "list" else PatientShape

    def get_object(self) -> Patient:
        """Return one patient, once it is noted that the record was opened: a correction answers with all of it too."""
        patient: Patient = super().get_object()
        record_access(self.request._request, patient.pk, "contact")
        return patient

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Register a patient; the same Idempotency-Key with the same content registers nobody twice."""
        shape = self.get_serializer(data=request.data)
        shape.is_valid(raise_exception=True)
        return self.answer_create(lambda: (shape.save(), 201), shown=lambda row: self.get_serializer(row).data)

    @extend_schema(request=SearchShape, responses=FoundShape, filters=False)
    @action(detail=False, methods=["post"], required_actions={"POST": "patients.search"}, filterset_class=None)
    def search(self, request: Request) -> Response:
        """Search by POST, so that no name stands in an address or a log."""
        asked = SearchShape(data=request.data)
        asked.is_valid(raise_exception=True)
        found = search(caller(request), asked.validated_data["q"], archived=asked.validated_data["archived"])
        record_accesses(request._request, sorted(row.pk for row in found.all), self.part)
        rows = PatientRowShape(found.all, many=True, context=self.get_serializer_context()).data
        body = {"count": len(rows), "next": None, "previous": None, "has_more": found.has_more, "results": rows}
        return Response(body)


CLINICAL = ("reason", "side")  # of an episode: for those who treat, and for the patient


class EpisodeShape(serializers.ModelSerializer[EpisodeOfCare]):
    """An episode of care. `reason` and `side` are there only for those who treat and for the patient."""

    patient: Any = serializers.PrimaryKeyRelatedField(queryset=Patient.objects.all())
    practitioner: Any = serializers.PrimaryKeyRelatedField(
        queryset=Practitioner.objects.filter(is_active=True), allow_null=True, required=False
    )
    referrer: Any = serializers.PrimaryKeyRelatedField(
        queryset=ExternalPractitioner.objects.all(), allow_null=True, required=False
    )

    class Meta:
        model = EpisodeOfCare
        fields = ("id", "patient", "reason", "side", "status", "practitioner", "referrer", "started_on", "ended_on")
        read_only_fields = ("id",)
        extra_kwargs = {"started_on": {"required": False}}

    def to_representation(self, instance: EpisodeOfCare) -> dict[str, Any]:
        values = super().to_representation(instance)
        if not self._sees_clinical(instance):
            for name in CLINICAL:
                del values[name]
        return values

    def _sees_clinical(self, instance: EpisodeOfCare) -> bool:
        """Whether to tell what is the matter: `readable` names of whom; None after adding an episode oneself."""
        readable: set[UUID] | None = self.context.get("readable")
        is_near = readable is None or instance.patient_id in readable
        return is_near and may(self.context["request"].user, "api.clinical")

    def create(self, validated_data: dict[str, Any]) -> EpisodeOfCare:
        return open_episode(by=caller(self.context["request"]), now=timezone.now(), **validated_data)

    def update(self, instance: EpisodeOfCare, validated_data: dict[str, Any]) -> EpisodeOfCare:
        validated_data.pop("patient", None)
        by, version = caller(self.context["request"]), version_asked(self.context["request"])
        return correct_episode(instance, by=by, now=timezone.now(), version=version, **validated_data)


class EpisodeRowShape(EpisodeShape):
    """An episode in a list, with what the view then takes off."""

    to_representation = serializers.ModelSerializer.to_representation


@operations(
    "episodes",
    "Patients",
    list="Episodes of care, the latest first",
    create="Open an episode of care",
    retrieve="One episode of care",
    partial_update="Correct an episode of care",
)
class EpisodeViewSet(
    ETagMixin, CreatesOnceMixin, ResourceMixin, LoggedListMixin, mixins.RetrieveModelMixin, mixins.CreateModelMixin,
    mixins.UpdateModelMixin, viewsets.GenericViewSet[EpisodeOfCare],
):  # fmt: skip
    """Episodes of care. Who may not see what is the matter sees only when, with whom and the status."""

    required_action = "api.patients"
    required_actions = {"POST": "patients.correct", "PATCH": "patients.correct"}
    http_method_names = ["get", "post", "patch", "head", "options"]
    queryset = EpisodeOfCare.objects.none()
    serializer_class = EpisodeShape
    row_shape = EpisodeRowShape
    filterset_fields = ("patient", "status", "practitioner")
    ordering_fields = ("started_on", "ended_on", "status")
    part = "episode list"
    near: set[UUID] | None = None  # the patients whose care this request may read; None: what was just written

    def get_queryset(self) -> QuerySet[EpisodeOfCare]:
        rows: QuerySet[EpisodeOfCare] = EpisodeOfCare.objects.visible_to(caller(self.request))
        return rows

    def may_show(self, patients: Collection[UUID]) -> None:
        """In a browser a therapist reads of colleagues' patients what the desk reads."""
        self.near = readable(self.request._request, patients)

    def shown(self, rows: Sequence[Any]) -> Any:
        """Return the rows, without what is the matter for whom that is hidden."""
        near = self.near if may(self.request.user, "api.clinical") else None
        written = super().shown(rows)
        for row in written:
            if not near or row["patient"] not in near:
                for name in CLINICAL:
                    del row[name]
        return written

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Open an episode; the same Idempotency-Key with the same content opens no second one."""
        shape = self.get_serializer(data=request.data)
        shape.is_valid(raise_exception=True)
        return self.answer_create(lambda: (shape.save(), 201), shown=lambda row: self.get_serializer(row).data)

    def get_object(self) -> EpisodeOfCare:
        """Return one episode, once it is noted that it was opened, and what of it."""
        episode: EpisodeOfCare = super().get_object()
        self.near = readable(self.request._request, [episode.patient_id])
        sees_clinical = bool(self.near) and may(self.request.user, "api.clinical")
        record_access(self.request._request, episode.patient_id, "episode" if sees_clinical else "episode of the desk")
        return episode

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "readable": self.near}


class EncounterShape(serializers.ModelSerializer[Encounter]):
    """A contact with its note."""

    class Meta:
        model = Encounter
        fields = (
            "id",
            "patient",
            "episode",
            "kind",
            "status",
            "practitioner",
            "prescription",
            "started_at",
            "ended_at",
            "note",
        )
        read_only_fields = fields


class EncounterFilter(filters.FilterSet):
    """Filters of the list of contacts."""

    since = MomentFilter(field_name="started_at", lookup_expr="gte")

    class Meta:
        model = Encounter
        fields = ("patient", "episode", "kind", "since")


@operations("encounters", "Patients", list="Contacts, the latest first", retrieve="One contact")
class EncounterViewSet(
    ETagMixin, ResourceMixin, LoggedListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Encounter]
):
    """Contacts, the latest first: a therapist all of them, a patient the own."""

    required_action = "api.clinical"
    queryset = Encounter.objects.none()
    serializer_class = EncounterShape
    filterset_class = EncounterFilter
    ordering_fields = ("started_at",)
    part = "encounters"

    def get_queryset(self) -> QuerySet[Encounter]:
        rows: QuerySet[Encounter] = Encounter.objects.visible_to(caller(self.request))
        return rows

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        encounter = self.get_object()
        record_access(request._request, encounter.patient_id, "encounter")
        return Response(self.get_serializer(encounter).data)


class ObservationShape(serializers.ModelSerializer[Observation]):
    """One value of one measure. `replaces` is the observation that this one corrects."""

    class Meta:
        model = Observation
        fields = (
            "id", "patient", "episode", "encounter", "measure", "side", "value", "number", "unit", "effective_at",
            "replaces",
        )  # fmt: skip
        read_only_fields = fields


class ObservationFilter(filters.FilterSet):
    """Filters of the list of observations; `measure` is a measure's key, `since` a moment or a day."""

    measure = filters.CharFilter(field_name="measure_id")
    since = MomentFilter(field_name="effective_at", lookup_expr="gte")

    class Meta:
        model = Observation
        fields = ("patient", "episode", "measure", "since", "side")


@operations("observations", "Patients", list="Observations, the latest first", retrieve="One observation")
class ObservationViewSet(
    ETagMixin, ResourceMixin, LoggedListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Observation]
):
    """Observations that no later one corrects, the latest first: a therapist all of them, a patient the own."""

    required_action = "api.clinical"
    queryset = Observation.objects.none()
    serializer_class = ObservationShape
    filterset_class = ObservationFilter
    ordering_fields = ("effective_at", "measure")
    part = "observations"

    def get_queryset(self) -> QuerySet[Observation]:
        rows: QuerySet[Observation] = Observation.objects.visible_to(caller(self.request)).current()
        return rows

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        record_access(request._request, row.patient_id, "observation")
        return Response(self.get_serializer(row).data)
