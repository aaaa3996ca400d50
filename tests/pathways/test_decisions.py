"""The therapist decides; the rules refuse what may never be, and what was known is kept."""

import datetime

import pytest
from django.db import DatabaseError, transaction

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from pathways.decisions import decide
from pathways.exceptions import PlanDecisionRefused
from pathways.models import CarePlan, Decision, Phase
from patients.models import EpisodeOfCare
from scheduling.models import Appointment
from tests.pathways.stories import log, make_plan, measure, ready_for_p2
from tests.people import NOW, TODAY


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner)


def phases(plan: CarePlan) -> dict[str, str]:
    return dict(plan.phases.values_list("key", "status"))


def test_advance_as_proposed_needs_no_reason(plan: CarePlan, therapist: User) -> None:
    ready_for_p2(plan)
    made = decide(plan, "advance", reason="", by=therapist, now=NOW).decision
    assert (made.from_phase, made.to_phase, made.proposal) == ("P1", "P2", "advance")
    assert phases(plan) == {"P1": "completed", "P2": "active", "P3": "planned", "P4": "planned", "P5": "planned"}
    entered = plan.phases.get(key="P2")
    assert (entered.started_on, plan.phases.get(key="P1").completed_on) == (TODAY, TODAY)
    criteria = {row["key"]: row for row in made.evidence["criteria"]}
    assert criteria["stairs_nprs<=3"]["status"] == "met"
    assert criteria["stairs_nprs<=3"]["value"] == 1


