"""From typed answers to a plan: the worked cases through the functions and pages that a therapist uses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessLog, Practitioner, User
from pathways.blocking import block_plan, unblock_plan
from pathways.classification import classify_intake
from pathways.definitions import current_version, load
from pathways.exceptions import IntakeRefused, PlanRefused
from pathways.intake import finish_intake
from pathways.models import CarePlan, Decision, FollowUp, PathwayVersion, Task
from pathways.plans import start_plan
from patients.intake import IntakeClosed, save_answers, start_intake
from patients.models import Encounter, EpisodeOfCare, IntakeResponse, Observation, Questionnaire
from tests.pathways.cases import C01, C03, C04, C05, QUIET
from tests.pathways.stories import SEEDS, published
from tests.people import NOW

SignIn = Callable[[User], Client]


@pytest.fixture
def intake(episode: EpisodeOfCare, practitioner: Practitioner) -> IntakeResponse:
    """A draft of the patient's episode, right side."""
    questionnaire = published().questionnaire
    by = practitioner.user
    return start_intake(episode, questionnaire=questionnaire, by=by, practitioner=practitioner, now=NOW)


def finished(intake: IntakeResponse, answers: dict[str, Any], by: User) -> IntakeResponse:
    save_answers(intake, answers, revision=0, by=by, now=NOW)
    return finish_intake(intake, by=by, now=NOW)


def classified(intake: IntakeResponse, answers: dict[str, Any], by: User) -> Any:
    (row,) = classify_intake(finished(intake, answers, by), by=by, now=NOW)
    return row


def test_loading_twice_changes_nothing(db: None) -> None:
    first = load(SEEDS, now=NOW)
    assert first.published == ("itbs v1",)
    assert load(SEEDS, now=NOW).published == ()
    assert (PathwayVersion.objects.published().count(), Questionnaire.objects.count()) == (1, 1)


