"""Questionnaires at the visit, where they are tricky: activities, words that changed meanwhile, the start of a plan."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from pathways.instruments import enter_text
from pathways.models import CarePlan, OutcomeResponse, PathwayVersion
from pathways.outcome_history import histories_of
from pathways.outcomes import outcomes_due, record_outcome
from pathways.retests import record_retest
from patients.models import Observation
from tests.people import NOW
from tests.running_plan import plan, version

__all__ = ["plan", "version"]
DAY = datetime.timedelta(days=1)
ITEMS = [f"Own test item {number}" for number in range(1, 21)]
PERMISSION = "Letter of the author of 3 November 2026, in the safe."


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def desk(client_of: Callable[[User], Client], therapist: User) -> Client:
    return client_of(therapist)


def address(plan: CarePlan, key: str) -> str:
    return reverse("pathways:outcome", args=[plan.pk, key])


def lefs(count: int = 20) -> dict[str, str]:
    return {str(number): "3" for number in range(1, count + 1)}


def test_activities_are_named_once_and_asked_again(desk: Client, plan: CarePlan) -> None:
    form = desk.get(address(plan, "psfs")).context["form"]
    (running,) = [name for name in form.names if name.startswith("known-")]
    assert form.names[running] == "Lopen"
    first = {"client_key": "k", running: "3", "new-0": "Trap", "new-0-score": "5", "new-1": "Hurken"}
    lacks_number = desk.post(address(plan, "psfs"), first)
    assert lacks_number.status_code == 422
    assert "new-1-score" in lacks_number.context["form"].errors
    lacks_name = desk.post(address(plan, "psfs"), {**first, "new-1": "", "new-1-score": "4"})
    assert "new-1" in lacks_name.context["form"].errors
    few = desk.post(address(plan, "psfs"), {"client_key": "k", running: "3", "new-0": "Trap", "new-0-score": "5"})
    assert few.status_code == 422
    assert desk.post(address(plan, "psfs"), {**first, "new-1-score": "4"}).status_code == 302
    assert OutcomeResponse.objects.get().score == 4
    again = desk.get(address(plan, "psfs")).context["form"]
    assert [name for name in again.names.values() if name] == ["Lopen", "Trap", "Hurken"]
    twice = {"client_key": "l", **dict.fromkeys(again.names, "6"), "new-0": "trap", "new-0-score": "2"}
    assert "new-0-score" in desk.post(address(plan, "psfs"), twice).context["form"].errors
    assert desk.post(address(plan, "psfs"), {**twice, "new-0": "Fietsen"}).status_code == 302
    assert OutcomeResponse.objects.first().score == 6
    assert Observation.objects.filter(measure="psfs_running").count() == 2


def test_words_that_changed_meanwhile_are_read_first(desk: Client, plan: CarePlan, owner: User) -> None:
    text = enter_text("lefs", ITEMS, PERMISSION, by=owner, now=NOW)
    enter_text("lefs", ["Changed", *ITEMS[1:]], PERMISSION, by=owner, now=NOW)
    answer = desk.post(address(plan, "lefs"), {"client_key": "k", "text": str(text.pk), **lefs()})
    assert answer.status_code == 422
    assert "Changed" in answer.content.decode()
    assert not OutcomeResponse.objects.exists()


def test_the_change_has_no_form_at_the_start(desk: Client, plan: CarePlan) -> None:
    CarePlan.objects.filter(pk=plan.pk).update(started_on=NOW.date())
    page = desk.get(address(plan, "groc"))
    assert page.status_code == 200
    assert 'name="value"' not in page.content.decode()
    assert desk.post(address(plan, "groc"), {"client_key": "k", "value": "3"}).status_code == 422


@pytest.mark.parametrize("typed", ["", "81", "-1", "x", "63,5"])
def test_a_total_is_a_whole_number_of_the_scale(desk: Client, plan: CarePlan, typed: str) -> None:
    answer = desk.post(address(plan, "lefs"), {"client_key": "k", "total": typed})
    assert answer.status_code == 422
    assert "total" in answer.context["form"].errors
    assert f'value="{typed}"' in answer.content.decode() or not typed


def test_an_answer_a_few_days_early_counts_and_pauses_move_the_weeks(plan: CarePlan, therapist: User) -> None:
    def due(on: datetime.datetime) -> set[str]:
        return {each.definition.key for each in outcomes_due(plan, now=on)}

    assert "groc" in due(NOW)
    assert "groc" not in due(NOW - DAY)
    record_outcome(plan, "groc", {"value": 1}, source="visit", client_key="a", by=therapist, now=NOW - 3 * DAY)
    assert "groc" not in due(NOW)
    plan.pauses.create(
        started_on=NOW.date() - 14 * DAY,
        ended_on=NOW.date() - 7 * DAY,
        reason_code="illness",
        reason="",
        made_by=therapist,
    )
    assert "groc" not in due(NOW + 6 * DAY)
    assert "groc" in due(NOW + 7 * DAY)


def test_a_mean_without_names_asks_for_the_names(plan: CarePlan, therapist: User, version: PathwayVersion) -> None:
    visits = {**version.document["visits"], "remeasure": [{"measures": ["psfs"], "weeks": [8]}]}
    document = {**version.document, "visits": visits}
    draft = PathwayVersion(
        pathway=version.pathway, number=99, document=document, measures=version.measures, exercises=version.exercises,
        references=version.references, checksum="changed for this test",
    )  # fmt: skip
    plan.pathway_version = draft
    record_retest(CarePlan.objects.get(pk=plan.pk), {"psfs": 5}, by=therapist, now=NOW)
    (due,) = outcomes_due(plan, now=NOW)
    assert (due.definition.key, due.week) == ("psfs", 0)


def test_an_incomplete_answer_leaves_no_gap_in_the_curve(plan: CarePlan, owner: User, therapist: User) -> None:
    enter_text("lefs", ITEMS, PERMISSION, by=owner, now=NOW - 20 * DAY)
    for days, count in ((14, 20), (7, 5), (1, 20)):
        answers = {str(number): 3 for number in range(1, count + 1)}
        moment = NOW - days * DAY
        record_outcome(plan, "lefs", answers, source="visit", client_key=str(days), by=therapist, now=moment)
    (line,) = next(each.lines for each in histories_of(plan, now=NOW) if each.definition.key == "lefs")
    assert [row.score is None for row in line.values] == [False, True, False]
    assert len(line.series[0]["points"]) == 2
    assert line.has_course
