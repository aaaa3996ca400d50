"""Where a plan stands: rows in, the engine's answer out, in a fixed number of queries."""

import datetime
from typing import Any

import pytest

from accounts.models import Practitioner
from pathways.engine.progress import Proposal
from pathways.models import CarePlan
from pathways.progress import assess_plan, assess_plans
from patients.models import EpisodeOfCare
from tests.pathways.stories import log, make_plan, measure, ready_for_p2
from tests.people import NOW, TODAY, make_patient


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner)


def verdicts(plan: CarePlan) -> dict[str, str]:
    return {row.key: row.status.value for row in assess_plan(plan, now=NOW).progress.criteria}


def test_no_data_is_unknown_and_never_green(plan: CarePlan) -> None:
    seen = assess_plan(plan, now=NOW)
    assert (seen.light, seen.progress.proposal) == ("NONE", Proposal.STAY)
    assert verdicts(plan)["stairs_nprs<=3"] == "unknown"
    assert not seen.run_advice.allowed
    assert seen.run_advice.code == "not_green"
    assert (seen.silent_days, seen.is_silent) == (21, True)


def test_everything_met_proposes_the_next_phase(plan: CarePlan) -> None:
    ready_for_p2(plan)
    seen = assess_plan(plan, now=NOW)
    assert (seen.progress.proposal, seen.progress.to_phase) == (Proposal.ADVANCE, "P2")
    assert seen.light == "GREEN"
    assert seen.run_advice.allowed
    assert seen.run_advice.week_max_km == 22.4


def test_a_corrected_observation_does_not_count(plan: CarePlan) -> None:
    measure(plan, {"stairs_nprs": {"R": 5}})
    old = plan.patient.observations.get()
    plan.patient.observations.create(
        episode=plan.episode, measure_id="stairs_nprs", side="R", value=2, effective_at=NOW, entered_by=old.entered_by,
        replaces=old,
    )  # fmt: skip
    assert verdicts(plan)["stairs_nprs<=3"] == "met"


def test_an_old_measurement_is_unknown(plan: CarePlan) -> None:
    measure(plan, {"stairs_nprs": {"R": 1}}, days_ago=15)
    assert verdicts(plan)["stairs_nprs<=3"] == "unknown"


def test_the_other_side_does_not_count(plan: CarePlan) -> None:
    log(plan, 1)
    measure(plan, {"stairs_nprs": {"L": 9}})
    assert verdicts(plan)["stairs_nprs<=3"] == "unknown"


def test_weeks_are_complete_weeks_with_zeros(plan: CarePlan) -> None:
    log(plan, 8, distance_km=5)
    log(plan, 10, distance_km=4)
    seen = assess_plan(plan, now=NOW)
    assert plan.started_on == TODAY - datetime.timedelta(weeks=3)
    assert list(seen.state.weekly_km) == [0, 9, 0]
    assert seen.state.longest_run_30d_km == 5


def test_a_week_without_distances_is_unknown_not_zero(plan: CarePlan) -> None:
    log(plan, 8)
    log(plan, 2, distance_km=3)
    assert list(assess_plan(plan, now=NOW).state.weekly_km) == [3]


@pytest.fixture
def running(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner, phase="P3")


def test_steps_are_replayed_from_the_diary(running: CarePlan) -> None:
    for day in (6, 4, 2):
        log(running, day, distance_km=3)
    seen = assess_plan(running, now=NOW)
    assert (seen.state.rtr_step_done, seen.progress.step) == (3, "S4")
    assert (seen.run_advice.allowed, seen.run_advice.step) == (True, "S4")
    assert (seen.run_advice.run_min, seen.run_advice.walk_min, seen.run_advice.repetitions) == (5, 2, 4)


def test_amber_repeats_the_step(running: CarePlan) -> None:
    log(running, 4)
    log(running, 2, (1, 3, 2, 2))
    assert assess_plan(running, now=NOW).progress.step == "S2"


def test_a_run_yesterday_means_rest_today(running: CarePlan) -> None:
    log(running, 1)
    advice = assess_plan(running, now=NOW).run_advice
    assert (advice.allowed, advice.code) == (False, "rest_day")
    assert assess_plan(running, now=NOW + datetime.timedelta(days=1)).run_advice.allowed


def test_red_means_48_hours_without_running(running: CarePlan) -> None:
    red = log(running, 1, (0, 7, 3, 0))
    advice = assess_plan(running, now=NOW).run_advice
    assert (advice.allowed, advice.code) == (False, "red")
    assert advice.not_before == red.ended_at + datetime.timedelta(hours=48)
    later = assess_plan(running, now=red.ended_at + datetime.timedelta(hours=48)).run_advice
    assert later.allowed


