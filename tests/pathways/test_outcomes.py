"""Questionnaires of a plan: kept once with their score as an observation, due by the pathway, compared in words."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import DomainError, InvalidInput
from accounts.models import AccessLog, User
from pathways.engine.findings import BOTH
from pathways.engine.outcomes import ChangeLabel
from pathways.exceptions import OutcomeRefused
from pathways.instruments import enter_text, sheets_of
from pathways.models import CarePlan, Instrument, OutcomeResponse
from pathways.outcome_history import LABELS, Line, histories_of
from pathways.outcomes import outcomes_due, record_outcome
from pathways.retests import record_retest
from patients.models import Observation
from tests.people import NOW
from tests.running_plan import STARTED_ON, make_plan, plan, version

__all__ = ["plan", "version"]

DAY = datetime.timedelta(days=1)
NAMED = ("Lopen", "Trap af", "Hurken")
ITEMS = [f"Activity of item {number}" for number in range(1, 21)]
PERMISSION = "Letter of the authors, 3 November 2026"
MOST_QUERIES = 20


def record(plan: CarePlan, key: str, answers: dict[str, Any], **more: Any) -> OutcomeResponse:
    now = more.pop("now", NOW)
    given = {"source": "visit", "client_key": f"{key} {now}", "by": plan.practitioner.user, "now": now, **more}
    return record_outcome(plan, Instrument.objects.get(pk=key), answers, **given)


def activities(*scores: int | None, names: tuple[str, ...] = NAMED) -> dict[str, Any]:
    rows = zip(names, scores, strict=True)
    return {"activities": [{"name": name, "score": score} for name, score in rows]}


def items(value: int, count: int = 20) -> dict[str, int]:
    return {str(number): value for number in range(1, count + 1)}


def values(plan: CarePlan) -> dict[str, Any]:
    return {row.measure_id: row.value for row in Observation.objects.filter(episode=plan.episode)}


def line_of(plan: CarePlan, key: str, *, now: datetime.datetime = NOW) -> Line:
    return next(each for each in histories_of(plan, now=now) if each.definition.key == key).lines[0]


@pytest.fixture
def with_text(plan: CarePlan, owner: User) -> CarePlan:
    """A plan in a practice that typed the items of the LEFS."""
    enter_text("lefs", ITEMS, PERMISSION, "nl", by=owner, now=NOW)
    return plan


def test_pain_is_kept_with_its_side_and_as_an_observation(plan: CarePlan) -> None:
    made = record(plan, "nprs", {"value": 3})
    assert (made.score, made.observation.measure_id, made.observation.side) == (3, "nprs_worst_7d", "R")
    assert (made.observation.value, made.observation.number) == (3, 3)


def test_the_activity_that_the_pathway_asks_is_an_observation_of_its_own(plan: CarePlan) -> None:
    made = record(plan, "psfs", activities(2, 4, 5))
    assert made.score == Decimal("3.67")
    assert values(plan) == {"psfs": 3.67, "psfs_running": 2}


def test_the_same_answers_twice_are_kept_once(plan: CarePlan) -> None:
    first = record(plan, "nprs", {"value": 3}, client_key="tap")
    again = record(plan, "nprs", {"value": 3}, client_key="tap")
    assert again.pk == first.pk
    assert (OutcomeResponse.objects.count(), Observation.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("key", "answers", "at"),
    [
        ("nprs", {"value": 11}, "value"),
        ("nprs", {}, ""),
        ("tegner", {"total": 11}, "total"),
        ("psfs", activities(11, 2, 3), "0"),
    ],
)
def test_what_cannot_be_taken_leaves_nothing_behind(plan: CarePlan, key: str, answers: dict[str, Any], at: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        record(plan, key, answers)
    assert at in refused.value.errors
    assert not OutcomeResponse.objects.exists()
    assert not Observation.objects.exists()


def test_later_scores_average_the_same_activities_and_keep_the_new_ones(plan: CarePlan) -> None:
    record(plan, "psfs", activities(2, 4, 5), now=NOW - DAY)
    made = record(plan, "psfs", activities(8, 9, 10, 0, names=(*NAMED, "Fietsen")))
    assert made.score == 9
    assert made.answers["activities"][3] == {"name": "Fietsen", "score": 0}


def test_without_one_of_the_same_activities_there_is_no_score(plan: CarePlan) -> None:
    record(plan, "psfs", activities(2, 4, 5), now=NOW - DAY)
    made = record(plan, "psfs", activities(8, 9, None))
    assert (made.score, made.observation) == (None, None)
    assert Observation.objects.filter(measure="psfs").count() == 1


def test_a_lefs_of_19_answers_is_incomplete_and_no_observation(with_text: CarePlan) -> None:
    made = record(with_text, "lefs", items(4, count=19))
    assert (made.score, made.observation) == (None, None)
    assert not Observation.objects.exists()
    row = line_of(with_text, "lefs").values[0]
    assert row.score is None
    assert "19" in row.detail


def test_a_lefs_of_20_answers_counts_with_its_share(with_text: CarePlan) -> None:
    made = record(with_text, "lefs", items(3))
    assert (made.score, made.observation.value, made.text.items) == (60, 60, ITEMS)
    assert line_of(with_text, "lefs").values[0].percent == 75


def test_without_a_text_only_a_total_is_taken(plan: CarePlan) -> None:
    with pytest.raises(OutcomeRefused):
        record(plan, "lefs", items(3))
    made = record(plan, "lefs", {"total": 63})
    assert (made.score, made.text, made.observation.value) == (63, None, 63)


def test_change_is_not_asked_at_the_start(plan: CarePlan) -> None:
    start = datetime.datetime.combine(STARTED_ON, datetime.time(10), NOW.tzinfo)
    with pytest.raises(OutcomeRefused):
        record(plan, "groc", {"value": 2}, now=start)
    assert record(plan, "groc", {"value": 2}).score == 2


def test_a_patient_types_no_total(plan: CarePlan) -> None:
    with pytest.raises(OutcomeRefused):
        record(plan, "lefs", {"total": 63}, source="portal")


def test_every_time_the_same_words(with_text: CarePlan, owner: User) -> None:
    record(with_text, "lefs", items(2), now=NOW - DAY)
    enter_text("lefs", [*ITEMS[:-1], "Corrected"], PERMISSION, "nl", by=owner, now=NOW)
    assert record(with_text, "lefs", items(3)).text.version == 1
    assert sheets_of(with_text, keys=["lefs"])["lefs"].text.version == 1


def due(plan: CarePlan, week: int = 4) -> set[str]:
    now = datetime.datetime.combine(STARTED_ON, datetime.time(10), NOW.tzinfo) + datetime.timedelta(weeks=week)
    return {each.definition.key for each in outcomes_due(plan, now=now)}


def test_what_the_pathway_asks_is_due_until_it_is_answered(plan: CarePlan) -> None:
    assert due(plan) == {"psfs", "lefs", "groc", "tegner"}
    record(plan, "psfs", activities(2, 4, 5))
    record(plan, "groc", {"value": 1})
    assert due(plan) == {"lefs", "tegner"}


def test_change_is_not_due_before_its_week(plan: CarePlan) -> None:
    assert "groc" not in due(plan, week=3)


def test_a_value_typed_at_a_retest_answers_it_too(plan: CarePlan) -> None:
    record_retest(plan, {"lefs": 60}, by=plan.practitioner.user, now=NOW)
    assert "lefs" not in due(plan)
    assert "lefs" in due(plan, week=6)


def test_a_plan_on_hold_asks_nothing(plan: CarePlan) -> None:
    plan.status, plan.hold_reason = "on-hold", "paused"
    assert due(plan) == set()


@pytest.mark.parametrize(
    ("first", "latest", "label"),
    [
        (60, 69, ChangeLabel.IMPROVED),
        (60, 68, ChangeLabel.NO_IMPORTANT_CHANGE),
        (60, 51, ChangeLabel.WORSE),
    ],
)
def test_a_change_is_said_in_words_across_retests_and_questionnaires(
    plan: CarePlan, first: int, latest: int, label: ChangeLabel
) -> None:
    record_retest(plan, {"lefs": first}, by=plan.practitioner.user, now=NOW - 7 * DAY)
    record(plan, "lefs", {"total": latest})
    line = line_of(plan, "lefs")
    assert line.change.label is label
    assert line.word["label"] == LABELS[label][0]
    assert line.edges == (51, 69)


def test_less_pain_is_better(plan: CarePlan) -> None:
    record(plan, "nprs", {"value": 6}, now=NOW - DAY)
    record(plan, "nprs", {"value": 4})
    assert line_of(plan, "nprs").change.label is ChangeLabel.IMPROVED


def test_one_value_is_no_change(plan: CarePlan) -> None:
    record(plan, "nprs", {"value": 6})
    assert not line_of(plan, "nprs").can_compare


@pytest.fixture
def visit(client_of: Callable[[User], Client], therapist: User, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return client_of(therapist)


def url(plan: CarePlan, key: str = "") -> str:
    return reverse("pathways:outcome", args=[plan.pk, key]) if key else reverse("pathways:outcomes", args=[plan.pk])


def test_the_therapist_fills_one_in_at_the_visit(visit: Client, plan: CarePlan) -> None:
    assert visit.get(url(plan, "nprs")).status_code == 200
    answer = visit.post(url(plan, "nprs"), {"client_key": "tap", "value": "4"})
    assert (answer.status_code, answer.url) == (302, url(plan))
    assert OutcomeResponse.objects.get().score == 4
    assert AccessLog.objects.filter(patient_id=plan.patient_id).exists()


def lefs_post(plan: CarePlan, count: int, **more: str) -> dict[str, Any]:
    text = sheets_of(plan, keys=["lefs"])["lefs"].text
    return {"client_key": "tap", "text": str(text.pk), **items(3, count=count), **more}


def test_what_was_typed_stays_with_the_sentence_beside_it(visit: Client, with_text: CarePlan) -> None:
    answer = visit.post(url(with_text, "lefs"), lefs_post(with_text, 19))
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == ["20"]
    assert form["19"].value() == "3"
    assert not OutcomeResponse.objects.exists()


def test_open_items_can_be_left_open_on_purpose(visit: Client, with_text: CarePlan) -> None:
    assert visit.post(url(with_text, "lefs"), lefs_post(with_text, 19, leave_open="on")).status_code == 302
    assert OutcomeResponse.objects.get().score is None
    assert "19" in visit.get(url(with_text)).content.decode()


def test_without_a_text_the_page_asks_the_total_and_says_why(visit: Client, plan: CarePlan) -> None:
    shown = visit.get(url(plan, "lefs"))
    assert shown.context["form"].total_only
    assert visit.post(url(plan, "lefs"), {"client_key": "tap", "total": "81"}).status_code == 422
    assert visit.post(url(plan, "lefs"), {"client_key": "tap", "total": "63"}).status_code == 302
    assert values(plan) == {"lefs": 63}


def test_the_history_shows_the_band_and_the_table(visit: Client, plan: CarePlan) -> None:
    record(plan, "nprs", {"value": 6}, now=NOW - DAY)
    record(plan, "nprs", {"value": 3})
    shown = visit.get(url(plan)).content.decode()
    assert '<rect class="chart-band"' in shown
    assert "<table" in shown


def test_a_questionnaire_that_is_not_there_is_404(visit: Client, plan: CarePlan) -> None:
    assert visit.get(url(plan, "unknown")).status_code == 404


@pytest.mark.parametrize("role", ["receptionist", "owner", "patient_user", "stranger"])
@pytest.mark.parametrize("key", ["", "nprs"])
def test_others_may_not(
    role: str, key: str, plan: CarePlan, client_of: Callable[[User], Client], request: pytest.FixtureRequest
) -> None:
    if role == "stranger":
        assert Client().get(url(plan, key)).status_code == 302
        return
    assert client_of(request.getfixturevalue(role)).get(url(plan, key)).status_code in {403, 404}


def test_twice_the_answers_cost_the_same(visit: Client, plan: CarePlan) -> None:
    counts = []
    for first, last in ((1, 4), (4, 10)):
        for number in range(first, last):
            now = NOW - number * DAY
            record(plan, "nprs", {"value": 3}, now=now)
            record(plan, "psfs", activities(2, 4, 5), now=now)
        visit.get(url(plan))
        with CaptureQueriesContext(connection) as queries:
            assert visit.get(url(plan)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST_QUERIES


def test_both_sides_are_asked_apart(
    episode: Any,
    practitioner: Any,
    version: Any,  # noqa: F811 the fixture
) -> None:
    both = make_plan(episode, practitioner, version, side=BOTH)
    made = record(both, "nprs", {"value.L": 2, "value.R": 5})
    assert made.score == 5
    assert {(row.side, row.value) for row in Observation.objects.all()} == {("L", 2), ("R", 5)}


def test_a_refusal_is_one_of_the_house() -> None:
    assert issubclass(OutcomeRefused, DomainError)
