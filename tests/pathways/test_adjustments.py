"""Exercises for one patient: what was prescribed when stays, what counts now is the last line."""

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
from fysicure.portal.reading import home_of, plan_page_of
from pathways.adjustments import add_exercise, adjust_dosage, exercise_choices, stop_exercise, swap_exercise
from pathways.diary import log_entry
from pathways.exceptions import PlanRefused
from pathways.models import CarePlan, ExercisePrescription
from pathways.progress import assess_plan
from patients.models import EpisodeOfCare
from tests.pathways.stories import log, make_plan
from tests.people import NOW, TODAY

DAY = datetime.timedelta(days=1)


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner, phase="P4", weeks=8)


@pytest.fixture
def given(therapist: User) -> dict[str, Any]:
    return {"reason": "Te zwaar na de nachtdienst.", "by": therapist, "now": NOW}


def line(plan: CarePlan, code: str = "E4", phase: str = "P4") -> ExercisePrescription:
    return ExercisePrescription.objects.get(plan=plan, phase__key=phase, exercise_id=code, ended_on__isnull=True)


def test_a_dosage_is_a_new_line_in_place_of_the_old_one(plan: CarePlan, given: dict[str, Any]) -> None:
    old = line(plan)
    new = adjust_dosage(old, dosage="2 x 8", per_week="2", progression="", **given)
    old.refresh_from_db()
    assert (old.ended_on, old.change_reason, new.replaces) == (TODAY, given["reason"], old)
    assert (new.ordinal, new.dosage, new.per_week, line(plan)) == (old.ordinal, "2 x 8", "2", new)
    note = plan.decisions.get(kind="adjust")
    assert (note.reason, note.to_phase) == (given["reason"], "P4")
    assert (note.evidence["before"]["dosage"], note.evidence["after"]["dosage"]) == (old.dosage, "2 x 8")


def test_undo_is_adjusting_back(plan: CarePlan, given: dict[str, Any]) -> None:
    old = line(plan)
    new = adjust_dosage(old, dosage="2 x 8", per_week="2", progression="", **given)
    back = adjust_dosage(
        new, dosage=old.dosage, per_week=old.per_week, progression=old.progression, **{**given, "reason": "Vergissing."}
    )
    assert (back.dosage, back.replaces) == (old.dosage, new)
    assert ExercisePrescription.objects.filter(plan=plan, phase__key="P4", exercise_id="E4").count() == 3


def test_a_swap_puts_another_exercise_in_its_place(plan: CarePlan, given: dict[str, Any]) -> None:
    code = exercise_choices(plan, plan.phases.get(key="P4"))[0][0]
    new = swap_exercise(line(plan), code, dosage="3 x 10", per_week="3", **given)
    assert new.exercise_id == code
    assert not ExercisePrescription.objects.filter(
        plan=plan, phase__key="P4", exercise_id="E4", ended_on__isnull=True
    ).exists()


def test_later_phases_come_along_when_asked(plan: CarePlan, given: dict[str, Any]) -> None:
    untouched = line(plan, phase="P5").dosage
    first = adjust_dosage(line(plan), dosage="1 x 5", per_week="1", progression="", **given)
    assert line(plan, phase="P5").dosage == untouched
    adjust_dosage(first, dosage="2 x 5", per_week="1", progression="", also_later=True, **given)
    assert line(plan, phase="P5").dosage == "2 x 5"
    assert plan.decisions.filter(kind="adjust").first().evidence["also"] == ["P5"]


def test_a_later_phase_that_has_the_new_exercise_only_loses_the_old_one(plan: CarePlan, given: dict[str, Any]) -> None:
    stop_exercise(line(plan, "E6"), **given)
    swap_exercise(line(plan), "E6", dosage="3 x 8", per_week="2", also_later=True, **given)
    here = ExercisePrescription.objects.filter(plan=plan, phase__key="P5", ended_on__isnull=True)
    assert (here.filter(exercise_id="E4").count(), here.filter(exercise_id="E6").count()) == (0, 1)


def test_an_exercise_is_added_and_stopped(plan: CarePlan, given: dict[str, Any]) -> None:
    code = exercise_choices(plan, plan.phases.get(key="P4"))[0][0]
    made = add_exercise(plan, code, dosage="1 x 10", per_week="3", **given)
    assert made.phase.key == "P4"
    assert made.ordinal > line(plan).ordinal
    stop_exercise(made, **given)
    made.refresh_from_db()
    assert made.ended_on == TODAY
    assert [row.evidence["change"] for row in plan.decisions.filter(kind="adjust")] == ["stop", "add"]


def test_what_cannot_be_is_refused_beside_its_field(plan: CarePlan, given: dict[str, Any]) -> None:
    row = line(plan)
    dosage = {"dosage": "2 x 8", "per_week": "2", "progression": ""}
    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: adjust_dosage(row, **dosage, **{**given, "reason": " "}), "reason"),
        (lambda: adjust_dosage(row, **{**dosage, "dosage": ""}, **given), "dosage"),
        (lambda: adjust_dosage(row, **{**dosage, "dosage": "x" * 121}, **given), "dosage"),
        (
            lambda: adjust_dosage(row, dosage=row.dosage, per_week=row.per_week, progression=row.progression, **given),
            "dosage",
        ),
        (lambda: swap_exercise(row, "nothing", dosage="1", per_week="1", **given), "exercise"),
        (lambda: swap_exercise(row, "E6", dosage="1", per_week="1", **given), "exercise"),
        (lambda: add_exercise(plan, "E4", dosage="1", per_week="1", **given), "exercise"),
        (lambda: add_exercise(plan, "E1", dosage="1", per_week="1", phase="P1", **given), "phase"),
    ]
    for act, field in cases:
        with pytest.raises(InvalidInput) as refused:
            act()
        assert field in refused.value.errors
    assert not plan.decisions.filter(kind="adjust").exists()


