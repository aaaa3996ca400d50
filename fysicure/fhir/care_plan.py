"""CarePlan: phases and exercises of one patient's plan."""

from collections.abc import Iterable, Iterator

from fysicure.fhir.elements import (
    LOCAL,
    Resource,
    canonical,
    coding,
    concept,
    day,
    fhir_id,
    label,
    per_week,
    period,
    present,
    reference,
    without_empty,
)
from fysicure.fhir.lookup import NOTHING, Lookup
from pathways.models import CarePlan, ExercisePrescription, Goal, Phase

_NOT_STARTED, _IN_PROGRESS = "not-started", "in-progress"
_PHASES = {"planned": _NOT_STARTED, "active": _IN_PROGRESS, "completed": "completed"}
# What is under way in a plan that is not running any more.
_ENDED = {"on-hold": "on-hold", "completed": "completed", "revoked": "stopped"}


def care_plan(
    row: CarePlan,
    *,
    exercises: Iterable[ExercisePrescription] = (),
    goals: Iterable[Goal] = (),
    phases: Iterable[Phase] = (),
    lookup: Lookup = NOTHING,
) -> Resource:
    """Return a plan with its phases and exercises as activities, and its goals. Our statuses are FHIR's.

    Reads the pathway of its version and the movement of each exercise: fetch them along.
    """
    version = row.pathway_version
    hold = label(row, "hold_reason") if row.hold_reason else ""
    stages = {each.pk: each for each in phases}
    activities = [*(_phase(each, row) for each in stages.values()), *_exercises(exercises, stages, row, lookup)]
    return without_empty(
        {
            "resourceType": "CarePlan",
            "id": str(row.pk),
            "instantiatesCanonical": [canonical("PlanDefinition", fhir_id(version.pathway_id), version.number)],
            "replaces": present(reference("CarePlan", row.restarted_from_id)),
            "status": row.status,
            "intent": "plan",
            "title": version.pathway.title,
            "subject": reference("Patient", row.patient_id),
            "period": period(row.started_on, row.ended_on),
            "created": day(row.started_on),
            "author": reference("Practitioner", row.practitioner_id),
            "addresses": [reference("Condition", row.episode_id)],
            "goal": [reference("Goal", goal.pk) for goal in goals],
            "activity": [{"detail": each} for each in activities],
            "note": [{"text": hold}] if hold else [],
        }
    )


def _phase(row: Phase, plan: CarePlan) -> Resource:
    weeks = f"Verwacht: {row.weeks_min} tot {row.weeks_max} weken" if row.weeks_min and row.weeks_max else ""
    return without_empty(
        {
            "code": concept(row.title, coding(f"{LOCAL}/phase", row.key)),
            "status": _status(_PHASES[row.status], plan),
            "scheduledPeriod": period(row.started_on, row.completed_on),
            "description": weeks,
        }
    )


def _exercises(
    rows: Iterable[ExercisePrescription], stages: dict[int, Phase], plan: CarePlan, lookup: Lookup
) -> Iterator[Resource]:
    for row in rows:
        stage = stages.get(row.phase_id)
        status = "stopped" if row.ended_on else _PHASES[stage.status] if stage else _IN_PROGRESS
        within = f"fase {stage.title}" if stage else ""
        codings = [*lookup.codes("service", "exercise"), coding(f"{LOCAL}/exercise", row.exercise_id)]
        yield without_empty(
            {
                "code": concept(row.exercise.name, *codings),
                "status": _status(status, plan),
                "statusReason": concept(row.change_reason) if row.ended_on and row.change_reason else None,
                "scheduledTiming": per_week(row.per_week),
                "description": dosage_in_words(row.dosage, row.per_week, row.progression, within),
            }
        )


def _status(status: str, plan: CarePlan) -> str:
    """What is under way takes part in how its plan stands; what never began in an ended plan was called off."""
    if status == _IN_PROGRESS:
        return _ENDED.get(plan.status, status)
    if status == _NOT_STARTED and plan.status in {CarePlan.Status.COMPLETED, CarePlan.Status.REVOKED}:
        return "cancelled"
    return status


def dosage_in_words(sets: str, times: str, progression: str = "", phase: str = "") -> str:
    """Return how much, how often and how it grows, in one line."""
    often = f"{times} keer per week" if per_week(times) else times
    return "; ".join(part for part in (sets, often, progression, phase) if part)
