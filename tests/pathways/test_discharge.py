"""The end of a treatment: what it came to is kept, goals are settled, check-ins are planned."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from pathways.blocking import block_plan
from pathways.closing_words import in_words
from pathways.decisions import decide
from pathways.definitions import definition_of
from pathways.discharge import close_plan, discharge_plan, draft_summary, summary_of
from pathways.exceptions import PlanRefused
from pathways.models import CarePlan, Goal
from pathways.pauses import pause_plan
from patients.models import EpisodeOfCare
from scheduling.models import Appointment
from tests.pathways.stories import make_plan, measure
from tests.people import NOW, TODAY

DAY = datetime.timedelta(days=1)


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    plan = make_plan(episode, practitioner, phase="P5", weeks=20)
    for goal in definition_of(plan.pathway_version).goals:
        Goal.objects.create(plan=plan, description=goal.text, measure_key=goal.measure or "")
    measure(plan, {"nprs_worst_7d": {"R": 6}, "lefs": 50, "psfs_running": 4}, days_ago=130)
    measure(plan, {"nprs_worst_7d": {"R": 1}, "lefs": 55, "psfs_running": 9}, days_ago=2)
    measure(plan, {"hipabd_n": {"R": 200}}, days_ago=2)
    return plan


def ended(plan: CarePlan, **more: Any) -> Any:
    return discharge_plan(plan, outcome_note="Loopt 40 km per week.", by=plan.practitioner.user, now=NOW, **more)


def changes(summary: dict[str, Any]) -> dict[str, str]:
    return {row["key"]: row["change"] for row in summary["measures"]}


def test_start_and_end_of_each_measure_are_held_against_the_smallest_change_that_matters(plan: CarePlan) -> None:
    summary = ended(plan).decision.evidence
    found = changes(summary)
    assert found["nprs_worst_7d"] == "better"
    assert found["lefs"] == "small"
    assert found["psfs_running"] == "better"
    assert found["hipabd_n"] == "once"
    pain = next(row for row in summary["measures"] if row["key"] == "nprs_worst_7d")
    assert (pain["start"], pain["end"], pain["side"]) == (6, 1, "R")


def test_weeks_visits_phases_decisions_and_note_are_kept(plan: CarePlan) -> None:
    summary = ended(plan).decision.evidence
    assert (summary["weeks"], summary["completed"], summary["outcome_note"]) == (20, True, "Loopt 40 km per week.")
    assert summary["visits"] == 1
    assert [row["status"] for row in summary["phases"]] == ["completed"] * 5
    assert [row["kind"] for row in summary["decisions"]] == ["start"]


def test_paused_days_are_left_out_of_the_weeks(plan: CarePlan, therapist: User) -> None:
    pause_plan(plan, reason_code="illness", reason="", started_on=TODAY - 14 * DAY, by=therapist, now=NOW)
    summary = ended(plan).decision.evidence
    assert (summary["weeks"], summary["paused_days"]) == (18, 14)
    assert plan.pauses.get().ended_on == TODAY


def test_plan_episode_and_phase_end_and_visits_to_book_are_dropped(plan: CarePlan, episode: EpisodeOfCare) -> None:
    start = NOW + 3 * DAY
    visit = Appointment.objects.create(
        patient=plan.patient, practitioner=plan.practitioner, episode=episode, start=start,
        end=start + datetime.timedelta(minutes=30), booked_by=plan.practitioner.user,
    )  # fmt: skip
    made = ended(plan)
    plan.refresh_from_db()
    episode.refresh_from_db()
    assert (plan.status, plan.ended_on, episode.status) == ("completed", TODAY, "finished")
    assert plan.phases.get(key="P5").status == "completed"
    assert not plan.follow_ups.filter(appointment__isnull=True, is_dropped=False).exists()
    assert made.booked == (visit,)


def test_goals_are_settled_and_what_nobody_judged_is_never_reached(plan: CarePlan) -> None:
    own = plan.goals.get(measure_key="goal_met")
    summary = ended(plan).decision.evidence
    found = {row["text"]: (row["reached"], row["basis"]) for row in summary["goals"]}
    assert found["Lopen met pijn hoogstens 1 op 10"] == (True, "measured")
    assert found["30 minuten aan één stuk lopen zonder rode of oranje sessie"] == (True, "phase")
    assert found["Het eigen doel van de patiënt"] == (None, "not_judged")
    own.refresh_from_db()
    assert own.lifecycle_status == "cancelled"
    assert plan.goals.filter(lifecycle_status="active").count() == 0


def test_a_side_that_was_not_measured_again_is_no_goal_reached(plan: CarePlan) -> None:
    CarePlan.objects.filter(pk=plan.pk).update(side="both")
    plan.refresh_from_db()
    measure(plan, {"nprs_worst_7d": {"L": 7}}, days_ago=130)
    pain = "Lopen met pijn hoogstens 1 op 10"
    draft = {row["text"]: (row["reached"], row["basis"]) for row in draft_summary(plan, now=NOW)["goals"]}
    assert draft[pain] == (None, "not_judged")
    measure(plan, {"nprs_worst_7d": {"L": 4}}, days_ago=1)
    again = {row["text"]: (row["reached"], row["basis"]) for row in draft_summary(plan, now=NOW)["goals"]}
    assert again[pain] == (False, "measured")


def test_the_therapist_may_judge_a_goal_otherwise(plan: CarePlan) -> None:
    own = plan.goals.get(measure_key="goal_met")
    ended(plan, goals={own.pk: True})
    own.refresh_from_db()
    assert own.lifecycle_status == "completed"


def test_check_ins_are_planned_for_a_completed_plan_only(plan: CarePlan) -> None:
    weeks = {row.week: row.due_on for row in ended(plan).check_ins}
    assert weeks == {week: TODAY + week * 7 * DAY for week in (4, 8, 12, 26)}


def test_a_stopped_plan_keeps_where_it_was_left(plan: CarePlan) -> None:
    made = ended(plan, completed=False)
    assert (made.plan.status, made.check_ins, made.decision.from_phase) == ("revoked", (), "P5")
    assert made.decision.evidence["phases"][-1]["status"] == "active"


def test_the_last_advance_makes_the_same_summary(plan: CarePlan, therapist: User) -> None:
    made = decide(plan, "advance", reason="Loopt 40 km.", reason_code="patient_wish", by=therapist, now=NOW)
    again = decide(plan, "advance", reason="Loopt 40 km.", by=therapist, now=NOW, expected_phase="P5")
    assert (made.decision.is_override, made.decision.reason_code, again.is_repeat) == (True, "patient_wish", True)
    plan.refresh_from_db()
    kept = summary_of(plan)
    assert kept is not None
    assert changes(kept.evidence)["nprs_worst_7d"] == "better"
    assert (kept.evidence["completed"], plan.check_ins.count()) == (True, 4)
    assert [row["kind"] for row in kept.evidence["decisions"]] == ["start", "advance"]


def test_what_cannot_end_is_refused(plan: CarePlan, therapist: User) -> None:
    with pytest.raises(InvalidInput):
        discharge_plan(plan, outcome_note=" ", by=therapist, now=NOW)
    block_plan(plan, reason="x", by=therapist, now=NOW)
    with pytest.raises(PlanRefused):
        ended(plan)
    assert close_plan(plan, reason="Verwezen.", completed=False, by=therapist, now=NOW).status == "revoked"
    with pytest.raises(PlanRefused):
        ended(plan)


def test_the_draft_writes_nothing_and_has_words(plan: CarePlan) -> None:
    words = in_words(draft_summary(plan, now=NOW))
    assert plan.goals.filter(lifecycle_status="active").count() == 4
    assert all(row["change_word"] and row["tone"] for row in words["measures"])
    assert words["ended_on"] == TODAY


def test_the_page_shows_what_will_be_kept_and_then_what_was(
    plan: CarePlan, client_of: Callable[[User], Client], therapist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    browser, address = client_of(therapist), reverse("pathways:discharge", args=[plan.pk])
    page = browser.get(address)
    assert page.context["form"] is not None
    assert len(page.context["form"].goal_fields) == 4
    typed = {f"goal_{goal.pk}": "yes" for goal in plan.goals.all()} | {"end": "completed", "outcome_note": ""}
    assert browser.post(address, typed).status_code == 422
    assert browser.post(address, {**typed, "outcome_note": "Loopt weer."}).status_code == 302
    kept = browser.get(address)
    assert kept.context["form"] is None
    assert "Loopt weer." in kept.content.decode()
    after = browser.get(reverse("pathways:plan", args=[plan.pk]))
    assert reverse("pathways:restart", args=[plan.pk]) in after.content.decode()
    assert plan.goals.filter(lifecycle_status="completed").count() == 4


@pytest.mark.parametrize("name", ["discharge", "restart"])
@pytest.mark.parametrize("role", ["receptionist", "owner", "patient_user"])
def test_only_therapists_end_and_begin_again(
    request: Any, client_of: Any, plan: CarePlan, name: str, role: str
) -> None:
    address = reverse(f"pathways:{name}", args=[plan.pk])
    assert client_of(request.getfixturevalue(role)).get(address).status_code == 403
