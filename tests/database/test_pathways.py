"""What must never be true of plans, phases, diaries and follow-ups is refused by the database itself."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Practitioner
from pathways.models import (
    CarePlan,
    Classification,
    Decision,
    DiaryEntry,
    EducationItem,
    ExercisePrescription,
    FollowUp,
    PathwayVersion,
    Phase,
    Task,
)
from patients.models import EpisodeOfCare
from tests.pathways.stories import log, make_plan
from tests.people import NOW, TODAY


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    """Expect the named constraint to refuse."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        yield
    assert error.value.__cause__.diag.constraint_name == constraint


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner)


def test_a_pathway_has_each_version_once(plan: CarePlan) -> None:
    version = plan.pathway_version
    with refused("pathways_version_number_once"):
        PathwayVersion.objects.create(
            pathway=version.pathway,
            number=version.number,
            document={},
            questionnaire=version.questionnaire,
            checksum="x",
        )


def test_an_episode_has_one_running_plan(plan: CarePlan) -> None:
    with refused("pathways_careplan_one_running"):
        make_plan(plan.episode, plan.practitioner)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"side": "X"}, "pathways_careplan_side_known"),
        ({"ended_on": datetime.date(2020, 1, 1)}, "pathways_careplan_ends_after_start"),
    ],
)
def test_a_plan_has_a_side_and_ends_after_its_start(plan: CarePlan, values: dict[str, Any], constraint: str) -> None:
    with refused(constraint):
        CarePlan.objects.filter(pk=plan.pk).update(**values)


def test_a_plan_has_each_phase_once(plan: CarePlan) -> None:
    with refused("pathways_phase_key_once"):
        Phase.objects.create(plan=plan, key="P1", ordinal=9, title="again")


def test_a_plan_has_one_active_phase(plan: CarePlan) -> None:
    with refused("pathways_phase_one_active"):
        plan.phases.filter(key="P3").update(status="active")


def test_a_phase_has_each_exercise_once(plan: CarePlan) -> None:
    row = ExercisePrescription.objects.filter(plan=plan).first()
    with refused("pathways_exerciseprescription_once"):
        ExercisePrescription.objects.create(plan=plan, phase=row.phase, exercise=row.exercise, ordinal=99, dosage="x")


def test_a_phase_has_each_lesson_once(plan: CarePlan) -> None:
    row = EducationItem.objects.filter(plan=plan).first()
    with refused("pathways_education_once"):
        EducationItem.objects.create(plan=plan, phase=row.phase, key=row.key, text="x")


def test_a_classification_has_a_side(plan: CarePlan) -> None:
    known = plan.classification
    with refused("pathways_classification_side_known"):
        Classification.objects.create(
            intake=known.intake, episode=known.episode, pathway_version=known.pathway_version, side="X",
            outcome="LIKELY", result={}, made_by=known.made_by,
        )  # fmt: skip


def test_a_task_has_one_cause_once(plan: CarePlan) -> None:
    values = {"patient": plan.patient, "episode": plan.episode, "kind": "review", "description": "x", "due_at": NOW}
    Task.objects.create(source_key="same", **values)
    with refused("pathways_task_source_once"):
        Task.objects.create(source_key="same", **values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"pre": 11}, "pathways_diary_pre_nprs"),
        ({"during": -1}, "pathways_diary_during_nprs"),
        ({"after": 11}, "pathways_diary_after_nprs"),
        ({"next": 11}, "pathways_diary_next_nprs"),
        ({"distance_km": 301}, "pathways_diary_distance_range"),
        ({"side": ""}, "pathways_diary_side_known"),
        ({"ended_at": NOW - datetime.timedelta(days=9)}, "pathways_diary_ends_after_start"),
    ],
)
def test_a_diary_entry_stays_within_its_ranges(plan: CarePlan, values: dict[str, Any], constraint: str) -> None:
    entry = log(plan, 1)
    with refused(constraint):
        DiaryEntry.objects.filter(pk=entry.pk).update(**values)


def test_a_diary_entry_is_saved_once(plan: CarePlan) -> None:
    entry = log(plan, 1)
    entry.pk = None
    entry._state.adding = True
    entry.id = DiaryEntry._meta.get_field("id").get_default()
    with refused("pathways_diary_client_key_once"):
        entry.save(force_insert=True)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"window_end": datetime.date(2020, 1, 1)}, "pathways_followup_window_ordered"),
        ({"minutes": 4}, "pathways_followup_minutes_range"),
    ],
)
def test_a_follow_up_has_a_window_and_a_length(plan: CarePlan, values: dict[str, Any], constraint: str) -> None:
    row = plan.follow_ups.order_by("week").last()
    with refused(constraint):
        FollowUp.objects.filter(pk=row.pk).update(**values)


def test_a_plan_calls_for_one_visit_a_week(plan: CarePlan) -> None:
    row = plan.follow_ups.first()
    with refused("pathways_followup_week_once"):
        FollowUp.objects.create(
            plan=plan, week=row.week, window_start=TODAY, window_end=TODAY, practitioner=plan.practitioner
        )


@pytest.mark.parametrize("model", [Classification, Decision, PathwayVersion])
def test_what_was_concluded_decided_or_published_never_changes(plan: CarePlan, model: Any) -> None:
    row = plan.pathway_version if model is PathwayVersion else model.objects.first()
    name = {Classification: "outcome", Decision: "reason", PathwayVersion: "checksum"}[model]
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**{name: "x"})
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk)._raw_delete("default")
