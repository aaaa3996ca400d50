"""A running plan for tests of the diary and the portal, in the phase that a test asks for."""

import datetime
from typing import Any

import pytest

from accounts.models import Practitioner, User
from pathways.definitions import definition_of
from pathways.diary import log_entry
from pathways.models import (
    CarePlan,
    Classification,
    Decision,
    DiaryEntry,
    EducationItem,
    ExercisePrescription,
    PathwayVersion,
    Phase,
)
from patients.models import Encounter, EpisodeOfCare, IntakeResponse, Observation, Patient
from tests.pathways.stories import published
from tests.people import NOW, TODAY

STARTED_ON = TODAY - datetime.timedelta(days=28)


def make_version() -> PathwayVersion:
    """Publish the pathway of the seeds."""
    return published()


def make_plan(
    episode: EpisodeOfCare, practitioner: Practitioner, version: PathwayVersion, *, phase: str = "P3", **fields: Any
) -> CarePlan:
    """Make a plan that came into its phase a week ago, with all phases, exercises and education of the pathway."""
    patient, by = episode.patient, practitioner.user
    encounter = Encounter.objects.create(patient=patient, episode=episode, kind="intake", practitioner=practitioner)
    intake = IntakeResponse.objects.create(
        encounter=encounter, episode=episode, questionnaire=version.questionnaire, status="completed", completed_at=NOW
    )
    side = fields.get("side", "R")
    classification = Classification.objects.create(
        intake=intake,
        episode=episode,
        pathway_version=version,
        side=side if side in {"L", "R"} else "R",
        outcome="LIKELY",
        result={},
        made_by=by,
    )
    values = {"side": side, "course": "acute", "started_on": STARTED_ON, "start_step": "S1", **fields}
    plan = CarePlan.objects.create(
        patient=patient,
        episode=episode,
        pathway_version=version,
        classification=classification,
        practitioner=practitioner,
        **values,
    )
    _fill(plan, phase, by)
    return plan


def _fill(plan: CarePlan, active: str, by: User) -> None:
    definition = definition_of(plan.pathway_version)
    keys = [phase.key for phase in definition.phases]
    entered = TODAY - datetime.timedelta(days=7)
    for written in definition.phases:
        before = keys.index(written.key) - keys.index(active)
        phase = Phase.objects.create(
            plan=plan,
            key=written.key,
            ordinal=written.order,
            title=written.title,
            weeks_min=written.weeks["acute"][0],
            weeks_max=written.weeks["acute"][1],
            status="completed" if before < 0 else "active" if before == 0 else "planned",
            started_on=STARTED_ON if before < 0 else entered if before == 0 else None,
            completed_on=entered if before < 0 else None,
        )
        for number, dosage in enumerate(written.exercises):
            ExercisePrescription.objects.create(
                plan=plan,
                phase=phase,
                exercise_id=dosage.exercise,
                ordinal=number,
                dosage=dosage.sets,
                per_week=dosage.per_week,
                progression=dosage.progression,
                is_optional=dosage.optional,
            )
        for lesson in written.education:
            given = {"given_at": NOW, "given_by": by} if before <= 0 else {}
            EducationItem.objects.create(plan=plan, phase=phase, key=lesson.key, text=lesson.text, **given)
    Decision.objects.create(
        plan=plan, kind="advance", to_phase=active, made_by=by, made_at=NOW - datetime.timedelta(days=7)
    )


def log(
    plan: CarePlan, ended_at: datetime.datetime, pains: tuple[int | None, ...] = (0, 1, 1), **fields: Any
) -> DiaryEntry:
    """Log a session of half an hour that ended at a moment; pains are before, during and after."""
    values = {"kind": "run", "by": plan.patient.user, "now": ended_at, "client_key": f"{ended_at}", **fields}
    values |= dict(zip(("pre", "during", "after", "next"), pains, strict=False))
    start = values.pop("started_at", ended_at - datetime.timedelta(minutes=30))
    return log_entry(plan, started_at=start, ended_at=ended_at, **values)


@pytest.fixture
def version(db: None) -> PathwayVersion:
    """The pathway of the seeds, published."""
    return make_version()


@pytest.fixture
def plan(patient: Patient, episode: EpisodeOfCare, practitioner: Practitioner, version: PathwayVersion) -> CarePlan:
    """The patient's plan, in the phase of learning to run again."""
    return make_plan(episode, practitioner, version)


def on_step_rhythm(plan: CarePlan) -> CarePlan:
    """Let a plan work on step rhythm: 164 steps a minute at the intake, 172 three weeks later."""
    encounter = Encounter.objects.get(episode=plan.episode)
    for value, days in ((164, 28), (172, 7)):
        Observation.objects.create(
            patient=plan.patient, episode=plan.episode, encounter=encounter, measure_id="cadence_spm", value=value,
            number=value, effective_at=NOW - datetime.timedelta(days=days), entered_by=plan.practitioner.user,
        )  # fmt: skip
    CarePlan.objects.filter(pk=plan.pk).update(gait_strategy="cadence")
    plan.refresh_from_db()
    return plan