def test_pain_before_a_run_means_not_today(running: CarePlan) -> None:
    entry = log(running, 0, (4, None, None, None))
    entry.started_at = entry.ended_at
    entry.save(update_fields=["started_at"])
    seen = assess_plan(running, now=NOW)
    assert (seen.light, seen.run_advice.code) == ("AMBER", "pain_before")
    assert seen.state.rtr_step_done == 0


def test_runs_before_the_running_phases_are_no_steps(plan: CarePlan) -> None:
    for day in (6, 4, 2):
        log(plan, day)
    seen = assess_plan(plan, now=NOW)
    assert seen.state.rtr_step_done == 0
    assert seen.run_advice.step is None


def test_a_run_without_a_distance_leaves_open_what_is_left_of_the_week(plan: CarePlan) -> None:
    log(plan, 0, distance_km=3)
    assert assess_plan(plan, now=NOW).run_advice.week_left_km == 19.4
    log(plan, 0)
    advice = assess_plan(plan, now=NOW).run_advice
    assert (advice.week_max_km, advice.week_left_km) == (22.4, None)


@pytest.fixture
def returned(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    """A plan that did the last running step forty days ago."""
    plan = make_plan(episode, practitioner, phase="P4", weeks=12, start_step="S8")
    log(plan, 40, distance_km=6)
    return plan


def test_a_month_without_running_leads_back_to_the_restart_step(returned: CarePlan) -> None:
    seen = assess_plan(returned, now=NOW)
    assert (seen.state.rtr_step_done, seen.progress.step) == (8, "S6")
    assert (seen.run_advice.allowed, seen.run_advice.step, seen.run_advice.run_min) == (True, "S6", 20)
    for day in (6, 4, 2):
        log(returned, day, distance_km=5)
    advice = assess_plan(returned, now=NOW).run_advice
    assert (advice.step, advice.run_max_km) == (None, 3.4)


def test_a_red_light_after_the_last_step_leads_a_step_back(returned: CarePlan) -> None:
    for day in (9, 7, 5):
        log(returned, day, distance_km=5)
    log(returned, 3, (0, 7, 3, 0), distance_km=5)
    advice = assess_plan(returned, now=NOW).run_advice
    assert (advice.allowed, advice.step, advice.run_max_km) == (True, "S7", None)


def test_runs_without_a_distance_are_no_month_without_running(returned: CarePlan) -> None:
    for day in (6, 4, 2):
        log(returned, day)
    seen = assess_plan(returned, now=NOW)
    assert (seen.state.longest_run_30d_km, seen.progress.step, seen.run_advice.step) == (None, "S8", None)


def test_a_plan_on_hold_is_blocked_whatever_raised_it(plan: CarePlan) -> None:
    ready_for_p2(plan)
    plan.status, plan.hold_reason = "on-hold", "blocked"
    plan.save(update_fields=["status", "hold_reason"])
    seen = assess_plan(plan, now=NOW)
    assert (seen.progress.proposal, seen.run_advice.code) == (Proposal.BLOCKED, "blocked")


def test_an_alarm_blocks_until_it_is_cleared(plan: CarePlan) -> None:
    log(plan, 2, rf_any=True)
    assert assess_plan(plan, now=NOW).is_blocked
    plan.cleared_at = NOW - datetime.timedelta(days=1)
    assert not assess_plan(plan, now=NOW).is_blocked


def test_adherence_is_counted_per_exercise(episode: EpisodeOfCare, practitioner: Practitioner) -> None:
    plan = make_plan(episode, practitioner, phase="P5", weeks=2)
    for day in range(1, 7):
        log(plan, day, kind="exercise", exercises_done=["E4"])
    adherence = assess_plan(plan, now=NOW).adherence
    assert adherence is not None
    assert (adherence.done, adherence.prescribed) == (3, 12)


def test_queries_do_not_grow_with_plans(
    practitioner: Practitioner, django_assert_num_queries: Any, doctor: Any, plan: CarePlan
) -> None:
    with django_assert_num_queries(1 + 7):
        assess_plans(list(CarePlan.objects.all()), now=NOW)
    for number in range(5):
        patient = make_patient(f"Nr{number}")
        episode = EpisodeOfCare.objects.create(patient=patient, reason="x", started_on=TODAY, practitioner=practitioner)
        ready_for_p2(make_plan(episode, practitioner))
    with django_assert_num_queries(1 + 7):
        found = assess_plans(list(CarePlan.objects.all()), now=NOW)
    assert len(found) == 6


def test_many_plans_answer_as_each_alone(plan: CarePlan) -> None:
    ready_for_p2(plan)
    assert assess_plans([plan], now=NOW)[plan.pk].progress == assess_plan(plan, now=NOW).progress