def test_a_line_changes_once_and_an_ended_plan_never(plan: CarePlan, given: dict[str, Any]) -> None:
    old = line(plan)
    new = adjust_dosage(old, dosage="2 x 8", per_week="2", progression="", **given)
    with pytest.raises(PlanRefused):
        stop_exercise(old, **given)
    CarePlan.objects.filter(pk=plan.pk).update(status="completed")
    with pytest.raises(PlanRefused):
        stop_exercise(new, **given)


def test_past_adherence_is_held_against_what_was_prescribed_then(plan: CarePlan, given: dict[str, Any]) -> None:
    plan.phases.filter(key="P4").update(started_on=TODAY - 27 * DAY)
    for row in ExercisePrescription.objects.filter(plan=plan, phase__key="P4").exclude(exercise_id="E4"):
        row.is_optional = True
        row.save(update_fields=["is_optional"])
    ExercisePrescription.objects.filter(pk=line(plan).pk).update(per_week="3")
    for day in range(15, 28, 2):
        log(plan, day, kind="exercise", exercises_done=["E4"])
    before = assess_plan(plan, now=NOW).adherence
    assert before is not None
    assert (before.done, before.prescribed) == (7, 12)
    half = NOW - 14 * DAY
    adjust_dosage(line(plan), dosage="2 x 8", per_week="1", progression="", **{**given, "now": half})
    after = assess_plan(plan, now=NOW).adherence
    assert after is not None
    # Thirteen days at three times a week, fifteen at once: 5.6 + 2.1 sessions, and 7 were done.
    assert (after.done, after.prescribed) == (7, 8)


def test_patient_and_diary_see_only_what_counts_now(plan: CarePlan, given: dict[str, Any], patient_user: User) -> None:
    swap_exercise(line(plan), "E1", dosage="3 x 10", per_week="3", **given)
    today = home_of(plan.patient, patient_user, NOW)
    assert "E4" not in {row.code for row in today.exercises}
    assert "E1" in {row.code for row in today.exercises}
    page = plan_page_of(plan, NOW)
    assert page is not None
    assert sum(row.code == "E4" for card in page.phases if card.state == "current" for row in card.exercises) == 0


def test_a_session_of_before_the_change_may_still_name_the_old_exercise(
    plan: CarePlan, given: dict[str, Any], therapist: User
) -> None:
    rows = ExercisePrescription.objects.filter(plan=plan, exercise_id="E4").exclude(phase__key="P4")
    rows.update(ended_on=TODAY - 30 * DAY)
    stop_exercise(line(plan), **{**given, "now": NOW - 2 * DAY})
    session = {"kind": "exercise", "exercises_done": ["E4"], "pre": 0, "by": therapist, "now": NOW}
    then = NOW - 3 * DAY
    log_entry(plan, started_at=then, ended_at=then + datetime.timedelta(minutes=20), client_key="a", **session)
    with pytest.raises(InvalidInput):
        begun = NOW - datetime.timedelta(hours=2)
        log_entry(plan, started_at=begun, ended_at=NOW, client_key="b", **session)


def test_the_page_changes_adds_and_shows_what_was_before(
    plan: CarePlan, client_of: Callable[[User], Client], therapist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    browser, row = client_of(therapist), line(plan)
    address = reverse("pathways:adjust-exercise", args=[plan.pk, row.pk])
    assert browser.get(address).context["form"].initial["dosage"] == row.dosage
    typed = {"change": "dosage", "dosage": "2 x 8", "per_week": "2", "progression": "", "reason": ""}
    wrong = browser.post(address, typed)
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["reason"])
    assert b'value="2 x 8"' in wrong.content
    assert browser.post(address, {**typed, "reason": "Te zwaar."}).status_code == 302
    assert browser.get(address).status_code == 404
    swap = reverse("pathways:adjust-exercise", args=[plan.pk, line(plan).pk])
    assert browser.post(swap, {**typed, "change": "swap", "exercise": "", "reason": "x"}).status_code == 422
    assert browser.post(swap, {**typed, "change": "stop", "reason": "Pijn."}).status_code == 302
    add = reverse("pathways:add-exercise", args=[plan.pk])
    assert browser.get(add).status_code == 200
    assert browser.post(add, {**typed, "exercise": "E4", "reason": "Terug."}).status_code == 302
    page = browser.get(reverse("pathways:plan", args=[plan.pk]))
    assert len(page.context["page"].past_exercises) == 2
    assert line(plan).dosage == "2 x 8"


def test_queries_of_the_plan_page_do_not_grow_with_changes(
    plan: CarePlan, client_of: Callable[[User], Client], therapist: User, given: dict[str, Any]
) -> None:
    browser, counts = client_of(therapist), []
    for _round in range(2):
        for number in range(4):
            adjust_dosage(line(plan), dosage=f"{number} x {_round}", per_week="2", progression="", **given)
        browser.get(reverse("pathways:plan", args=[plan.pk]))
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(reverse("pathways:plan", args=[plan.pk])).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 20


@pytest.mark.parametrize("role", ["receptionist", "owner", "patient_user"])
def test_only_therapists_change_exercises(request: Any, client_of: Any, plan: CarePlan, role: str) -> None:
    client = client_of(request.getfixturevalue(role))
    for address in (
        reverse("pathways:adjust-exercise", args=[plan.pk, line(plan).pk]),
        reverse("pathways:add-exercise", args=[plan.pk]),
    ):
        assert client.get(address).status_code == 403
