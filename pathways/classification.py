"""What the rule of a pathway makes of a finished intake, kept with its reasons; a red flag makes a referral task."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from pathways.definitions import definition_of
from pathways.engine.classification import Classification as Verdict
from pathways.engine.classification import classify
from pathways.engine.findings import Findings, affected_sides, parse_findings
from pathways.engine.model import Definition
from pathways.exceptions import PlanRefused
from pathways.intake import plain, version_of
from pathways.models import Classification, Task
from pathways.tasks import REFER_WITHIN
from patients.models import IntakeResponse, Observation

WORST_FIRST = ("EMERGENCY", "URGENT", "SOON")


@transaction.atomic
def classify_intake(intake: IntakeResponse, *, by: User, now: datetime.datetime) -> list[Classification]:
    """Classify each side that hurts and keep the result with its reasons. Safe to repeat: what is there is returned.

    A red flag makes one referral task, due by its urgency. Raises PlanRefused for a draft.
    """
    if intake.status != IntakeResponse.Status.COMPLETED:
        raise PlanRefused(_("Finish the intake first."))
    IntakeResponse.objects.select_for_update().only("pk").get(pk=intake.pk)
    known = list(intake.classifications.select_related("pathway_version"))
    if known:
        return known
    version = version_of(intake)
    definition = definition_of(version)
    findings = findings_of(intake, definition)
    sides = affected_sides(intake.side)
    day = timezone.localtime(now).date()
    rows = []
    for side in sides:
        verdict = classify(
            definition,
            side=side,
            age=age_on(intake.episode.patient.birth_date, day),
            as_of=timezone.localtime(intake.completed_at).date(),
            findings=findings,
            both_affected=len(sides) > 1,
        )
        rows.append(
            Classification.objects.create(
                intake=intake,
                episode_id=intake.episode_id,
                pathway_version=version,
                side=side,
                outcome=verdict.class_,
                result=as_result(verdict),
                made_by=by,
                made_at=now,
            )
        )
    _refer(intake, rows, definition, now)
    return rows


def findings_of(intake: IntakeResponse, definition: Definition) -> Findings:
    """Return the observations that an intake left, as the engine reads them."""
    raw: dict[str, Any] = {}
    rows = Observation.objects.current().filter(encounter_id=intake.encounter_id)
    for key, side, value in rows.values_list("measure_id", "side", "value"):
        if side:
            raw.setdefault(key, {})[side] = value
        else:
            raw[key] = value
    findings, _errors = parse_findings(definition.measures, raw, None)
    return findings


def age_on(birth_date: datetime.date, day: datetime.date) -> int:
    """Return the age in whole years on a day."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def as_result(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict of the engine as JSON keeps it: everything that a page needs to show the reasons."""
    return {
        "class": verdict.class_,
        "plan": verdict.plan,
        "criteria": dict(verdict.criteria),
        "contra": list(verdict.contra),
        "missing": list(verdict.missing),
        "red_flags": [{"key": key, "urgency": urgency} for key, urgency in verdict.red_flags],
        "course": verdict.course,
        "duration_weeks": verdict.duration_weeks,
        "differentials": list(verdict.differentials),
        "start_step": verdict.start_step,
        "derived": {key: _plain(value) for key, value in verdict.derived.items()},
        "visits_weeks": list(verdict.visits_weeks),
        "references": list(verdict.references),
    }


def _plain(value: Any) -> Any:
    return {key: plain(each) for key, each in value.items()} if isinstance(value, dict) else plain(value)


def worse_first(rows: Iterable[Classification]) -> list[Classification]:
    """Order the sides of one intake: the one with more pain in the last week first; the plan follows that one."""
    given = list(rows)
    pain = {
        (encounter, side): value
        for encounter, side, value in Observation.objects.current()
        .filter(encounter__intake__in=[row.intake_id for row in given], measure_id="nprs_worst_7d")
        .values_list("encounter__intake", "side", "number")
    }
    return sorted(given, key=lambda row: -(pain.get((row.intake_id, row.side)) or 0))


def _refer(intake: IntakeResponse, rows: list[Classification], definition: Definition, now: datetime.datetime) -> None:
    raised = {flag["key"]: flag["urgency"] for row in rows for flag in row.result["red_flags"]}
    if not raised:
        return
    urgency = min(raised.values(), key=WORST_FIRST.index)
    actions = {flag.key: flag.action for flag in definition.classification.red_flags}
    first = min(raised, key=lambda key: WORST_FIRST.index(raised[key]))
    with override(settings.LANGUAGE_CODE):
        description = _("Refer: %(action)s") % {"action": actions[first]}
    Task.objects.get_or_create(
        source_key=f"red-flag:{intake.pk}",
        defaults={
            "patient_id": intake.episode.patient_id,
            "episode_id": intake.episode_id,
            "kind": Task.Kind.REFERRAL,
            "urgency": urgency,
            "description": description[:300],
            "due_at": now + REFER_WITHIN[Task.Urgency(urgency)],
            "created_at": now,
        },
    )
