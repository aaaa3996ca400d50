"""What PlanDefinition/$apply answers: a pathway as a plan for one patient that nobody decided on yet."""

import datetime
from collections.abc import Iterator

from fysicure.fhir.care_plan import dosage_in_words
from fysicure.fhir.elements import (
    LOCAL,
    Resource,
    canonical,
    coded,
    coding,
    concept,
    day,
    fhir_id,
    per_week,
    period,
    reference,
    without_empty,
)
from fysicure.fhir.goal import target_of
from pathways.definitions import definition_of
from pathways.engine.follow_ups import visit_window
from pathways.engine.model import Definition
from pathways.models import PathwayVersion
from patients.models import Patient

_NOTE = "Voorstel uit het zorgpad, niets werd bewaard. Een plan begint na een intake en op beslissing van de therapeut."


def apply(version: PathwayVersion, patient: Patient, on: datetime.date, *, course: str = "") -> Resource:
    """Return a CarePlan with intent "proposal" and status "draft" for a patient, as if it began on a day.

    `course` is one of the pathway's; only with it are there periods for phases and visits, since only then is the time
    of each known. Writes nothing and queries nothing. Raises ValueError for a course that the pathway does not know,
    InvalidDefinition for a draft with faults.
    """
    definition = definition_of(version)
    if course and course not in {each.key for each in definition.courses}:
        raise ValueError(course)
    subject = reference("Patient", patient.pk)
    goals = list(_goals(definition, patient))
    ends = on + datetime.timedelta(weeks=definition.course(course).total_weeks[1]) if course else None
    return without_empty(
        {
            "resourceType": "CarePlan",
            "contained": goals,
            "instantiatesCanonical": [canonical("PlanDefinition", fhir_id(version.pathway_id), version.number)],
            "status": "draft",
            "intent": "proposal",
            "title": definition.title,
            "description": definition.summary,
            "subject": subject,
            "period": period(on, ends),
            "created": day(on),
            "goal": [{"reference": f"#{each['id']}"} for each in goals],
            "activity": [
                {"detail": each} for each in (*_phases(definition, on, course), *_visits(definition, on, course))
            ],
            "note": [{"text": _NOTE}],
        }
    )


def _goals(definition: Definition, patient: Patient) -> Iterator[Resource]:
    for number, goal in enumerate(definition.goals, 1):
        measure = definition.measures.get(goal.measure or "")
        target = target_of(goal.target, measure.key, measure.label, measure.unit) if goal.target and measure else {}
        yield without_empty(
            {
                "resourceType": "Goal",
                "id": f"goal-{number}",
                "lifecycleStatus": "proposed",
                "description": coded(goal.text),
                "subject": reference("Patient", patient.pk),
                "target": [target] if target else [],
            }
        )


def _phases(definition: Definition, on: datetime.date, course: str) -> Iterator[Resource]:
    earliest = latest = on
    for phase in definition.phases:
        within: Resource = {}
        if course:
            low, high = phase.weeks[course]
            within = period(earliest, latest + datetime.timedelta(weeks=high))
            earliest += datetime.timedelta(weeks=low)
            latest += datetime.timedelta(weeks=high)
        criteria = "; ".join(each.label for each in phase.exit)
        yield without_empty(
            {
                "code": concept(phase.title, coding(f"{LOCAL}/phase", phase.key)),
                "status": "not-started",
                "scheduledPeriod": within,
                "description": f"{phase.goal}. Verder als: {criteria}." if criteria else phase.goal,
            }
        )
        for dose in phase.exercises:
            exercise = definition.exercises[dose.exercise]
            yield without_empty(
                {
                    "code": concept(exercise.name, coding(f"{LOCAL}/exercise", exercise.code)),
                    "status": "not-started",
                    "scheduledTiming": per_week(dose.per_week),
                    "description": dosage_in_words(dose.sets, dose.per_week, dose.progression, f"fase {phase.title}"),
                }
            )


def _visits(definition: Definition, on: datetime.date, course: str) -> Iterator[Resource]:
    for visit in definition.visits[course] if course else ():
        first, last = visit_window(visit, on)
        yield {
            "kind": "Appointment",
            "code": coded(visit.type, system=f"{LOCAL}/encounter-kind", code=visit.type),
            "status": "not-started",
            "scheduledPeriod": period(max(first, on), max(last, on)),
            "description": f"Week {visit.week}, {visit.minutes} minuten",
        }
