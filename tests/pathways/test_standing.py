"""A kept picture says what judging the plan again would say, whoever wrote what in between."""

import datetime
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Practitioner, User
from pathways.blocking import block_plan
from pathways.decisions import decide
from pathways.models import CarePlan, DiaryEntry, PlanStanding
from pathways.progress import assess_plan
from pathways.standing import refresh_all, standing_of, standings
from patients.models import EpisodeOfCare, Observation
from tests.pathways.stories import log, make_plan, ready_for_p2
from tests.people import NOW, make_patient

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner)


def running() -> Any:
    return CarePlan.objects.running()


def assert_same(now: datetime.datetime) -> None:
    kept = standings(running(), now=now)
    again = {plan.pk: standing_of(assess_plan(plan, now=now)) for plan in running()}
    assert kept == again


def is_fresh(plan: CarePlan, now: datetime.datetime) -> bool:
    return bool(PlanStanding.objects.fresh(now).filter(plan=plan).exists())


def observe(plan: CarePlan, user: User) -> None:
    Observation.objects.create(
        patient_id=plan.patient_id, episode_id=plan.episode_id, measure_id="nprs_worst_7d", side="R", value=9,
        number=Decimal(9), effective_at=NOW, entered_by=user,
    )  # fmt: skip


WRITES: dict[str, Callable[[CarePlan, User], Any]] = {
    "a diary entry": lambda plan, user: log(plan, 1, (0, 7, 1, 0)),
    "a corrected entry": lambda plan, user: DiaryEntry.objects.filter(plan=plan).update(during=9),
    "a finding": observe,
    "a decision": lambda plan, user: decide(plan, "step_back", reason="x", by=user, now=NOW),
    "a block": lambda plan, user: block_plan(plan, reason="x", by=user, now=NOW),
    "a usual distance": lambda plan, user: CarePlan.objects.filter(pk=plan.pk).update(weekly_km_usual=Decimal(10)),
}


@pytest.mark.parametrize("write", WRITES)
def test_every_write_that_rules_look_at_makes_the_picture_stale(plan: CarePlan, therapist: User, write: str) -> None:
    log(plan, 2, (0, 2, 1, 0))
    assert_same(NOW)
    assert is_fresh(plan, NOW)
    WRITES[write](plan, therapist)
    assert not is_fresh(plan, NOW)
    assert_same(NOW)


def test_a_new_day_and_a_missed_morning_make_it_stale(plan: CarePlan) -> None:
    log(plan, 1, (0, 2, 1, None))
    assert_same(NOW)
    entry = DiaryEntry.objects.get(plan=plan)
    too_late = entry.ended_at + 36 * HOUR
    assert is_fresh(plan, NOW + HOUR)
    assert not is_fresh(plan, too_late)
    assert_same(too_late + HOUR)
    assert not is_fresh(plan, NOW + 24 * HOUR + 37 * HOUR)


def test_a_write_while_it_is_worked_out_leaves_it_stale(plan: CarePlan, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter is read before the facts: what comes in between is not lost."""
    module = "pathways.standing.assess_plans"
    original = standings.__globals__["assess_plans"]

    def judged_then_written(plans: Any, *, now: datetime.datetime) -> Any:
        found = original(plans, now=now)
        log(plan, 1, (0, 7, 1, 0))
        return found

    monkeypatch.setattr(module, judged_then_written)
    standings(running(), now=NOW)
    monkeypatch.undo()
    assert not is_fresh(plan, NOW)
    assert_same(NOW)


def test_kept_pictures_equal_judging_again_over_random_lives(practitioner: Practitioner) -> None:
    chance = random.Random(7)  # noqa: S311 - the same lives each time
    plans = []
    for number in range(6):
        patient = make_patient(f"Nr{number}")
        episode = EpisodeOfCare.objects.create(
            patient=patient, reason="x", started_on=NOW.date(), practitioner=practitioner, status="active"
        )
        plans.append(make_plan(episode, practitioner, phase=chance.choice(["P1", "P2", "P3", "P4"])))
    now = NOW
    for _turn in range(25):
        now += datetime.timedelta(hours=chance.randrange(1, 30))
        plan = chance.choice(plans)
        morning = chance.choice([None, 0, 1, 2])
        if chance.random() < 0.2:
            ready_for_p2(plan, now)
        else:
            log(plan, chance.randrange(1, 4), (chance.randrange(4), chance.randrange(7), 1, morning), now=now)
        assert_same(now)


def test_one_query_when_everything_is_fresh(plan: CarePlan) -> None:
    assert refresh_all(now=NOW) == 1
    assert refresh_all(now=NOW) == 0
    with CaptureQueriesContext(connection) as caught:
        standings(running(), now=NOW)
    assert len(caught) == 1
