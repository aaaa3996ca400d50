"""A running plan goes on with a newer text: what a therapist did for the patient stays, the rest follows."""

import copy
import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import override

from accounts.exceptions import InvalidInput
from accounts.models import User
from pathways.adjustments import adjust_dosage, stop_exercise
from pathways.definitions import definition_of
from pathways.engine.follow_ups import visit_window
from pathways.migration_preview import newer_version, preview_move
from pathways.models import CarePlan, Decision, FollowUp, PathwayVersion
from pathways.plan_migration import PlanMoveRefused, move_plan
from pathways.progress import assess_plan
from pathways.versions import faults_of, publish_version, review_version, save_draft, start_draft
from patients.content_words import spoken
from tests.people import NOW, at
from tests.running_plan import log, plan, version

__all__ = ["plan", "version"]

pytestmark = pytest.mark.django_db
Publish = Callable[[Callable[[dict[str, Any]], None]], PathwayVersion]


@pytest.fixture
def publish(version: PathwayVersion, owner: User) -> Publish:
    """Publish the next version of the pathway with a change."""

    def published(change: Callable[[dict[str, Any]], None]) -> PathwayVersion:
        document = copy.deepcopy(version.document)
        change(document)
        draft = start_draft(version.pathway, based_on=version, by=owner, now=NOW)
        draft = save_draft(draft, document, revision=0, by=owner, now=NOW)
        assert faults_of(draft) == ()
        return publish_version(review_version(draft, by=owner, now=NOW), by=owner, now=NOW)

    return published


def phase(document: dict[str, Any], key: str) -> Any:
    return next(row for row in document["phases"] if row["key"] == key)


def revise(document: dict[str, Any]) -> None:
    """Another threshold, one exercise more, one less and one dosed otherwise in the phase of the plan."""
    here = phase(document, "P3")
    next(row for row in here["exit"] if row["key"] == "step_down_nprs==0").update(
        label="Step-down met pijn hoogstens 2", equals=None, at_most=2, key="step_down_nprs<=2"
    )
    del next(row for row in here["exit"] if row["key"] == "step_down_nprs<=2")["equals"]
    here["exercises"] = [row for row in here["exercises"] if row["exercise"] not in {"E10"}]
    here["exercises"].append({"exercise": "E1", "sets": "5 x 30 s", "per_week": 7, "practice_choice": True})
    next(row for row in here["exercises"] if row["exercise"] == "E5")["sets"] = "4 x 8"
    next(row for row in here["exercises"] if row["exercise"] == "E6")["sets"] = "4 x 8"
    here["weeks"]["acute"] = [2, 3]
    here["education"][0]["text"] = "Anders uitgelegd."


def live(plan: CarePlan, key: str = "P3") -> dict[str, str]:
    rows = plan.exercise_prescriptions.filter(phase__key=key, ended_on__isnull=True)
    return dict(rows.values_list("exercise_id", "dosage"))


def line(plan: CarePlan, code: str, key: str = "P3") -> Any:
    return plan.exercise_prescriptions.get(phase__key=key, exercise_id=code, ended_on__isnull=True)


def test_there_is_nothing_to_move_to_without_a_newer_text(plan: CarePlan, publish: Publish) -> None:
    assert newer_version(plan) is None
    newer = publish(revise)
    assert newer_version(plan) == newer
    plan.status = "completed"
    assert newer_version(plan) is None


def test_the_preview_says_what_changes_for_this_plan(plan: CarePlan, publish: Publish) -> None:
    preview = preview_move(plan, publish(revise), now=NOW)
    assert preview.is_allowed
    criteria = {row.key: row.kind for row in preview.criteria}
    assert criteria["step_down_nprs<=2"] == "added"
    assert criteria["step_down_nprs==0"] == "removed"
    assert criteria["rtr_step_done>=4"] == "kept"
    exercises = {row.exercise: row.kind for row in preview.exercises if row.phase == "P3"}
    assert exercises == {"E1": "added", "E5": "changed", "E6": "changed", "E10": "removed"}
    assert [(row.key, row.kind, row.new) for row in preview.phases] == [("P3", "changed", (2, 3))]
    assert plan.pathway_version.number == 1
    assert not plan.decisions.filter(kind="migrate").exists()


