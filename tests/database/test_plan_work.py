"""What must never be true of pauses, check-ins, holds and changed exercises is refused by the database itself."""

import datetime
from typing import Any

import pytest

from accounts.models import Practitioner
from pathways.models import CarePlan, CheckIn, ExercisePrescription, PlanPause
from patients.models import EpisodeOfCare
from tests.database.test_pathways import refused
from tests.pathways.stories import make_plan
from tests.people import NOW, TODAY


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner)


def pause(plan: CarePlan, **more: Any) -> PlanPause:
    given = {"plan": plan, "started_on": TODAY, "reason_code": "illness", "made_by": plan.practitioner.user, **more}
    return PlanPause.objects.create(**given)


def test_a_plan_has_one_open_pause(plan: CarePlan) -> None:
    pause(plan)
    with refused("pathways_pause_one_open"):
        pause(plan)
    PlanPause.objects.update(ended_on=TODAY)
    assert pause(plan).ended_on is None


def test_a_pause_ends_after_it_began(plan: CarePlan) -> None:
    with refused("pathways_pause_ends_after_start"):
        pause(plan, ended_on=TODAY - datetime.timedelta(days=1))


@pytest.mark.parametrize(
    "values",
    [{"status": "on-hold", "hold_reason": ""}, {"status": "active", "hold_reason": "paused"}],
)
def test_a_plan_on_hold_says_why_and_another_does_not(plan: CarePlan, values: dict[str, str]) -> None:
    with refused("pathways_careplan_hold_has_reason"):
        CarePlan.objects.filter(pk=plan.pk).update(**values)


def test_a_week_after_the_end_is_asked_once(plan: CarePlan) -> None:
    CheckIn.objects.create(plan=plan, week=4, due_on=TODAY)
    with refused("pathways_checkin_week_once"):
        CheckIn.objects.create(plan=plan, week=4, due_on=TODAY)
    for _time in range(2):
        CheckIn.objects.create(plan=plan, due_on=TODAY)


@pytest.mark.parametrize("pain", [11, 100])
def test_pain_of_a_check_in_is_0_to_10(plan: CarePlan, pain: int) -> None:
    with refused("pathways_checkin_nprs_range"):
        CheckIn.objects.create(plan=plan, due_on=TODAY, nprs_worst=pain, is_back=True, answered_at=NOW)


@pytest.mark.parametrize("values", [{"is_back": True}, {"answered_at": NOW}])
def test_an_answer_says_whether_it_is_back_and_when(plan: CarePlan, values: dict[str, Any]) -> None:
    with refused("pathways_checkin_answered_when"):
        CheckIn.objects.create(plan=plan, due_on=TODAY, **values)


def test_a_phase_has_an_exercise_once_unless_the_other_line_was_stopped(plan: CarePlan) -> None:
    row = ExercisePrescription.objects.filter(plan=plan).first()
    same = {"plan": plan, "phase": row.phase, "exercise": row.exercise, "ordinal": 99, "dosage": "x"}
    with refused("pathways_exerciseprescription_once"):
        ExercisePrescription.objects.create(**same)
    ExercisePrescription.objects.filter(pk=row.pk).update(ended_on=TODAY)
    assert ExercisePrescription.objects.create(**same).ended_on is None
