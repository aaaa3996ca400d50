"""What may be logged, once, and what happens to what may not (edge cases 1 to 6, 11 and 12 of section 7)."""

import datetime
from typing import Any

import pytest

from accounts.exceptions import InvalidInput
from accounts.models import User
from pathways.diary import answer_next, edit_entry, judged_entry, log_not_today, may_edit, open_morning_question
from pathways.exceptions import AnswerNotOpen, DuplicateEntry, EntryLocked, PlanEnded
from pathways.models import CarePlan, Decision, DiaryEntry, Task
from tests.people import NOW
from tests.running_plan import log

HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


def refused(plan: CarePlan, **fields: Any) -> dict[str, Any]:
    with pytest.raises(InvalidInput) as caught:
        log(plan, fields.pop("ended_at", NOW), now=NOW, **fields)
    assert not DiaryEntry.objects.exists()
    return caught.value.errors


@pytest.mark.parametrize("value", [-1, 11, 2.5, 3.0, "3", True])
@pytest.mark.parametrize("name", ["pre", "during", "after"])
def test_pain_is_a_whole_number_from_0_to_10(plan: CarePlan, name: str, value: Any) -> None:
    pains = {"pre": (value, 1, 1), "during": (0, value, 1), "after": (0, 1, value)}[name]
    assert list(refused(plan, pains=pains)) == [name]


def test_zero_is_a_score_and_empty_is_none(plan: CarePlan) -> None:
    entry = log(plan, NOW, (0, 0, None))
    assert (entry.pre, entry.during, entry.after) == (0, 0, None)


@pytest.mark.parametrize(
    ("ended_at", "start", "field"),
    [
        (NOW + MINUTE, NOW - HOUR, "ended_at"),
        (NOW + HOUR, NOW + MINUTE, "started_at"),
        (NOW - 7 * DAY, NOW - 7 * DAY - MINUTE, "started_at"),
        (NOW - HOUR, NOW - MINUTE, "ended_at"),
        (NOW, NOW - 25 * HOUR, "ended_at"),
    ],
)
def test_times_lie_in_the_last_seven_days(plan: CarePlan, ended_at: Any, start: Any, field: str) -> None:
    assert list(refused(plan, ended_at=ended_at, started_at=start)) == [field]


def test_a_week_back_is_still_taken(plan: CarePlan) -> None:
    assert log(plan, NOW - 7 * DAY + HOUR, started_at=NOW - 7 * DAY, now=NOW).pk


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"kind": "swim"}, ["kind"]),
        ({"side": "both"}, ["side"]),
        ({"distance_km": 301}, ["distance_km"]),
        ({"distance_km": "far"}, ["distance_km"]),
        ({"distance_km": 3, "onset_km": 4}, ["onset_km"]),
        ({"step": "S99"}, ["step"]),
        ({"exercises_done": ["E99"]}, ["exercises_done"]),
        ({"note": "a" * 501}, ["note"]),
        ({"pains": (None, None, None)}, ["pre"]),
        ({"pains": (0, 1, 1, 0)}, ["next"]),
        ({"limp": "yes"}, ["limp"]),
    ],
)
def test_each_mistake_is_named_by_its_field(plan: CarePlan, fields: dict[str, Any], names: list[str]) -> None:
    assert list(refused(plan, **fields)) == names


def test_a_double_tap_is_one_entry(plan: CarePlan) -> None:
    first = log(plan, NOW, client_key="one")
    assert log(plan, NOW, (3, 3, 3), client_key="one").pk == first.pk
    assert DiaryEntry.objects.count() == 1


def test_a_second_session_at_the_same_start_asks(plan: CarePlan) -> None:
    first = log(plan, NOW, (0, 2, 1), distance_km=4, client_key="one")
    with pytest.raises(DuplicateEntry) as caught:
        log(plan, NOW + 10 * MINUTE, (1, 1, 3), client_key="two")
    assert caught.value.entry == first
    joined = log(plan, NOW + 10 * MINUTE, (1, 1, 3), limp=True, client_key="two", on_duplicate="merge")
    assert (joined.pk, joined.pre, joined.during, joined.after, joined.limp) == (first.pk, 1, 2, 3, True)
    assert log(plan, NOW + 10 * MINUTE, client_key="three", on_duplicate="keep").pk != first.pk
    assert log(plan, NOW + 21 * MINUTE, kind="exercise", client_key="four").pk


def test_the_morning_is_asked_once_for_two_sessions_close_together(plan: CarePlan) -> None:
    morning = log(plan, NOW, (0, 2, 2))
    evening = log(plan, NOW + 8 * HOUR, (3, 2, 2), kind="exercise")
    assert open_morning_question(plan, NOW + 19 * HOUR) == []
    assert open_morning_question(plan, NOW + 21 * HOUR) == [morning, evening]
    assert answer_next(evening, 0, by=plan.patient.user, now=NOW + 21 * HOUR) == [morning, evening]
    assert open_morning_question(plan, NOW + 21 * HOUR) == []
    morning.refresh_from_db()
    assert morning.next == 0
    assert judged_entry(morning, now=NOW + 22 * HOUR).light == "GREEN"


def test_the_pain_before_the_next_session_answers(plan: CarePlan) -> None:
    first = log(plan, NOW, (0, 2, 2))
    log(plan, NOW + 24 * HOUR, (1, 1, 1))
    judged = judged_entry(first, now=NOW + 24 * HOUR)
    assert (judged.light, judged.next, judged.next_derived) == ("AMBER", 1, True)
    assert first not in open_morning_question(plan, NOW + 24 * HOUR)


