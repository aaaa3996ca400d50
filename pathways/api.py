"""Care plans over HTTP: a therapist starts and moves them, a patient reads the own ones."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import LoggedListMixin
from accounts.api_created import CreatesOnceMixin
from accounts.api_resource import ResourceMixin, operations
from accounts.audit import record_access
from accounts.etags import ETagMixin
from accounts.exceptions import InvalidInput
from accounts.policy import signed_in
from pathways.classification import worse_first
from pathways.decisions import DECISIONS, decide
from pathways.definitions import TEXTS
from pathways.exceptions import PlanDecisionRefused
from pathways.models import CarePlan, Classification, Decision, Phase
from pathways.plans import start_plan
from pathways.progress import PlanProgress, assess_plan
from pathways.rules_api import progress_json
from pathways.rules_serializers import LIGHTS, PROGRESS_FIELDS, KnownKeys
from patients.models import EpisodeOfCare


class PhaseShape(serializers.ModelSerializer[Phase]):
    """A stage of a plan."""

    class Meta:
        model = Phase
        fields = ("key", "title", "status", "weeks_min", "weeks_max", "started_on", "completed_on")


class PlanShape(serializers.ModelSerializer[CarePlan]):
    """A care plan. `phase` is the key of the phase that it is in, null once it is completed."""

    pathway = serializers.CharField(source="pathway_version.pathway_id", read_only=True)
    version = serializers.IntegerField(source="pathway_version.number", read_only=True)
    phase = serializers.SerializerMethodField()
    phases = PhaseShape(many=True, read_only=True)

    class Meta:
        model = CarePlan
        fields = (
            "id", "patient", "episode", "practitioner", "pathway", "version", "side", "course", "status", "phase",
            "phases", "started_on", "ended_on", "gait_strategy", "start_step", "weekly_km_usual",
        )  # fmt: skip
        read_only_fields = fields

    def get_phase(self, plan: CarePlan) -> str | None:
        """Return the key of the active phase."""
        return next((phase.key for phase in plan.phases.all() if phase.status == Phase.Status.ACTIVE), None)


class PlanRowShape(PlanShape):
    """A plan in a list, from columns and its phases as PostgreSQL writes them."""

    phase: Any = serializers.CharField(source="phase_key")
    phases: Any = serializers.JSONField(source="phase_rows")


_PHASES = Phase.objects.filter(plan=OuterRef("pk")).order_by("ordinal")
_PHASE_COLUMNS = {
    "phase_key": Subquery(_PHASES.filter(status=Phase.Status.ACTIVE).values("key")[:1]),
    "phase_rows": ArraySubquery(_PHASES.values(row=JSONObject(**{name: name for name in PhaseShape.Meta.fields}))),
}


class StartShape(KnownKeys):
    """What starts a plan. `reason` is needed where the rule asks the therapist to confirm (a class of POSSIBLE)."""

    episode = serializers.UUIDField()
    pathway = serializers.SlugField(max_length=60)
    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")
    gait_strategy = serializers.CharField(max_length=20, default="none")


class DecisionQuestion(KnownKeys):
    """A decision about a plan. `expected_phase` guards against deciding twice, or about a phase that was left."""

    decision = serializers.ChoiceField([kind.value for kind in DECISIONS])
    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")
    reason_code = serializers.ChoiceField(Decision.ReasonCode.values, default=Decision.ReasonCode.OTHER)
    expected_phase = serializers.CharField(max_length=20, default=None, allow_null=True)


class DecisionShape(serializers.ModelSerializer[Decision]):
    """A decision that was taken, with what the system had proposed and what was known."""

    decision = serializers.CharField(source="kind")

    class Meta:
        model = Decision
        fields = (
            "id",
            "plan",
            "decision",
            "from_phase",
            "to_phase",
            "proposal",
            "reason",
            "evidence",
            "made_by",
            "made_at",
        )
        read_only_fields = fields


PlanProgressShape = inline_serializer(
    "PlanProgress",
    {
        **PROGRESS_FIELDS,
        "plan": serializers.UUIDField(),
        "phase": serializers.CharField(),
        "light": serializers.ChoiceField([*LIGHTS, "NONE"]),
        "days": serializers.DictField(child=serializers.ChoiceField(LIGHTS)),
        "silent_days": serializers.IntegerField(),
        "run_today": inline_serializer(
            "RunToday",
            {
                "allowed": serializers.BooleanField(),
                "code": serializers.CharField(),
                "reasons": serializers.ListField(child=serializers.CharField()),
                "step": serializers.CharField(allow_null=True),
                "week_max_km": serializers.FloatField(allow_null=True),
                "run_max_km": serializers.FloatField(allow_null=True),
            },
        ),
    },
)


class PlanFilter(filters.FilterSet):
    """What plans are filtered by."""

    class Meta:
        model = CarePlan
        fields = ("episode", "patient", "practitioner", "status")


@operations(
    "plans",
    "Care plans",
    list="Care plans, the latest first",
    create="Start a care plan",
    retrieve="One care plan",
    progress="Where a care plan stands",
    decisions="Decide about a care plan",
)
class PlanViewSet(
    ETagMixin,
    CreatesOnceMixin,
    ResourceMixin,
    LoggedListMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[CarePlan],
):
    """Care plans."""

    queryset = CarePlan.objects.none()
    serializer_class = PlanShape
    row_shape, row_columns = PlanRowShape, _PHASE_COLUMNS
    filterset_class = PlanFilter
    ordering_fields = ("started_on", "ended_on", "status")
    answer_shapes = {"decisions": DecisionShape, "progress": type(PlanProgressShape)}
    creates = ("create", "decisions")
    part = "plan list"
    required_actions = {"GET": "api.clinical", "HEAD": "api.clinical", "OPTIONS": "api.clinical", "POST": "plans.start"}

    def get_queryset(self) -> Any:
        """Return the plans that the user may see, with what a row shows: three queries."""
        if getattr(self, "swagger_fake_view", False):
            return CarePlan.objects.none()
        plans = CarePlan.objects.visible_to(signed_in(self.request._request))
        plans = plans.select_related("pathway_version").defer(*(f"pathway_version__{name}" for name in TEXTS))
        return plans.prefetch_related(Prefetch("phases", Phase.objects.order_by("ordinal")))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return one plan; that it was opened is noted."""
        plan = self.get_object()
        record_access(request._request, plan.patient_id, "plan")
        return Response(self.get_serializer(plan).data)

    @extend_schema(request=StartShape, responses={201: PlanShape})
    def create(self, request: Request) -> Response:
        """Start a plan from the episode's latest classification; 409 when the rule refuses."""
        shape = StartShape(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        user = signed_in(request._request)
        episode = EpisodeOfCare.objects.visible_to(user).filter(pk=given["episode"]).first()
        if episode is None:
            raise InvalidInput(_("Some values cannot be taken."), errors={"episode": [_("There is no such episode.")]})
        record_access(request._request, episode.patient_id, "plan")

        def make() -> tuple[CarePlan, int]:
            rule = latest_classification(episode, given["pathway"])
            wishes = {"reason": given["reason"], "gait_strategy": given["gait_strategy"]}
            return start_plan(rule, by=user, now=timezone.now(), **wishes), 201

        return self.answer_create(make, shown=lambda plan: PlanShape(self.get_queryset().get(pk=plan.pk)).data)

    @extend_schema(responses=PlanProgressShape)
    @action(detail=True, methods=["get"])
    def progress(self, request: Request, pk: str | None = None) -> Response:
        """Say where the plan stands: criteria, proposal, light, and whether to run today."""
        plan = self.get_object()
        record_access(request._request, plan.patient_id, "plan")
        return Response(plan_progress_json(assess_plan(plan, now=timezone.now())))

    @extend_schema(request=DecisionQuestion, responses={201: DecisionShape})
    @action(detail=True, methods=["post"], required_actions={"POST": "plans.decide"})
    def decisions(self, request: Request, pk: str | None = None) -> Response:
        """Advance, hold or step back; 409 when the plan cannot be moved, 400 when the reason is missing."""
        plan = get_object_or_404(self.get_queryset(), pk=pk)
        record_access(request._request, plan.patient_id, "plan")
        shape = DecisionQuestion(data=request.data)
        shape.is_valid(raise_exception=True)
        given = dict(shape.validated_data)

        def make() -> tuple[Decision, int]:
            kind, by = given.pop("decision"), signed_in(request._request)
            return decide(plan, kind, by=by, now=timezone.now(), **given).decision, 201

        def again(pk: str) -> Response:
            return Response(DecisionShape(plan.decisions.get(pk=pk)).data)

        return self.answer_create(make, shown=lambda decision: DecisionShape(decision).data, again=again)


def latest_classification(episode: EpisodeOfCare, pathway: str) -> Classification:
    """Return what the pathway's rule last made of the episode: of two sides the one with the most pain.

    Raises PlanDecisionRefused when it was never classified for this pathway.
    """
    rows = episode.classifications.filter(pathway_version__pathway_id=pathway)
    latest: Classification | None = rows.first()
    if latest is None:
        raise PlanDecisionRefused(_("This episode was not classified for this pathway: finish its intake first."))
    sides = worse_first(rows.filter(intake_id=latest.intake_id))
    return next((row for row in sides if row.result.get("plan") != "none"), sides[0])


def plan_progress_json(seen: PlanProgress) -> dict[str, Any]:
    """A plan's progress as clients read it."""
    advice = seen.run_advice
    plan_id: UUID = seen.plan.pk
    return {
        "plan": plan_id,
        "phase": seen.phase.key,
        **progress_json(seen.progress),
        "light": seen.light,
        "days": {day.isoformat(): light.value for day, light in seen.days.items()},
        "silent_days": seen.silent_days,
        "run_today": {
            "allowed": advice.allowed,
            "code": advice.code,
            "reasons": list(advice.reasons),
            "step": advice.step,
            "week_max_km": advice.week_max_km,
            "run_max_km": advice.run_max_km,
        },
    }