def test_the_page_of_a_move_speaks_the_language_of_its_reader(
    plan: CarePlan, publish: Publish, therapist: User, client_of: Any
) -> None:
    newer = publish(revise)
    therapist.language = "fr"
    therapist.save()
    page = client_of(therapist).get(f"/plans/{plan.pk}/move/?to={newer.pk}").content.decode()
    assert "fois par semaine" in page
    assert "/week" not in page
    (gone,) = [row for row in preview_move(plan, newer, now=NOW).exercises if row.exercise == "E10"]
    with override("fr"):
        assert gone.name not in page
        assert spoken(gone.name) in page


def test_a_criterion_is_judged_by_both_texts(plan: CarePlan, publish: Publish) -> None:
    def looser(document: dict[str, Any]) -> None:
        row = next(row for row in phase(document, "P3")["exit"] if row["key"] == "rtr_step_done>=4")
        row["at_least"] = 0

    (moved,) = [row for row in preview_move(plan, publish(looser), now=NOW).criteria if row.kind == "changed"]
    assert (moved.before, moved.after) == ("not_met", "met")


def test_the_text_is_followed_and_what_was_adjusted_stays(plan: CarePlan, publish: Publish, therapist: User) -> None:
    entry = log(plan, at("2026-11-20"))
    adjust_dosage(
        line(plan, "E5"), dosage="2 x 5", per_week="2", progression="", reason="Te zwaar", by=therapist, now=NOW
    )
    stop_exercise(line(plan, "E4"), reason="Lukt niet", by=therapist, now=NOW)
    decisions = set(plan.decisions.values_list("pk", flat=True))
    given = plan.education.filter(given_at__isnull=False).values_list("key", "text")
    explained = list(given)
    newer = publish(revise)
    kept = {row.exercise for row in preview_move(plan, newer, now=NOW).exercises if row.kind == "kept"}
    assert {"E4", "E5"} <= kept

    made = move_plan(plan, newer, reason="Nieuwe inzichten", by=therapist, now=NOW)

    plan.refresh_from_db()
    dosages = live(plan)
    assert plan.pathway_version == newer
    assert (dosages["E5"], dosages["E6"], dosages["E1"]) == ("2 x 5", "4 x 8", "5 x 30 s")
    assert not {"E4", "E10"} & set(dosages)
    assert (made.kind, made.reason, made.from_phase, made.to_phase) == ("migrate", "Nieuwe inzichten", "P3", "P3")
    assert made.evidence["from"] == "itbs v1"
    changes = {row["exercise"]: row["change"] for row in made.evidence["exercises"] if row["phase"] == "P3"}
    assert changes == {"E1": "added", "E4": "kept", "E5": "kept", "E6": "changed", "E10": "removed"}
    assert decisions < set(plan.decisions.values_list("pk", flat=True))
    assert plan.diary.get() == entry
    assert list(given) == explained
    assert plan.phases.get(key="P3").weeks_max == 3
    assert assess_plan(plan, now=NOW).phase.key == "P3"
    assert assess_plan(plan, now=NOW).definition == definition_of(newer)


def test_moving_twice_is_moving_once(plan: CarePlan, publish: Publish, therapist: User) -> None:
    newer = publish(revise)
    first = move_plan(plan, newer, reason="Nieuw", by=therapist, now=NOW)
    rows = live(plan)
    assert move_plan(plan, newer, reason="Nog eens", by=therapist, now=NOW) == first
    assert live(plan) == rows
    assert Decision.objects.filter(plan=plan, kind="migrate").count() == 1
    assert preview_move(plan, newer, now=NOW).changes_nothing


def test_a_later_move_still_knows_what_was_adjusted(plan: CarePlan, publish: Publish, therapist: User) -> None:
    second = publish(revise)
    move_plan(plan, second, reason="Nieuw", by=therapist, now=NOW)
    adjust_dosage(line(plan, "E6"), dosage="1 x 5", per_week="2", progression="", reason="Pijn", by=therapist, now=NOW)

    def again(document: dict[str, Any]) -> None:
        for row in phase(document, "P3")["exercises"]:
            row["sets"] = "6 x 6"

    third = publish(again)
    move_plan(plan, third, reason="Weer nieuw", by=therapist, now=NOW)
    dosages = live(plan)
    assert (dosages["E6"], dosages["E5"], dosages["E10"]) == ("1 x 5", "6 x 6", "6 x 6")
    assert "E1" not in dosages


