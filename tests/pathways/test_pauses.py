"""A plan stands still: its weeks do not count, its visits come later, nobody is alarmed, and nothing is lost."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from pathways.blocking import block_plan, unblock_plan
from pathways.decisions import decide
from pathways.diary import log_entry
from pathways.exceptions import PlanDecisionRefused, PlanRefused
from pathways.follow_ups import open_follow_ups, visits_in_pauses
from pathways.models import CarePlan, Decision, PlanPause
from pathways.pauses import Paused, pause_plan, paused_days, resume_plan
from pathways.progress import assess_plan
from patients.models import EpisodeOfCare
from scheduling.models import Appointment
from tests.pathways.stories import log, make_plan, measure
from tests.people import NOW, TODAY

DAY = datetime.timedelta(days=1)


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner, phase="P2", weeks=4)


def paused(plan: CarePlan, days_ago: int = 0, **more: Any) -> Paused:
    given = {"reason_code": "illness", "reason": "Griep.", "started_on": TODAY - days_ago * DAY, **more}
    return pause_plan(plan, **given, by=plan.practitioner.user, now=NOW)


def book(plan: CarePlan, week: int, start: datetime.datetime) -> Appointment:
    row = plan.follow_ups.get(week=week)
    row.appointment = Appointment.objects.create(
        patient=plan.patient, practitioner=plan.practitioner, start=start, end=start + datetime.timedelta(minutes=30),
        booked_by=plan.practitioner.user, episode=plan.episode,
    )  # fmt: skip
    row.save(update_fields=["appointment"])
    return row.appointment


def test_a_paused_plan_is_on_hold_for_that_reason_and_the_decision_says_why(plan: CarePlan) -> None:
    made = paused(plan)
    assert (made.plan.status, made.plan.hold_reason) == ("on-hold", "paused")
    note = plan.decisions.get(kind="pause")
    assert note.reason.endswith("Griep.")
    assert note.evidence["reason_code"] == "illness"


def test_weeks_do_not_count_while_it_stands_still(plan: CarePlan, therapist: User) -> None:
    before = assess_plan(plan, now=NOW).progress
    paused(plan)
    later = NOW + 14 * DAY
    resume_plan(plan, on=TODAY + 14 * DAY, by=therapist, now=later)
    plan.refresh_from_db()
    after = assess_plan(plan, now=later)
    assert (after.progress.weeks, after.progress.weeks_in_phase) == (before.weeks, before.weeks_in_phase)
    assert after.state.started_on == plan.started_on + 14 * DAY


def test_a_pause_before_the_phase_moves_the_plan_but_not_the_phase(plan: CarePlan, therapist: User) -> None:
    phase = plan.phases.get(status="active")
    PlanPause.objects.create(
        plan=plan, started_on=plan.started_on, ended_on=plan.started_on + 3 * DAY, reason_code="life", made_by=therapist
    )
    state = assess_plan(plan, now=NOW).state
    assert state.started_on == plan.started_on + 3 * DAY
    assert state.phase_started_on == phase.started_on


def test_days_are_counted_inside_a_span_only(plan: CarePlan, therapist: User) -> None:
    ended = PlanPause(started_on=TODAY - 20 * DAY, ended_on=TODAY - 15 * DAY)
    running = PlanPause(started_on=TODAY - 3 * DAY)
    assert paused_days([ended, running], TODAY - 30 * DAY, TODAY) == 8
    assert paused_days([ended, running], TODAY - 17 * DAY, TODAY) == 5
    assert paused_days([ended], TODAY - 10 * DAY, TODAY) == 0


def test_visits_to_book_come_later_and_booked_ones_are_named(plan: CarePlan, therapist: User) -> None:
    inside = book(plan, 6, NOW + 5 * DAY)
    before = {row.week: row.window_start for row in plan.follow_ups.all()}
    assert [row.appointment for row in paused(plan).booked] == [inside]
    assert list(visits_in_pauses(therapist, now=NOW)) == [plan.follow_ups.get(week=6)]
    made = resume_plan(plan, on=TODAY + 10 * DAY, by=therapist, now=NOW + 10 * DAY)
    after = {row.week: row.window_start for row in plan.follow_ups.all()}
    assert after[12] == before[12] + 10 * DAY
    assert after[6] == before[6]
    assert after[1] == before[1]
    assert made.plan.status == "active"


def test_a_paused_plan_calls_for_no_visit_and_alarms_nobody(plan: CarePlan, therapist: User) -> None:
    assert open_follow_ups(therapist, today=TODAY).exists()
    paused(plan)
    assert not open_follow_ups(therapist, today=TODAY).exists()
    plan.refresh_from_db()
    seen = assess_plan(plan, now=NOW + 20 * DAY)
    assert (seen.is_silent, seen.reminder_due, seen.is_paused, seen.is_blocked) == (False, False, True, False)
    assert (seen.progress.proposal, seen.run_advice.code) == ("stay", "paused")
    resume_plan(plan, on=TODAY + 20 * DAY, by=therapist, now=NOW + 20 * DAY)
    plan.refresh_from_db()
    assert assess_plan(plan, now=NOW + 20 * DAY).silent_days == 28


def test_the_diary_takes_entries_and_no_decision_is_taken(plan: CarePlan, therapist: User) -> None:
    paused(plan)
    log_entry(plan, kind="rest", started_at=NOW - DAY, ended_at=NOW - DAY, pre=1, client_key="x", by=therapist, now=NOW)
    with pytest.raises(PlanDecisionRefused):
        decide(plan, "hold", reason="x", by=therapist, now=NOW)


def test_a_red_flag_blocks_a_paused_plan_and_the_clearance_gives_the_pause_back(
    plan: CarePlan, therapist: User
) -> None:
    paused(plan)
    block_plan(plan, reason="Kuit gezwollen.", by=therapist, now=NOW)
    plan.refresh_from_db()
    assert plan.hold_reason == "blocked"
    assert assess_plan(plan, now=NOW).is_blocked
    with pytest.raises(PlanRefused):
        resume_plan(plan, on=TODAY, by=therapist, now=NOW)
    unblock_plan(plan, reason="Echo negatief.", physician="Dr. W", cleared_on=TODAY, by=therapist, now=NOW)
    plan.refresh_from_db()
    assert (plan.status, plan.hold_reason) == ("on-hold", "paused")


def test_an_alarm_in_the_diary_of_a_paused_plan_blocks_it(plan: CarePlan, therapist: User) -> None:
    paused(plan)
    log_entry(
        plan, kind="rest", started_at=NOW, ended_at=NOW, rf_any=True, pre=1, client_key="x", by=therapist, now=NOW
    )
    plan.refresh_from_db()
    assert plan.hold_reason == "blocked"
    assert plan.pauses.filter(ended_on__isnull=True).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason_code": "bored"}, "reason_code"),
        ({"reason_code": "other", "reason": " "}, "reason"),
        ({"started_on": TODAY + DAY}, "started_on"),
        ({"started_on": TODAY - 400 * DAY}, "started_on"),
    ],
)
def test_what_cannot_be_a_pause_is_refused(plan: CarePlan, given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        paused(plan, **given)
    assert field in refused.value.errors


def test_only_a_running_plan_is_paused_and_only_a_paused_one_taken_up(plan: CarePlan, therapist: User) -> None:
    with pytest.raises(PlanRefused):
        resume_plan(plan, on=TODAY, by=therapist, now=NOW)
    paused(plan, days_ago=2)
    with pytest.raises(PlanRefused):
        paused(plan)
    for day in (TODAY - 3 * DAY, TODAY + DAY):
        with pytest.raises(InvalidInput):
            resume_plan(plan, on=day, by=therapist, now=NOW)
    resume_plan(plan, on=TODAY - DAY, by=therapist, now=NOW)
    with pytest.raises(InvalidInput):
        paused(plan, days_ago=2)


def test_exercises_are_not_asked_for_on_days_that_the_plan_stood_still(
    episode: EpisodeOfCare, practitioner: Practitioner, therapist: User
) -> None:
    plan = make_plan(episode, practitioner, phase="P5", weeks=3)
    plan.phases.filter(key="P5").update(started_on=TODAY - 21 * DAY)
    log(plan, 1, kind="exercise")
    full = assess_plan(plan, now=NOW).adherence
    PlanPause.objects.create(
        plan=plan, started_on=TODAY - 16 * DAY, ended_on=TODAY - 2 * DAY, reason_code="illness", made_by=therapist
    )
    less = assess_plan(plan, now=NOW).adherence
    assert full is not None
    assert less is not None
    assert less.prescribed * 3 == full.prescribed


def test_two_pages_pause_and_take_up(
    plan: CarePlan, client_of: Callable[[User], Client], therapist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    browser = client_of(therapist)
    address = reverse("pathways:pause", args=[plan.pk])
    assert browser.get(address).status_code == 200
    wrong = browser.post(address, {"reason_code": "other", "reason": "", "started_on": TODAY.isoformat()})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["reason"])
    right = {"reason_code": "absence", "reason": "Reis", "started_on": TODAY.isoformat()}
    assert browser.post(address, right).status_code == 302
    page = browser.get(reverse("pathways:plan", args=[plan.pk])).content.decode()
    assert reverse("pathways:resume", args=[plan.pk]) in page
    assert reverse("pathways:decide", args=[plan.pk]) not in page
    assert browser.post(reverse("pathways:resume", args=[plan.pk]), {"on": TODAY.isoformat()}).status_code == 302
    plan.refresh_from_db()
    assert plan.status == "active"


def test_the_portal_says_it_kindly_and_the_desk_sees_the_booked_visits(
    plan: CarePlan,
    client_of: Callable[[User], Client],
    patient_user: User,
    receptionist: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    visit = book(plan, 6, NOW + 5 * DAY)
    paused(plan)
    phone = client_of(patient_user)
    home = phone.get(reverse("portal:home"))
    assert (home.context["home"].is_paused, home.context["home"].is_blocked) == (True, False)
    assert phone.get(reverse("portal:plan")).context["found"].is_paused
    desk = client_of(receptionist).get(reverse("pathways:follow-ups")).content.decode()
    assert reverse("scheduling:move", args=[visit.pk]) in desk
    assert "Griep" not in desk


@pytest.mark.parametrize("name", ["pause", "resume"])
@pytest.mark.parametrize("role", ["receptionist", "owner", "patient_user"])
def test_only_therapists_pause(request: Any, client_of: Any, plan: CarePlan, name: str, role: str) -> None:
    address = reverse(f"pathways:{name}", args=[plan.pk])
    assert client_of(request.getfixturevalue(role)).get(address).status_code == 403


def test_a_step_back_lists_the_visits_to_look_at_again(
    plan: CarePlan, client_of: Callable[[User], Client], therapist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    visit = book(plan, 6, NOW + 5 * DAY)
    browser, address = client_of(therapist), reverse("pathways:plan", args=[plan.pk])
    assert not browser.get(address).context["page"].to_check
    decide(plan, "step_back", reason="Te snel.", by=therapist, now=NOW)
    page = browser.get(address)
    assert [row.appointment for row in page.context["page"].to_check] == [visit]
    assert reverse("scheduling:move", args=[visit.pk]) in page.content.decode()
    Appointment.objects.filter(pk=visit.pk).update(status="cancelled")
    assert not browser.get(address).context["page"].to_check


def test_measurements_keep_their_age_through_a_pause(plan: CarePlan, therapist: User) -> None:
    measure(plan, {"nprs_worst_7d": {"R": 1}}, days_ago=1)
    paused(plan, days_ago=1)
    resume_plan(plan, on=TODAY, by=therapist, now=NOW)
    assert Decision.objects.get(kind="resume").evidence["days"] == 1