def test_advance_against_the_proposal_needs_a_reason_and_keeps_it(plan: CarePlan, therapist: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        decide(plan, "advance", reason="  ", by=therapist, now=NOW)
    assert "reason" in refused.value.errors
    assert phases(plan)["P1"] == "active"
    made = decide(plan, "advance", reason="Already strong enough.", by=therapist, now=NOW).decision
    assert (made.proposal, made.reason, made.to_phase) == ("stay", "Already strong enough.", "P2")


def test_a_red_light_in_7_days_refuses_an_advance_whatever_the_reason(plan: CarePlan, therapist: User) -> None:
    ready_for_p2(plan)
    log(plan, 6, (0, 7, 1, 0))
    with pytest.raises(PlanDecisionRefused):
        decide(plan, "advance", reason="I know better.", by=therapist, now=NOW)
    assert decide(plan, "hold", reason="", by=therapist, now=NOW).decision.kind == "hold"


def test_a_red_light_of_8_days_ago_does_not_refuse(plan: CarePlan, therapist: User) -> None:
    ready_for_p2(plan)
    log(plan, 7, (0, 7, 1, 0))
    assert decide(plan, "advance", reason="", by=therapist, now=NOW).decision.to_phase == "P2"


@pytest.mark.parametrize("kind", ["advance", "hold", "step_back"])
@pytest.mark.parametrize("status", ["on-hold", "completed", "revoked"])
def test_a_plan_that_is_blocked_or_ended_is_not_decided(
    plan: CarePlan, therapist: User, kind: str, status: str
) -> None:
    hold_reason = "blocked" if status == "on-hold" else ""
    CarePlan.objects.filter(pk=plan.pk).update(status=status, hold_reason=hold_reason)
    with pytest.raises(PlanDecisionRefused):
        decide(plan, kind, reason="all the same", by=therapist, now=NOW)


def test_an_alarm_in_the_diary_refuses_even_when_nobody_blocked_the_plan(plan: CarePlan, therapist: User) -> None:
    log(plan, 1, rf_any=True)
    with pytest.raises(PlanDecisionRefused):
        decide(plan, "advance", reason="x", by=therapist, now=NOW)


def test_hold_against_a_proposal_to_advance_needs_a_reason(plan: CarePlan, therapist: User) -> None:
    ready_for_p2(plan)
    with pytest.raises(InvalidInput):
        decide(plan, "hold", reason="", by=therapist, now=NOW)


def test_an_unknown_decision_is_refused(plan: CarePlan, therapist: User) -> None:
    with pytest.raises(InvalidInput):
        decide(plan, "jump", reason="x", by=therapist, now=NOW)


def test_step_back_goes_one_phase_back_and_calls_for_a_visit(
    episode: EpisodeOfCare, practitioner: Practitioner, therapist: User
) -> None:
    plan = make_plan(episode, practitioner, phase="P3")
    before = {row.week: row.window_start for row in plan.follow_ups.all()}
    made = decide(plan, "step_back", reason="Too fast.", by=therapist, now=NOW)
    assert (made.decision.from_phase, made.decision.to_phase) == ("P3", "P2")
    assert phases(plan)["P2"] == "active"
    assert phases(plan)["P3"] == "planned"
    after = {row.week: row.window_start for row in plan.follow_ups.all()}
    assert after[6] == before[6] + datetime.timedelta(days=7)
    soon = TODAY + datetime.timedelta(days=7)
    assert plan.follow_ups.open().filter(window_start__lte=soon, window_end__gte=TODAY).exists()


def test_step_back_leaves_booked_visits_and_names_them(
    episode: EpisodeOfCare, practitioner: Practitioner, therapist: User
) -> None:
    plan = make_plan(episode, practitioner, phase="P2")
    follow_up = plan.follow_ups.get(week=4)
    start = NOW + datetime.timedelta(days=5)
    follow_up.appointment = Appointment.objects.create(
        patient=plan.patient, practitioner=practitioner, start=start, end=start + datetime.timedelta(minutes=30),
        booked_by=therapist,
    )  # fmt: skip
    follow_up.save(update_fields=["appointment"])
    made = decide(plan, "step_back", reason="Too fast.", by=therapist, now=NOW)
    assert [row.pk for row in made.booked] == [follow_up.pk]
    unchanged = plan.follow_ups.get(week=4)
    assert unchanged.window_start == follow_up.window_start


def test_step_back_does_not_go_below_the_first_phase(plan: CarePlan, therapist: User) -> None:
    for day in (1, 2):
        log(plan, day, (0, 7, 1, 0))
    made = decide(plan, "step_back", reason="", by=therapist, now=NOW).decision
    assert (made.proposal, made.from_phase, made.to_phase) == ("step_back", "P1", "P1")
    assert phases(plan)["P1"] == "active"


def test_advance_from_the_last_phase_completes_plan_and_episode(
    episode: EpisodeOfCare, practitioner: Practitioner, therapist: User
) -> None:
    plan = make_plan(episode, practitioner, phase="P5", weeks=20)
    made = decide(plan, "advance", reason="Runs 40 km a week.", by=therapist, now=NOW)
    assert made.decision.to_phase == ""
    plan.refresh_from_db()
    episode.refresh_from_db()
    assert (plan.status, plan.ended_on, episode.status, episode.ended_on) == ("completed", TODAY, "finished", TODAY)
    assert not Phase.objects.filter(plan=plan, status="active").exists()
    assert not plan.follow_ups.open().exists()


def test_the_same_click_twice_is_one_decision(plan: CarePlan, therapist: User) -> None:
    ready_for_p2(plan)
    first = decide(plan, "advance", reason="", by=therapist, now=NOW, expected_phase="P1")
    second = decide(plan, "advance", reason="", by=therapist, now=NOW, expected_phase="P1")
    assert (second.decision.pk, second.is_repeat) == (first.decision.pk, True)
    assert phases(plan)["P2"] == "active"


def test_a_page_that_is_behind_is_refused(plan: CarePlan, therapist: User) -> None:
    ready_for_p2(plan)
    decide(plan, "advance", reason="", by=therapist, now=NOW, expected_phase="P1")
    later = NOW + datetime.timedelta(hours=2)
    with pytest.raises(PlanDecisionRefused):
        decide(plan, "advance", reason="x", by=therapist, now=later, expected_phase="P1")


def test_decisions_cannot_be_rewritten(plan: CarePlan) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(plan=plan).update(reason="something else")
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(plan=plan).delete()


def test_a_measurement_that_is_too_old_keeps_the_plan_where_it_is(plan: CarePlan, therapist: User) -> None:
    for day in (1, 3, 5):
        log(plan, day, kind="exercise")
    measure(plan, {"stairs_nprs": {"R": 1}, "walk_30min_nprs": {"R": 0}}, days_ago=20)
    with pytest.raises(InvalidInput):
        decide(plan, "advance", reason="", by=therapist, now=NOW)
