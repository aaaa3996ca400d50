"""After the end: check-ins, a complaint that is back, and a plan that begins again."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from fysicure.attention import attention
from fysicure.portal.reading import home_of
from pathways.discharge import discharge_plan
from pathways.exceptions import PlanRefused
from pathways.models import CarePlan, CheckIn, Task
from pathways.progress import assess_plan
from pathways.relapse import answer_check_in, due_check_in, report_relapse, unanswered_check_ins
from pathways.restart import propose_restart, restart_plan
from patients.models import EpisodeOfCare
from tests.pathways.stories import log, make_plan, measure
from tests.people import NOW, TODAY

DAY = datetime.timedelta(days=1)
END = NOW - 35 * DAY


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    """A plan that was completed five weeks ago: its first check-in was due a week ago."""
    EpisodeOfCare.objects.filter(pk=episode.pk).update(started_on=TODAY - 200 * DAY)
    plan = make_plan(episode, practitioner, phase="P5", weeks=25)
    discharge_plan(plan, outcome_note="Loopt weer.", by=practitioner.user, now=END)
    plan.refresh_from_db()
    return plan


def said(by: User, **more: Any) -> dict[str, Any]:
    return {"nprs_worst": 2, "load_jumped": False, "note": "", "by": by, "now": NOW, **more}


def back(plan: CarePlan, by: User, **more: Any) -> Any:
    return report_relapse(plan, **said(by, **more))


def test_the_latest_question_that_is_due_is_asked_once(plan: CarePlan, patient_user: User) -> None:
    assert due_check_in(plan, today=TODAY - 8 * DAY) is None
    due = due_check_in(plan, today=TODAY)
    assert due is not None
    assert due.week == 4
    answer_check_in(due, is_back=False, **said(patient_user))
    assert due_check_in(plan, today=TODAY) is None
    later = due_check_in(plan, today=TODAY + 30 * DAY)
    assert later is not None
    assert later.week == 8
    assert not Task.objects.exists()
    with pytest.raises(PlanRefused):
        answer_check_in(due, is_back=True, **said(patient_user))
    with pytest.raises(PlanRefused):
        answer_check_in(later, is_back=False, **said(patient_user))


def test_it_is_back_makes_one_task_without_a_clinical_word(plan: CarePlan, patient_user: User) -> None:
    made = back(plan, patient_user, nprs_worst=None)
    assert (made.task.kind, made.task.urgency, made.task.status) == ("relapse", "ROUTINE", "requested")
    assert timezone.localtime(made.task.due_at).date() == TODAY + DAY
    for word in ("pijn", "pain", "knie", "knee", "6"):
        assert word not in made.task.description.lower()
    more = back(plan, patient_user, nprs_worst=6, note="Na een lange loop.")
    assert (more.task, more.check_in.pk, more.check_in.nprs_worst) == (made.task, made.check_in.pk, 6)
    due = due_check_in(plan, today=TODAY)
    assert due is not None
    answer_check_in(due, is_back=True, **said(patient_user))
    assert Task.objects.filter(kind="relapse").count() == 1


def test_a_running_plan_has_a_diary_and_pain_is_0_to_10(plan: CarePlan, patient_user: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        back(plan, patient_user, nprs_worst=11)
    assert "nprs_worst" in refused.value.errors
    CarePlan.objects.filter(pk=plan.pk).update(status="active", ended_on=None)
    with pytest.raises(PlanRefused):
        back(plan, patient_user)


def test_the_therapist_hears_of_a_relapse_and_of_silence(plan: CarePlan, therapist: User, patient_user: User) -> None:
    practitioner = plan.practitioner
    CheckIn.objects.filter(plan=plan, week=4).update(due_on=TODAY - 8 * DAY)
    labels = [row.rank for row in attention(therapist, practitioner, now=NOW)]
    assert labels == [9]
    back(plan, patient_user)
    assert [row.rank for row in attention(therapist, practitioner, now=NOW)] == [3]


def test_a_question_of_less_than_a_week_or_answered_later_is_not_listed(
    plan: CarePlan, therapist: User, patient_user: User
) -> None:
    assert list(unanswered_check_ins(therapist, today=TODAY)) == []
    waiting = unanswered_check_ins(therapist, today=TODAY + DAY)
    assert [row.week for row in waiting] == [4]
    late = TODAY + 40 * DAY
    assert [row.week for row in unanswered_check_ins(therapist, today=late)] == [8]
    back(plan, patient_user)
    assert list(unanswered_check_ins(therapist, today=TODAY + DAY)) == []


@pytest.mark.parametrize(("pain", "phase"), [(1, "P3"), (4, "P2"), (8, "P1")])
def test_pain_alone_leads_to_the_phase_of_the_practice(
    plan: CarePlan, patient_user: User, pain: int, phase: str
) -> None:
    back(plan, patient_user, nprs_worst=pain)
    found = propose_restart(plan, now=NOW)
    assert (found.phase, found.basis, found.is_practice_choice, found.nprs_worst) == (phase, "pain", True, pain)


def test_what_was_reported_carries_the_day_of_the_answer(plan: CarePlan, patient_user: User) -> None:
    due = due_check_in(plan, today=TODAY)
    assert due is not None
    assert due.due_on < TODAY
    answer_check_in(due, is_back=True, **said(patient_user, nprs_worst=4))
    found = propose_restart(plan, now=NOW)
    assert found.reported_on == TODAY
    assert f"{TODAY:%d/%m/%Y}" in " ".join(found.why)


def test_nothing_known_begins_at_the_first_phase(plan: CarePlan, patient_user: User) -> None:
    found = propose_restart(plan, now=NOW)
    assert (found.phase, found.basis) == ("P1", "first")
    back(plan, patient_user, nprs_worst=1)
    assert propose_restart(plan, now=NOW + 15 * DAY).basis == "first"


def test_an_exit_that_is_known_not_to_be_met_stops_there(plan: CarePlan, patient_user: User) -> None:
    measure(plan, {"stairs_nprs": {"R": 7}}, days_ago=0)
    back(plan, patient_user, nprs_worst=1)
    assert propose_restart(plan, now=NOW).phase == "P1"


def test_measured_exits_lead_further_unless_the_pain_speaks_against_it(plan: CarePlan, patient_user: User) -> None:
    for day in (1, 3, 5):
        log(plan, day, kind="exercise")
    measure(plan, {"stairs_nprs": {"R": 1}, "walk_30min_nprs": {"R": 0}}, days_ago=0)
    found = propose_restart(plan, now=NOW)
    assert (found.phase, found.basis, found.is_practice_choice) == ("P2", "criteria", False)
    back(plan, patient_user, nprs_worst=8)
    assert propose_restart(plan, now=NOW).phase == "P1"


def test_a_new_plan_in_a_new_episode_carries_proposal_and_reason(
    plan: CarePlan, therapist: User, patient_user: User
) -> None:
    task = back(plan, patient_user, nprs_worst=3).task
    new = restart_plan(plan, phase="P3", reason="Vlot hersteld vorige keer.", by=therapist, now=NOW)
    assert (new.restarted_from, new.side, new.course) == (plan, "R", "long_standing")
    assert new.classification_id == plan.classification_id
    assert new.episode_id != plan.episode_id
    assert (new.episode.status, new.episode.patient_id) == ("active", plan.patient_id)
    states = list(new.phases.order_by("ordinal").values_list("status", flat=True))
    assert states == ["completed", "completed", "active", "planned", "planned"]
    assert assess_plan(new, now=NOW).phase.key == "P3"
    start = new.decisions.get()
    assert (start.kind, start.to_phase, start.is_override, start.proposal) == ("start", "P3", True, "P2")
    assert (start.evidence["proposed"], start.evidence["basis"]) == ("P2", "pain")
    assert new.follow_ups.exists()
    assert new.exercise_prescriptions.filter(phase__key="P3").exists()
    task.refresh_from_db()
    assert task.status == "completed"
    plan.refresh_from_db()
    assert plan.status == "completed"


def test_what_forbids_beginning_again(plan: CarePlan, therapist: User) -> None:
    given = {"reason": "", "by": therapist, "now": NOW}
    with pytest.raises(InvalidInput) as refused:
        restart_plan(plan, phase="P4", **given)
    assert "reason" in refused.value.errors
    with pytest.raises(InvalidInput):
        restart_plan(plan, phase="P9", **given)
    with pytest.raises(PlanRefused):
        restart_plan(plan, phase="P1", no_red_flags=False, **given)
    with pytest.raises(PlanRefused):
        restart_plan(plan, phase="P1", consent=False, **given)
    Task.objects.create(
        patient=plan.patient, episode=plan.episode, kind="referral", description="x", due_at=NOW, source_key="x"
    )
    with pytest.raises(PlanRefused):
        restart_plan(plan, phase="P1", **given)
    Task.objects.update(status="completed")
    new = restart_plan(plan, phase="P1", **given)
    for old in (plan, new):
        with pytest.raises(PlanRefused):
            restart_plan(old, phase="P1", **given)


def test_the_page_begins_again_and_shows_the_curves_of_before(
    plan: CarePlan, client_of: Callable[[User], Client], therapist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    log(plan, 60, distance_km=5)
    browser, address = client_of(therapist), reverse("pathways:restart", args=[plan.pk])
    assert browser.get(address).context["proposal"].phase == "P1"
    typed = {"phase": "P1", "reason": "", "consent": "on"}
    assert list(browser.post(address, typed).context["form"].errors) == ["no_red_flags"]
    assert browser.post(address, {**typed, "no_red_flags": "on"}).status_code == 302
    new = CarePlan.objects.get(restarted_from=plan)
    with CaptureQueriesContext(connection) as caught:
        page = browser.get(reverse("pathways:plan", args=[new.pk]))
    assert len(caught) <= 23  # two of them begin and end the portal's role, one reads a reason or a relation
    assert page.context["before"]["charts"]["pain"][0]["points"]
    old = browser.get(reverse("pathways:plan", args=[plan.pk]))
    assert reverse("pathways:plan", args=[new.pk]) in old.content.decode()
    assert browser.post(address, {**typed, "no_red_flags": "on"}).status_code == 422


def test_the_portal_asks_and_takes_one_tap(
    plan: CarePlan, client_of: Callable[[User], Client], patient_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    phone = client_of(patient_user)
    home = phone.get(reverse("portal:home"))
    assert home.context["home"].check_in.week == 4
    tap = reverse("portal:it-is-back")
    assert tap in home.content.decode()
    assert phone.get(tap).status_code == 405
    assert phone.post(tap).status_code == 302
    assert Task.objects.filter(kind="relapse").count() == 1
    address = reverse("portal:check-in")
    assert phone.get(f"{address}?reported=1").status_code == 200
    assert phone.post(address, {"nprs_worst": "5"}).status_code == 422
    answer = {"is_back": "yes", "nprs_worst": "5", "load_jumped": "yes", "note": "Sinds vorige week."}
    assert phone.post(address, answer).status_code == 302
    row = CheckIn.objects.get(plan=plan, week=4)
    assert (row.is_back, row.nprs_worst, row.load_jumped, row.answered_by) == (True, 5, True, patient_user)
    assert home_of(plan.patient, patient_user, NOW).check_in is None


def test_the_check_in_is_for_ended_plans_of_the_patient_alone(
    plan: CarePlan, client_of: Callable[[User], Client], stranger: User, therapist: User, patient_user: User
) -> None:
    address = reverse("portal:check-in")
    assert client_of(stranger).get(address).status_code == 404
    assert client_of(therapist).get(address).status_code == 403
    CarePlan.objects.filter(pk=plan.pk).update(status="active", ended_on=None)
    assert client_of(patient_user).get(address).status_code == 404
    assert client_of(patient_user).post(reverse("portal:it-is-back")).status_code == 404
