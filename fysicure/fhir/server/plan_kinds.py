"""The types of the plan and of what was found: observations, answers, plans, goals, and who decided what."""

from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from fysicure.fhir.care_plan import care_plan
from fysicure.fhir.diary import diary_entry
from fysicure.fhir.elements import Resource, key_of
from fysicure.fhir.goal import goal
from fysicure.fhir.lookup import Lookup
from fysicure.fhir.observation import CATEGORIES, TOLD, observation
from fysicure.fhir.provenance import provenance_of_decision, provenance_of_intake, provenance_of_note
from fysicure.fhir.questionnaire_response import intake_response, outcome_response
from fysicure.fhir.server.clauses import ALL, AnyOf, Canonical, Choice, Code, Coded, Ref, When, Written
from fysicure.fhir.server.codes import logged, measured, scored
from fysicure.fhir.server.kinds import Kind, Source, by_history, by_key, by_number, last_event, with_change
from fysicure.fhir.server.record_kinds import CHANGE, OF_EPISODE, OF_PATIENT
from pathways.models import CarePlan, Decision, DiaryEntry, ExercisePrescription, Goal, OutcomeResponse, Phase
from patients.models import IntakeResponse, Measure, Observation, SessionNote

OF_PLAN = Ref("plan__patient_id", "Patient")
_OBSERVATION_STATUS = "http://hl7.org/fhir/observation-status"
_ANSWERS_STATUS = "http://hl7.org/fhir/questionnaire-answers-status"
# As fysicure.fhir.observation says it of one row: what a patient tells, and what was not corrected since.
_IS_TOLD = (
    Q(measure__type__in=sorted(TOLD))
    | Q(measure__definition__contains={"patient": True})
    | Q(measure__key__startswith="rf_")
)
_HOLDS = Q(replaced_by__isnull=True)


def _observations(user: User) -> QuerySet[Any]:
    return Observation.objects.visible_to(user).select_related("measure", "replaced_by")


def _diary(user: User) -> QuerySet[Any]:
    return with_change(DiaryEntry.objects.visible_to(user))


def _intakes(user: User) -> QuerySet[Any]:
    rows = IntakeResponse.objects.visible_to(user).select_related("episode", "questionnaire", "encounter")
    return rows.annotate(recorded_at=Coalesce("completed_at", "updated_at"))


def _outcomes(user: User) -> QuerySet[Any]:
    return OutcomeResponse.objects.visible_to(user).select_related("instrument", "text")


def _plans(user: User) -> QuerySet[Any]:
    rows = CarePlan.objects.visible_to(user).select_related("pathway_version__pathway").prefetch_related(
        Prefetch("exercise_prescriptions", ExercisePrescription.objects.select_related("exercise")), "goals", "phases"
    )  # fmt: skip
    return with_change(rows, *(last_event(model, "plan_id") for model in (ExercisePrescription, Goal, Phase)))


def _plan(row: CarePlan, lookup: Lookup) -> Resource:
    parts = {"exercises": row.exercise_prescriptions.all(), "goals": row.goals.all(), "phases": row.phases.all()}
    return care_plan(row, lookup=lookup, **parts)


def _goals(user: User) -> QuerySet[Any]:
    measure = Measure.objects.filter(pk=OuterRef("measure_key"))
    words = {f"measure_{name}": Coalesce(Subquery(measure.values(name)[:1]), Value("")) for name in ("label", "unit")}
    return with_change(Goal.objects.visible_to(user).select_related("plan").annotate(**words))


def _goal(row: Any, lookup: Lookup) -> Resource:
    return goal(row, plan=row.plan, label=row.measure_label, unit=row.measure_unit, lookup=lookup)


def _decisions(user: User) -> QuerySet[Any]:
    return Decision.objects.visible_to(user).select_related("plan")


def _notes(user: User) -> QuerySet[Any]:
    rows = SessionNote.objects.visible_to(user)
    return rows.annotate(recorded_at=Coalesce("signed_at", "updated_at"))


def _of_questionnaire(slug: str, version: str) -> Q:
    found = Q(questionnaire__slug=key_of(slug))
    return found & Q(questionnaire__version=int(version)) if version.isdecimal() and len(version) < 9 else found


def _of_instrument(key: str, version: str) -> Q:
    return Q(instrument_id=key_of(key))


def _of_pathway(slug: str, version: str) -> Q:
    found = Q(pathway_version__pathway_id=key_of(slug))
    return found & Q(pathway_version__number=int(version)) if version.isdecimal() and len(version) < 9 else found


OBSERVATION = Kind(
    name="Observation",
    action="api.clinical",
    is_clinical=True,
    sources=(
        Source(
            rows=_observations,
            resource=lambda row, lookup: observation(row, lookup=lookup),
            patient="patient_id",
            changed=by_key,
            sorts={"date": "effective_at"},
            clauses={
                "patient": OF_PATIENT,
                "subject": OF_PATIENT,
                "encounter": Ref("encounter_id", "Encounter"),
                "code": Coded(measured),
                "category": Choice({"exam": ~_IS_TOLD, "survey": _IS_TOLD}, CATEGORIES),
                "status": Choice(
                    {
                        "final": _HOLDS & Q(replaces__isnull=True),
                        "corrected": _HOLDS & Q(replaces__isnull=False),
                        "entered-in-error": ~_HOLDS,
                    },
                    _OBSERVATION_STATUS,
                ),
                "date": When("effective_at"),
                "_lastUpdated": Written(("pk", "replaced_by__pk")),
            },
        ),
        Source(
            rows=_diary,
            resource=lambda row, lookup: diary_entry(row, lookup=lookup),
            patient="patient_id",
            changed=by_history,
            sorts={"date": "started_at"},
            clauses={
                "patient": OF_PATIENT,
                "subject": OF_PATIENT,
                "code": Coded(logged),
                "category": Choice({"survey": ALL}, CATEGORIES),
                "status": Choice({"final": ALL}, _OBSERVATION_STATUS),
                "date": When("started_at", "ended_at"),
                "component-code": Coded(scored),
                "_lastUpdated": CHANGE,
            },
        ),
    ),
    definitions={
        "patient": "clinical-patient", "encounter": "clinical-encounter", "code": "clinical-code",
        "date": "clinical-date",
    },
    mandatory=("status", "code"),
    includes={"patient": "subject", "subject": "subject", "encounter": "encounter"},
)  # fmt: skip

