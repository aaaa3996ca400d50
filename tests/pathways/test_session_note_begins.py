"""What the note of a contact begins with: the days since the last one, the exercises, and what was measured."""

import datetime
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.models import Practitioner, User
from pathways.models import CarePlan, Decision, PlanPause
from pathways.progress import assess_plan
from pathways.session_note import Since, assessment_words, since_words
from pathways.session_note_page import begin_texts, exercise_lines, note_page
from patients.models import Encounter, EpisodeOfCare
from scheduling.models import Appointment
from tests.pathways.stories import log, make_plan, measure
from tests.pathways.test_session_note import WEEK_AGO, contact_of
from tests.people import NOW, TODAY


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with translation.override("en"):
        yield


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner)


@pytest.fixture
def contact(plan: CarePlan) -> Encounter:
    contact_of(plan, WEEK_AGO)
    return contact_of(plan)


def words_of(plan: CarePlan, since: datetime.datetime = WEEK_AGO) -> str:
    decisions = list(plan.decisions.order_by("made_at"))
    return " ".join(since_words(assess_plan(plan, now=NOW), Since(since, NOW), decisions))


def test_nothing_logged_is_said_and_never_reads_as_no_pain(plan: CarePlan) -> None:
    assert words_of(plan) == "Nothing was logged since 16 November. That says nothing about the pain: ask."


def test_the_diary_since_last_time_in_a_few_sentences(plan: CarePlan) -> None:
    log(plan, 10, (0, 6, 5, 3))
    log(plan, 5, (0, 2, 1, 1), distance_km=4)
    log(plan, 3, (0, 3, 2, None))
    log(plan, 2, (0, 0, 0, 0), kind="exercise")
    said = words_of(plan)
    assert "2 runs since 16 November, 4 km in all (1 without a distance)." in said
    assert "Worst pain 3/10 (the time before: 6/10), the morning after at most 1/10." in said
    assert "without the morning after" in said or "Lights:" in said
    assert "Exercises logged 1 time" in said


def test_the_pain_of_a_day_of_rest_is_told(plan: CarePlan) -> None:
    log(plan, 3, (8, None, None, None), kind="rest")
    assert "Worst pain 8/10" in words_of(plan)
    log(plan, 2, (0, 2, 1, 0), distance_km=4)
    assert "Worst pain 8/10" in words_of(plan)


def test_a_run_without_scores_and_no_exercises_are_not_good_news(plan: CarePlan) -> None:
    log(plan, 2, (None, None, None, None))
    said = words_of(plan)
    assert "No pain score was filled in." in said
    assert "whether they were done is not known" in said
    assert "/10" not in said


def test_decisions_and_pauses_are_told_once(plan: CarePlan, therapist: User) -> None:
    for hours in (30, 20):
        made_at = NOW - datetime.timedelta(hours=hours)
        Decision.objects.create(plan=plan, kind="hold", reason="x", made_by=therapist, made_at=made_at)
    PlanPause.objects.create(
        plan=plan,
        started_on=TODAY - datetime.timedelta(days=4),
        ended_on=TODAY - datetime.timedelta(days=1),
        reason_code="illness",
        made_by=therapist,
    )
    said = words_of(plan)
    assert said.count("stay in this phase") == 1
    assert "stood still from 19 November (illness)" in said


def test_there_are_two_to_five_sentences(plan: CarePlan, therapist: User) -> None:
    seen = assess_plan(plan, now=NOW)
    assert 2 <= len(since_words(seen, Since(WEEK_AGO, NOW))) <= 5
    log(plan, 2, (0, 3, 2, 1), distance_km=5)
    Decision.objects.create(plan=plan, kind="hold", made_by=therapist, made_at=NOW - datetime.timedelta(days=1))
    seen = assess_plan(plan, now=NOW)
    assert 2 <= len(since_words(seen, Since(WEEK_AGO, NOW), list(plan.decisions.all()))) <= 5


def test_the_assessment_says_when_there_is_no_light(plan: CarePlan) -> None:
    said = " ".join(assessment_words(assess_plan(plan, now=NOW)))
    assert "No light: nothing logged in the last 7 days." in said
    assert "The system proposed: stay in this phase." in said


def test_the_texts_hold_what_was_measured_here_and_the_next_visit(
    plan: CarePlan, contact: Encounter, therapist: User
) -> None:
    measure(plan, {"stairs_nprs": {"R": 4}}, days_ago=6)
    texts = begin_texts(contact, now=NOW)
    assert "Nothing measured at this contact." in texts["objective"]
    assert " 4 (17/11)" in texts["objective"]
    assert "No next visit is booked." in texts["plan"]
    start = NOW + datetime.timedelta(days=7)
    Appointment.objects.create(
        patient=plan.patient, practitioner=plan.practitioner, start=start,
        end=start + datetime.timedelta(minutes=30), booked_by=therapist,
    )  # fmt: skip
    assert "Next visit: Monday 30 November 10:00." in begin_texts(contact, now=NOW)["plan"]


def test_a_note_of_an_earlier_day_does_not_tell_of_what_came_after(plan: CarePlan) -> None:
    earlier = contact_of(plan, NOW - datetime.timedelta(days=3), ended_at=NOW - datetime.timedelta(days=3))
    log(plan, 1, (0, 8, 8, 8))
    assert "8/10" not in begin_texts(earlier, now=NOW)["subjective"]


def test_the_exercises_are_those_of_the_day_and_keep_what_was_ticked(plan: CarePlan, contact: Encounter) -> None:
    planned = plan.exercise_prescriptions.filter(phase__status="active").count()
    lines = exercise_lines(contact, plan, None)
    assert len(lines) == planned > 0
    assert not any(line.is_done for line in lines)
    plan.exercise_prescriptions.filter(exercise=lines[0].code).update(ended_on=TODAY)
    assert lines[0].code not in {line.code for line in exercise_lines(contact, plan, None)}


def test_what_was_not_measured_lately_is_offered(plan: CarePlan, contact: Encounter, therapist: User) -> None:
    due = {measure.key for measure in note_page(contact, None, by=therapist, now=NOW).due}
    assert "stairs_nprs" in due
    measure(plan, {"stairs_nprs": {"R": 1}})
    due = {measure.key for measure in note_page(contact, None, by=therapist, now=NOW).due}
    assert "stairs_nprs" not in due