@pytest.mark.parametrize("hours", [11.9, 36.1])
def test_the_morning_answer_has_a_window(plan: CarePlan, hours: float) -> None:
    entry = log(plan, NOW)
    with pytest.raises(AnswerNotOpen):
        answer_next(entry, 0, by=plan.patient.user, now=NOW + hours * HOUR)
    assert open_morning_question(plan, NOW + hours * HOUR) == []


def test_the_morning_answer_fills_the_first_hour_that_was_left_open(plan: CarePlan) -> None:
    entry = log(plan, NOW, (0, 1, None))
    answer_next(entry, 0, after=2, by=plan.patient.user, now=NOW + 15 * HOUR)
    entry.refresh_from_db()
    assert (entry.after, judged_entry(entry, now=NOW + 15 * HOUR).light) == (2, "GREEN")


@pytest.mark.parametrize("value", [None, -1, 11, 1.5])
def test_the_morning_answer_is_a_score(plan: CarePlan, value: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        answer_next(log(plan, NOW), value, by=plan.patient.user, now=NOW + 15 * HOUR)
    assert list(caught.value.errors) == ["next"]


def test_a_red_light_makes_one_task_for_the_next_working_day(plan: CarePlan) -> None:
    entry = log(plan, NOW, (0, 7, 2))
    edit_entry(entry, during=8, by=plan.patient.user, now=NOW + HOUR)
    answer_next(entry, 4, by=plan.patient.user, now=NOW + 14 * HOUR)
    task = Task.objects.get()
    assert (task.kind, task.urgency, task.plan) == ("red_light", "ROUTINE", plan)
    assert NOW < task.due_at <= NOW + 2 * DAY


def test_a_red_light_on_the_eve_of_christmas_is_due_after_the_holidays(plan: CarePlan) -> None:
    thursday = datetime.datetime(2026, 12, 24, 10, 0, tzinfo=NOW.tzinfo)
    log(plan, thursday, (0, 7, 2))
    assert Task.objects.get().due_at.date() == datetime.date(2026, 12, 28)


def test_an_alarming_sign_blocks_the_plan_and_asks_for_a_call_today(plan: CarePlan) -> None:
    log(plan, NOW, (0, 1, 1), rf_any=True)
    plan.refresh_from_db()
    assert plan.status == CarePlan.Status.ON_HOLD
    assert Decision.objects.filter(plan=plan, kind="block").count() == 1
    task = Task.objects.get()
    assert (task.urgency, task.due_at.date()) == ("URGENT", NOW.date())


def test_a_blocked_plan_still_takes_entries(plan: CarePlan) -> None:
    log(plan, NOW, (0, 1, 1), rf_any=True)
    log(plan, NOW + DAY, (0, 1, 1), rf_any=True)
    assert DiaryEntry.objects.count() == Task.objects.count() == 2
    assert Decision.objects.filter(kind="block").count() == 1


def test_a_plan_that_ended_takes_none(plan: CarePlan) -> None:
    plan.status, plan.ended_on = CarePlan.Status.COMPLETED, NOW.date()
    plan.save(update_fields=["status", "ended_on"])
    with pytest.raises(PlanEnded):
        log(plan, NOW)


def test_not_today_is_amber_without_a_session(plan: CarePlan) -> None:
    entry = log_not_today(plan, pre=4, client_key="x", by=plan.patient.user, now=NOW)
    assert (entry.started_at, entry.ended_at, entry.during) == (NOW, NOW, None)
    assert judged_entry(entry, now=NOW).light == "AMBER"
    assert open_morning_question(plan, NOW + 14 * HOUR) == []


def test_the_patient_corrects_for_a_day_then_only_a_therapist(plan: CarePlan, therapist: User) -> None:
    entry, patient = log(plan, NOW, (0, 2, 1)), plan.patient.user
    edit_entry(entry, during=4, by=patient, now=NOW + 24 * HOUR)
    late = NOW + 24 * HOUR + MINUTE
    assert not may_edit(entry, by=patient, now=late)
    with pytest.raises(EntryLocked):
        edit_entry(entry, during=1, by=patient, now=late)
    edit_entry(entry, during=5, by=therapist, now=NOW + 30 * DAY)
    entry.refresh_from_db()
    assert entry.during == 5
    history = entry.events
    assert sorted(history.values_list("during", flat=True)) == [2, 4, 5]


def test_a_correction_that_changes_the_colour_is_told_once(plan: CarePlan) -> None:
    entry = log(plan, NOW, (0, 2, 1))
    edit_entry(entry, during=3, by=plan.patient.user, now=NOW + HOUR)
    assert not Task.objects.exists()
    edit_entry(entry, during=4, by=plan.patient.user, now=NOW + HOUR)
    assert Task.objects.get().kind == "review"


def test_a_correction_is_checked_like_an_entry(plan: CarePlan) -> None:
    entry = log(plan, NOW)
    with pytest.raises(InvalidInput) as caught:
        edit_entry(entry, during=12, by=plan.patient.user, now=NOW + HOUR)
    assert list(caught.value.errors) == ["during"]


def test_pain_in_the_other_knee_tells_the_therapist_and_leaves_the_light(plan: CarePlan) -> None:
    log(plan, NOW - DAY, (0, 4, 4), side="L")
    assert not Task.objects.exists()
    log(plan, NOW, (0, 4, 4), side="L")
    assert Task.objects.get().source_key.startswith("other-side-")
    mine = log(plan, NOW + 2 * HOUR, (0, 1, 1), side="R")
    assert judged_entry(mine, now=NOW + 2 * HOUR).light == "PENDING"


def test_pain_in_the_other_knee_counts_days_apart(plan: CarePlan) -> None:
    log(plan, NOW - 5 * DAY, (0, 4, 4), side="L")
    log(plan, NOW, (0, 4, 4), side="L")
    assert Task.objects.get().source_key.startswith("other-side-")
