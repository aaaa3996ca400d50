"""Measuring again: checked by the pathway's rules, kept whole or not at all; a red flag blocks."""

import pytest

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from pathways.models import CarePlan, Task
from pathways.progress import assess_plan
from pathways.retests import record_retest
from pathways.tasks import complete_task
from patients.models import EpisodeOfCare, Observation
from tests.pathways.stories import make_plan
from tests.people import NOW


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner, phase="P2")


def test_values_become_observations_of_one_contact(plan: CarePlan, therapist: User) -> None:
    values = {"hipabd_n": {"L": 200, "R": 181.5}, "sls_nprs": {"R": 0}, "psfs_running": 8, "groc": None, "lefs": ""}
    made = record_retest(plan, values, by=therapist, now=NOW)
    rows = {(row.measure_id, row.side): row for row in Observation.objects.filter(encounter=made.encounter)}
    assert set(rows) == {("hipabd_n", "L"), ("hipabd_n", "R"), ("sls_nprs", "R"), ("psfs_running", "")}
    assert (rows["hipabd_n", "R"].value, float(rows["hipabd_n", "R"].number), rows["hipabd_n", "R"].unit) == (
        181.5,
        181.5,
        "N",
    )
    assert (made.encounter.kind, made.encounter.status) == ("retest", "finished")
    criteria = {row.key: row for row in assess_plan(plan, now=NOW).progress.criteria}
    assert criteria["hipabd_deficit_pct<15"].value == 9.3


def test_a_scalar_belongs_to_the_affected_side(plan: CarePlan, therapist: User) -> None:
    made = record_retest(plan, {"sls_nprs": 2}, by=therapist, now=NOW)
    assert [(row.side, row.value) for row in made.observations] == [("R", 2)]


def test_one_wrong_value_keeps_none(plan: CarePlan, therapist: User) -> None:
    values = {"sls_nprs": 11, "stairs_nprs": 2, "shoe_size": 42, "nprs_now": 5, "nprs_worst_7d": 3}
    with pytest.raises(InvalidInput) as refused:
        record_retest(plan, values, by=therapist, now=NOW)
    assert {"sls_nprs", "shoe_size"} <= set(refused.value.errors)
    assert not Observation.objects.exists()


def test_nothing_filled_in_is_refused(plan: CarePlan, therapist: User) -> None:
    with pytest.raises(InvalidInput):
        record_retest(plan, {"sls_nprs": None}, by=therapist, now=NOW)


def test_a_red_flag_blocks_and_refers(plan: CarePlan, therapist: User) -> None:
    made = record_retest(plan, {"rf_dvt": True, "sls_nprs": 0}, by=therapist, now=NOW)
    assert made.red_flags == ("rf_dvt",)
    plan.refresh_from_db()
    assert plan.status == "on-hold"
    task = Task.objects.get(plan=plan)
    assert (task.kind, task.urgency) == ("referral", "EMERGENCY")
    assert assess_plan(plan, now=NOW).is_blocked


def test_a_referral_is_not_done_without_its_outcome(plan: CarePlan, therapist: User) -> None:
    record_retest(plan, {"rf_dvt": True}, by=therapist, now=NOW)
    task = Task.objects.get(plan=plan)
    with pytest.raises(InvalidInput):
        complete_task(task, outcome=" ", by=therapist, now=NOW)
    done = complete_task(task, outcome="Seen at the hospital.", by=therapist, now=NOW)
    assert (done.status, done.completed_by, done.completed_at) == ("completed", therapist, NOW)
    again = complete_task(task, outcome="Something else.", by=therapist, now=NOW)
    assert again.outcome == "Seen at the hospital."