def test_it_needs_a_reason(plan: CarePlan, publish: Publish, therapist: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        move_plan(plan, publish(revise), reason=" ", by=therapist, now=NOW)
    assert "reason" in refused.value.errors
    plan.refresh_from_db()
    assert plan.pathway_version.number == 1


def drop(key: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document["phases"] = [row for row in document["phases"] if row["key"] != key]
        document.pop("cases", None)
        for number, row in enumerate(document["phases"], start=1):
            row["order"] = number
        for step in (*document["running"]["steps"], *document.get("after_care", {}).get("restart", ())):
            step["phase"] = {"P2": "P1", "P3": "P4"}.get(step["phase"], step["phase"])

    return change


@pytest.mark.parametrize("key", ["P2", "P3"])
def test_a_phase_that_the_patient_was_in_cannot_go(key: str, plan: CarePlan, publish: Publish, therapist: User) -> None:
    newer = publish(drop(key))
    preview = preview_move(plan, newer, now=NOW)
    assert not preview.is_allowed
    assert plan.phases.get(key=key).title in preview.refusals[0]
    with pytest.raises(PlanMoveRefused):
        move_plan(plan, newer, reason="Nieuw", by=therapist, now=NOW)


def test_a_phase_to_come_may_come_or_go(plan: CarePlan, publish: Publish, therapist: User) -> None:
    def change(document: dict[str, Any]) -> None:
        last = next(row for row in document["phases"] if row["key"] == "P5")
        before = copy.deepcopy(document["phases"][0])
        before.update(key="P0", title="Vooraf", order=1)
        document["phases"] = [before, *(row for row in document["phases"] if row["key"] != "P5")]
        document["phases"].append({**last, "key": "P6", "title": "Blijven lopen"})
        for number, row in enumerate(document["phases"], start=1):
            row["order"] = number
        for goal in document["goals"]:
            goal["due"] = goal["due"].replace("P5", "P6")

    move_plan(plan, publish(change), reason="Nieuw", by=therapist, now=NOW)
    rows = list(plan.phases.order_by("ordinal").values_list("key", "status"))
    assert rows == [
        ("P0", "completed"), ("P1", "completed"), ("P2", "completed"), ("P3", "active"), ("P4", "planned"),
        ("P6", "planned"),
    ]  # fmt: skip
    assert plan.exercise_prescriptions.filter(phase__key="P6").exists()
    assert not plan.exercise_prescriptions.filter(phase__key="P0").exists()


def test_an_ended_plan_and_another_or_unpublished_text_are_refused(
    plan: CarePlan, publish: Publish, therapist: User, version: PathwayVersion, owner: User
) -> None:
    newer = publish(revise)
    version.refresh_from_db()
    assert not preview_move(plan, version, now=NOW).is_allowed
    assert not preview_move(plan, start_draft(newer.pathway, based_on=newer, by=owner, now=NOW), now=NOW).is_allowed
    CarePlan.objects.filter(pk=plan.pk).update(status="completed", ended_on=NOW.date())
    with pytest.raises(PlanMoveRefused):
        move_plan(plan, newer, reason="Nieuw", by=therapist, now=NOW)


def call_for(plan: CarePlan, shift: int = 0) -> None:
    for visit in definition_of(plan.pathway_version).visits[plan.course][1:]:
        first, last = (day + datetime.timedelta(days=shift) for day in visit_window(visit, plan.started_on))
        FollowUp.objects.create(
            plan=plan, week=visit.week, window_start=first, window_end=last, type=visit.type,
            practitioner=plan.practitioner,
        )  # fmt: skip


def test_visits_to_come_follow_the_text_and_keep_their_shift(plan: CarePlan, publish: Publish, therapist: User) -> None:
    call_for(plan, shift=7)
    before = {row.week: row for row in plan.follow_ups.all()}

    def change(document: dict[str, Any]) -> None:
        rows = document["visits"]["schedule"]["acute"]
        next(row for row in rows if row["week"] == 12)["minutes"] = 45
        rows[:] = [row for row in rows if row["week"] != 6]
        rows.append({"week": 8, "minutes": 30, "type": "session", "window_days": [-2, 2]})

    newer = publish(change)
    kinds = {row.week: row.kind for row in preview_move(plan, newer, now=NOW).visits}
    assert kinds == {8: "added", 12: "changed", 6: "removed"}
    move_plan(plan, newer, reason="Nieuw", by=therapist, now=NOW)
    after = {row.week: row for row in plan.follow_ups.all()}
    assert after[6].is_dropped
    assert (after[12].minutes, after[12].window_start) == (45, before[12].window_start)
    assert after[8].window_start == plan.started_on + datetime.timedelta(weeks=8, days=5)
    assert after[1].window_start == before[1].window_start