def test_a_bad_file_loads_nothing_and_names_file_path_and_reason(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for source in SEEDS.rglob("*.yaml"):
        target = tmp_path / source.relative_to(SEEDS)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        target.write_text(text.replace("measure: stairs_nprs,", "measure: stares,"), encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        call_command("load_pathways", str(tmp_path))
    assert stopped.value.code == 1
    lines = capsys.readouterr().err.splitlines()
    assert any(line.startswith("pathways/itbs.yaml:phases[0].exit") and "stares" in line for line in lines)
    assert not PathwayVersion.objects.exists()


def test_c01_is_likely_and_starts_a_whole_plan(intake: IntakeResponse, therapist: User) -> None:
    row = classified(intake, C01, therapist)
    assert row.outcome == "LIKELY"
    assert row.result["criteria"] == {"C1": True, "C2": True, "C3": True}
    assert row.result["contra"] == []
    assert row.result["derived"]["hipabd_deficit_pct"] == 22.4
    assert row.result["derived"]["nm_per_kg"] == {"L": 1.98, "R": 1.53}
    assert (row.result["derived"]["cadence_low"], row.result["derived"]["cadence_high"]) == (172, 180)
    assert (row.result["course"], row.result["start_step"]) == ("acute", "S4")
    plan = start_plan(row, by=therapist, now=NOW, gait_strategy="cadence")
    assert [phase.key for phase in plan.phases.all()] == ["P1", "P2", "P3", "P4", "P5"]
    assert plan.phases.get(status="active").key == "P1"
    assert [row.week for row in plan.follow_ups.order_by("week")] == [1, 2, 4, 6, 12]
    assert plan.goals.count() == 4
    assert plan.exercise_prescriptions.filter(phase__key="P1").count() >= 4
    assert plan.education.exists()
    assert (plan.start_step, plan.weekly_km_usual) == ("S4", 32)
    assert plan.pathway_version == current_version("itbs")
    assert Decision.objects.get(plan=plan).kind == "start"


def test_a_second_plan_of_one_episode_is_refused(intake: IntakeResponse, therapist: User) -> None:
    row = classified(intake, C01, therapist)
    start_plan(row, by=therapist, now=NOW)
    with pytest.raises(PlanRefused):
        start_plan(row, by=therapist, now=NOW)
    assert (CarePlan.objects.count(), FollowUp.objects.count()) == (1, 5)


def test_c03_needs_the_therapists_written_reason(intake: IntakeResponse, therapist: User) -> None:
    row = classified(intake, C03, therapist)
    assert row.outcome == "POSSIBLE"
    with pytest.raises(PlanRefused):
        start_plan(row, by=therapist, now=NOW, reason=" ")
    plan = start_plan(row, by=therapist, now=NOW, reason="Pijn kwam terug na een proefloop.")
    assert Decision.objects.get(plan=plan).reason == "Pijn kwam terug na een proefloop."


def test_c04_is_unlikely_and_gives_no_plan(intake: IntakeResponse, therapist: User) -> None:
    row = classified(intake, C04, therapist)
    assert row.outcome == "UNLIKELY"
    assert "patellofemoral_pain" in row.result["differentials"]
    with pytest.raises(PlanRefused):
        start_plan(row, by=therapist, now=NOW, reason="Toch proberen.")


def test_c05_is_blocked_and_makes_one_referral_task(intake: IntakeResponse, therapist: User) -> None:
    row = classified(intake, C05, therapist)
    assert row.outcome == "BLOCKED"
    assert classify_intake(row.intake, by=therapist, now=NOW) == [row]
    task = Task.objects.get()
    assert (task.kind, task.urgency, task.status) == ("referral", "EMERGENCY", "requested")
    with pytest.raises(PlanRefused):
        start_plan(row, by=therapist, now=NOW, reason="Toch.")
    assert not CarePlan.objects.exists()


def test_red_flags_cannot_be_skipped_and_nothing_is_lost(intake: IntakeResponse, therapist: User) -> None:
    answers = {**C01, "rf_fever": "", "palp_lfc_nprs.R": "11"}
    with pytest.raises(IntakeRefused) as refused:
        finished(intake, answers, therapist)
    assert set(refused.value.errors) == {"rf_fever", "palp_lfc_nprs.R"}
    intake.refresh_from_db()
    assert intake.answers["palp_lfc_nprs.R"] == "11"
    assert not Observation.objects.exists()


def test_worst_pain_cannot_be_below_average_pain(intake: IntakeResponse, therapist: User) -> None:
    with pytest.raises(IntakeRefused) as refused:
        finished(intake, {**C01, "nprs_worst_7d.R": "3"}, therapist)
    assert set(refused.value.errors) == {"nprs_worst_7d.R"}


def test_each_answer_becomes_one_observation(intake: IntakeResponse, therapist: User) -> None:
    done = finished(intake, C01, therapist)
    again = finish_intake(done, by=therapist, now=NOW)
    assert again.pk == done.pk
    assert Observation.objects.count() == len([value for value in C01.values() if value])
    strength = Observation.objects.get(measure_id="hipabd_n", side="R")
    assert (strength.number, strength.unit, strength.entered_by, strength.effective_at) == (118, "N", therapist, NOW)
    assert Encounter.objects.get().status == "finished"
    with pytest.raises(IntakeClosed):
        save_answers(done, {"nprs_now.R": "1"}, revision=9, by=therapist, now=NOW)


def test_two_sides_give_two_results(intake: IntakeResponse, therapist: User) -> None:
    intake.side = "both"
    intake.save(update_fields=["side"])
    left = {name.replace(".R", ".L"): value for name, value in C03.items() if name.endswith(".R")}
    rows = classify_intake(finished(intake, {**C01, **left}, therapist), by=therapist, now=NOW)
    assert {row.side: row.outcome for row in rows} == {"R": "LIKELY", "L": "POSSIBLE"}


def test_two_tabs_lose_nothing(intake: IntakeResponse, therapist: User) -> None:
    first = save_answers(intake, {"nprs_now.R": "2"}, revision=0, by=therapist, now=NOW)
    second = save_answers(intake, {"mass_kg": "60"}, revision=0, by=therapist, now=NOW)
    assert second.changed_elsewhere == ()
    third = save_answers(intake, {"nprs_now.R": "3"}, revision=0, by=therapist, now=NOW)
    assert third.changed_elsewhere == ("nprs_now.R",)
    assert (first.revision, third.revision) == (1, 3)
    intake.refresh_from_db()
    assert (intake.answers["nprs_now.R"], intake.answers["mass_kg"]) == ("3", "60")


def test_an_episode_has_one_draft(intake: IntakeResponse, practitioner: Practitioner) -> None:
    by = practitioner.user
    same = start_intake(intake.episode, questionnaire=intake.questionnaire, by=by, practitioner=practitioner, now=NOW)
    assert same.pk == intake.pk
    assert Encounter.objects.count() == 1


def test_blocked_and_cleared_again(intake: IntakeResponse, therapist: User) -> None:
    plan = start_plan(classified(intake, C01, therapist), by=therapist, now=NOW)
    block_plan(plan, reason="Kuit gezwollen.", by=therapist, now=NOW)
    block_plan(plan, reason="Nog eens.", by=therapist, now=NOW)
    plan.refresh_from_db()
    assert plan.status == "on-hold"
    unblock_plan(plan, reason="Echo negatief.", physician="Dr. Willems", cleared_on=NOW.date(), by=therapist, now=NOW)
    plan.refresh_from_db()
    assert (plan.status, plan.cleared_at) == ("active", NOW)
    assert [row.kind for row in Decision.objects.order_by("id")] == ["start", "block", "unblock"]


def test_the_pages_carry_c01_from_the_button_to_the_plan(
    episode: EpisodeOfCare, therapist: User, client_of: SignIn
) -> None:
    published()
    client = client_of(therapist)
    page = client.post("/plans/intake/start/", {"episode": episode.pk}).headers["Location"]
    saved = client.post(
        f"{page}save/",
        {"palp_lfc_nprs.R": "11", "provoked_by.R": ["", "running", "downhill"], "revision": 0},
        headers={"Accept": "application/json"},
    ).json()
    assert saved["errors"]["palp_lfc_nprs.R"]
    text = client.get(page).content.decode()
    assert 'value="downhill" checked' in text
    refused = client.post(f"{page}finish/", {**C01, "rf_dvt": "", "revision": saved["revision"]})
    assert refused.status_code == 422
    assert "box-rf_dvt" in refused.content.decode()
    done = client.post(f"{page}finish/", {**C01, "revision": saved["revision"] + 1})
    assert done.status_code == 302
    shown = client.get(done.headers["Location"])
    assert shown.status_code == 200
    row = EpisodeOfCare.objects.get(pk=episode.pk).classifications.get()
    assert row.outcome == "LIKELY"
    started = client.post(f"/plans/classification/{row.pk}/start/", {"gait_strategy": "cadence", "consent": "on"})
    assert started.headers["Location"] == f"/plans/{CarePlan.objects.get().pk}/"
    assert set(AccessLog.objects.values_list("part", flat=True)) == {"intake", "classification"}


def test_pages_of_the_intake_are_the_therapists(
    intake: IntakeResponse, receptionist: User, patient_user: User, client_of: SignIn
) -> None:
    for user in (receptionist, patient_user):
        client = client_of(user)
        assert client.get(f"/plans/intake/{intake.pk}/").status_code == 403
        assert client.post(f"/plans/intake/{intake.pk}/save/", {"nprs_now.R": "1"}).status_code == 403
        assert client.post("/plans/intake/start/", {"episode": intake.episode_id}).status_code == 403
        assert client.get(f"/plans/classification/{intake.pk}/").status_code == 403


def test_the_page_costs_the_same_when_it_is_full(intake: IntakeResponse, therapist: User, client_of: SignIn) -> None:
    client = client_of(therapist)
    client.get(f"/plans/intake/{intake.pk}/")
    counts = []
    for answers in ({}, C01):
        save_answers(intake, answers, revision=0, by=therapist, now=NOW)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/plans/intake/{intake.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_unanswered_is_not_negative(intake: IntakeResponse, therapist: User) -> None:
    row = classified(intake, {**QUIET, "pain_location.R": "lateral", "provoked_by.R": ["running"]}, therapist)
    assert row.outcome == "INCOMPLETE"
    assert {"palp_lfc_nprs", "sls_nprs"} <= set(row.result["missing"])
