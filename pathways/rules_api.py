"""The clinical rules over HTTP, without a record: they read what is sent and write nothing."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.exceptions import InvalidInput
from pathways.definitions import current_version, definition_of
from pathways.engine.classification import BLOCKED, Classification, classify
from pathways.engine.criteria import Measurement
from pathways.engine.derived import plain
from pathways.engine.findings import parse_findings
from pathways.engine.lights import Entry, day_lights, judge
from pathways.engine.model import Definition
from pathways.engine.progress import PlanState, Progress, assess
from pathways.rules_serializers import (
    ClassificationAnswer,
    ClassifyQuestion,
    LightAnswer,
    LightQuestion,
    ProgressAnswer,
    ProgressQuestion,
)

TAGS = ["Clinical rules"]


class RuleView(APIView):
    """A rule of a pathway's current version, for whoever may try rules."""

    required_actions = {"POST": "rules.try"}

    def definition(self, slug: str) -> Definition:
        """The published definition, or 404."""
        return definition_of(current_version(slug))


class ClassifyView(RuleView):
    @extend_schema(
        operation_id="rules_classify",
        summary="Classify one side",
        tags=TAGS,
        request=ClassifyQuestion,
        responses=ClassificationAnswer,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Classify one side from findings. A red flag answers BLOCKED and no class; what was not asked is listed."""
        definition = self.definition(slug)
        question = ClassifyQuestion(data=request.data)
        question.is_valid(raise_exception=True)
        given = question.validated_data
        on = given.get("as_of") or timezone.localdate()
        findings, errors = parse_findings(
            definition.measures,
            given["findings"],
            given["side"],
            consistency=definition.questionnaire.consistency,
            as_of=on,
        )
        if errors:
            raise InvalidInput(_("Some findings cannot be taken."), errors={key: [why] for key, why in errors.items()})
        found = classify(definition, side=given["side"], age=given.get("age"), as_of=on, findings=findings)
        return Response(classification_json(definition, found))


class LightView(RuleView):
    @extend_schema(
        operation_id="rules_light",
        summary="Judge diary entries",
        tags=TAGS,
        request=LightQuestion,
        responses=LightAnswer,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Judge diary entries: a light each, and one for each Brussels day that has an entry."""
        definition = self.definition(slug)
        question = LightQuestion(data=request.data)
        question.is_valid(raise_exception=True)
        given = question.validated_data
        entries = _entries(given["entries"], definition)
        future = {
            str(index): [_("This entry begins after now.")]
            for index, entry in enumerate(entries)
            if entry.start > given["now"]
        }
        if future:
            raise InvalidInput(_("Some values cannot be taken."), errors={"entries": future})
        judged = judge(entries, now=given["now"], rules=definition.lights)
        rows = [
            {"light": each.light.value, "peak": each.peak, "rise": each.rise, "masked": each.masked} for each in judged
        ]
        days = {day.isoformat(): light.value for day, light in day_lights(judged).items()}
        return Response({"entries": rows, "days": days})


class ProgressView(RuleView):
    @extend_schema(
        operation_id="rules_progress",
        summary="Hold a plan against its exit lines",
        tags=TAGS,
        request=ProgressQuestion,
        responses=ProgressAnswer,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Hold a plan's state against the exit lines of its phase, and propose. The therapist decides."""
        definition = self.definition(slug)
        question = ProgressQuestion(data=request.data)
        question.is_valid(raise_exception=True)
        return Response(progress_json(assess(definition, _state(question.validated_data, definition))))


def classification_json(definition: Definition, found: Classification) -> dict[str, Any]:
    """A classification as clients read it, with the publications that the rules rest on."""
    known = definition.references
    return {
        "class": found.class_ or BLOCKED,
        "criteria": dict(found.criteria),
        "contra": list(found.contra),
        "missing": list(found.missing),
        "red_flags": [{"key": key, "urgency": urgency} for key, urgency in found.red_flags],
        "course": found.course,
        "duration_weeks": found.duration_weeks,
        "differentials": list(found.differentials),
        "start_step": found.start_step,
        "derived": {key: plain(value) for key, value in found.derived.items()},
        "visits_weeks": list(found.visits_weeks),
        "references": [
            {"key": key, "citation": known[key].citation, "doi": known[key].doi, "strength": known[key].strength}
            for key in found.references
        ],
    }


def progress_json(found: Progress) -> dict[str, Any]:
    """A progress as clients read it. Distances in km."""
    return {
        "criteria": [
            {"key": row.key, "status": row.status.value, "value": row.value, "why": row.why} for row in found.criteria
        ],
        "proposal": found.proposal.value,
        "to_phase": found.to_phase,
        "step": found.step,
        "next_max_km": found.next_max_km,
        "next_run_max_km": found.next_run_max_km,
        "overdue": found.overdue,
        "why": list(found.why),
    }


def _entries(rows: Sequence[Mapping[str, Any]], definition: Definition) -> list[Entry]:
    steps = {step.key for step in definition.running.steps} if definition.running else set()
    unknown = {
        str(index): {"step": [_("This running step does not exist.")]}
        for index, row in enumerate(rows)
        if row.get("step") and row["step"] not in steps
    }
    if unknown:
        raise InvalidInput(_("Some values cannot be taken."), errors={"entries": unknown})
    flags = ("limp", "painkiller_24h", "aborted", "rf_any")
    return [Entry(**{**row, **{name: bool(row[name]) for name in flags}}) for row in rows]


def _state(given: Mapping[str, Any], definition: Definition) -> PlanState:
    errors = _plan_errors(given, definition)
    measurements, wrong = _measurements(given["measurements"], given["side"], definition)
    errors |= wrong
    if errors:
        raise InvalidInput(_("Some values cannot be taken."), errors=errors)
    as_of: datetime.date = given["as_of"]
    return PlanState(
        phase=given["phase"],
        course=given["course"],
        side=given["side"],
        as_of=as_of,
        started_on=given["started_on"],
        phase_started_on=given.get("phase_started_on") or given["started_on"],
        gait_strategy=given.get("gait_strategy"),
        rtr_step_done=given["rtr_step_done"] or 0,
        weekly_km_usual=given.get("weekly_km_usual"),
        weekly_km=tuple(given["weekly_km"]),
        longest_run_30d_km=given.get("longest_run_30d_km"),
        measurements=measurements,
        diary=_entries(given["diary"], definition),
    )


def _plan_errors(given: Mapping[str, Any], definition: Definition) -> dict[str, Any]:
    running = definition.running
    strategies = dict(running.cadence.get("strategies", {})) if running else {}
    steps = len(running.steps) - 1 if running else 0
    checks = {
        "phase": given["phase"] in {phase.key for phase in definition.phases},
        "course": given["course"] in {course.key for course in definition.courses},
        "gait_strategy": given.get("gait_strategy") in {None, *strategies},
        "rtr_step_done": (given["rtr_step_done"] or 0) <= steps,
        "started_on": given["started_on"] <= given["as_of"],
        "phase_started_on": given["started_on"]
        <= (given.get("phase_started_on") or given["started_on"])
        <= given["as_of"],
    }
    return {name: [_("This value is not one of the pathway's.")] for name, is_right in checks.items() if not is_right}


def _measurements(
    rows: Sequence[Mapping[str, Any]], side: str, definition: Definition
) -> tuple[list[Measurement], dict[str, Any]]:
    """Each value checked as a finding is, on its own day."""
    found: list[Measurement] = []
    errors: dict[str, Any] = {}
    for row in rows:
        findings, wrong = parse_findings(definition.measures, {row["key"]: row["value"]}, side, as_of=row["on"])
        errors |= {key: [why] for key, why in wrong.items()}
        answers = findings.values.get(row["key"], {})
        sides = {name: value for name, value in answers.items() if value is not None}
        if sides:
            value = sides.get(None, sides)
            found.append(Measurement(row["key"], value, row["on"]))
    return found, errors