ANSWERS = Kind(
    name="QuestionnaireResponse",
    action="api.clinical",
    is_clinical=True,
    sources=(
        Source(
            rows=_intakes,
            resource=lambda row, lookup: intake_response(row),
            patient="episode__patient_id",
            changed=lambda row: row.updated_at,
            sorts={"authored": "recorded_at"},
            clauses={
                "patient": OF_EPISODE,
                "subject": OF_EPISODE,
                "encounter": Ref("encounter_id", "Encounter"),
                "questionnaire": Canonical("Questionnaire", _of_questionnaire),
                "status": Code("status", _ANSWERS_STATUS),
                "authored": When("recorded_at"),
                "_lastUpdated": When("updated_at"),
            },
        ),
        Source(
            rows=_outcomes,
            resource=lambda row, lookup: outcome_response(row, lookup=lookup),
            patient="patient_id",
            changed=by_key,
            sorts={"authored": "answered_at"},
            clauses={
                "patient": OF_PATIENT,
                "subject": OF_PATIENT,
                "questionnaire": Canonical("Questionnaire", _of_instrument),
                "status": Choice({"completed": ALL}, _ANSWERS_STATUS),
                "authored": When("answered_at"),
                "_lastUpdated": Written(),
            },
        ),
    ),
    mandatory=("status",),
    includes={"patient": "subject", "subject": "subject", "encounter": "encounter"},
)

CARE_PLAN = Kind(
    name="CarePlan",
    action="api.clinical",
    is_clinical=True,
    sources=(
        Source(
            rows=_plans,
            resource=_plan,
            patient="patient_id",
            changed=by_history,
            sorts={"date": "started_on"},
            clauses={
                "patient": OF_PATIENT,
                "subject": OF_PATIENT,
                "condition": Ref("episode_id", "Condition"),
                "goal": Ref("goals", "Goal", is_number=True),
                "instantiates-canonical": Canonical("PlanDefinition", _of_pathway),
                "status": Code("status", "http://hl7.org/fhir/request-status"),
                "date": When("started_on", "ended_on", in_days=True),
                "_lastUpdated": CHANGE,
            },
        ),
    ),
    definitions={"patient": "clinical-patient", "date": "clinical-date"},
    mandatory=("status", "intent", "subject"),
    includes={"patient": "subject", "subject": "subject", "goal": "goal", "condition": "addresses"},
)

GOAL = Kind(
    name="Goal",
    action="api.clinical",
    is_clinical=True,
    sources=(
        Source(
            rows=_goals,
            resource=_goal,
            patient="plan__patient_id",
            changed=by_history,
            by_id=by_number,
            clauses={
                "patient": OF_PLAN,
                "subject": OF_PLAN,
                "lifecycle-status": Code("lifecycle_status", "http://hl7.org/fhir/goal-status"),
                "target-date": When("due_on", in_days=True),
                "_lastUpdated": CHANGE,
            },
        ),
    ),
    definitions={"patient": "clinical-patient"},
    mandatory=("lifecycleStatus", "description", "subject"),
    includes={"patient": "subject", "subject": "subject"},
)

PROVENANCE = Kind(
    name="Provenance",
    action="api.clinical",
    is_clinical=True,
    sources=(
        Source(
            rows=_decisions,
            resource=lambda row, lookup: provenance_of_decision(row, lookup=lookup),
            patient="plan__patient_id",
            changed=by_key,
            sorts={"recorded": "made_at"},
            clauses={
                "patient": OF_PLAN,
                "target": Ref("plan_id", "CarePlan"),
                "recorded": When("made_at"),
                "_lastUpdated": Written(),
            },
        ),
        Source(
            rows=_notes,
            resource=lambda row, lookup: provenance_of_note(row, lookup=lookup),
            patient="patient_id",
            changed=lambda row: row.recorded_at,
            sorts={"recorded": "recorded_at"},
            clauses={
                "patient": OF_PATIENT,
                "target": Ref("encounter_id", "Encounter"),
                "recorded": When("recorded_at"),
                "_lastUpdated": When("recorded_at"),
            },
        ),
        Source(
            rows=lambda user: _intakes(user).filter(status=IntakeResponse.Status.COMPLETED),
            resource=lambda row, lookup: provenance_of_intake(row),
            patient="episode__patient_id",
            changed=lambda row: row.recorded_at,
            sorts={"recorded": "recorded_at"},
            clauses={
                "patient": OF_EPISODE,
                "target": AnyOf((Ref("pk", "QuestionnaireResponse"), Ref("encounter_id", "Encounter"))),
                "recorded": When("recorded_at"),
                "_lastUpdated": When("recorded_at"),
            },
        ),
    ),
    mandatory=("target", "recorded", "agent"),
    includes={"patient": "target", "target": "target"},
)
