"""CarePlan and Goal."""

from collections.abc import Iterable

from fysicure.fhir.elements import Resource, coded, day, period, reference, without_empty
from pathways.models import CarePlan, ExercisePrescription, Goal


def care_plan(row: CarePlan, *, exercises: Iterable[ExercisePrescription], goals: Iterable[Goal]) -> Resource:
    """Return a plan with its exercises in words and its goals. Our statuses are FHIR's."""
    return without_empty(
        {
            "resourceType": "CarePlan",
            "id": str(row.pk),
            "status": row.status,
            "intent": "plan",
            "title": str(row.pathway_version),
            "subject": reference("Patient", row.patient_id),
            "period": period(row.started_on, row.ended_on),
            "author": reference("Practitioner", row.practitioner_id),
            "addresses": [reference("Condition", row.episode_id)],
            "goal": [reference("Goal", goal.pk) for goal in goals],
            "activity": [{"detail": _exercise(each)} for each in exercises],
        }
    )


def _exercise(row: ExercisePrescription) -> Resource:
    return without_empty(
        {
            "status": "stopped" if row.ended_on else "in-progress",
            "code": coded(str(row.exercise)),
            "description": ", ".join(part for part in (row.dosage, row.per_week) if part),
        }
    )


def goal(row: Goal, *, plan: CarePlan) -> Resource:
    """Return a goal of a plan. Its key is a number: it stays unique within the kind."""
    target = without_empty({"detailString": row.target, "dueDate": day(row.due_on)})
    if row.target:
        target["measure"] = coded(row.measure_key or row.description)
    return without_empty(
        {
            "resourceType": "Goal",
            "id": str(row.pk),
            "lifecycleStatus": row.lifecycle_status,
            "description": coded(row.description),
            "subject": reference("Patient", plan.patient_id),
            "target": [target] if target else [],
        }
    )
