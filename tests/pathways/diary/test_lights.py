"""The traffic light of section 7, through the functions that pages and the API call."""

import datetime

import pytest

from pathways.diary import answer_next, judged_entry
from pathways.models import CarePlan
from tests.people import NOW
from tests.running_plan import log

HOUR = datetime.timedelta(hours=1)
VECTORS = [
    ((0, 3, 3, 0), False, "GREEN"),
    ((2, 2, 1, 1), False, "GREEN"),
    ((1, 3, 2, 2), False, "AMBER"),
    ((0, 4, 1, 0), False, "AMBER"),
    ((0, 2, 2, 2), False, "RED"),
    ((1, 6, 2, 1), False, "RED"),
    ((4, 3, 3, 3), False, "AMBER"),
    ((0, 0, 0, 0), True, "RED"),
]


@pytest.mark.parametrize(("pains", "limp", "light"), VECTORS)
def test_vectors_of_the_rule(plan: CarePlan, pains: tuple[int, ...], limp: bool, light: str) -> None:
    entry = log(plan, NOW - 20 * HOUR, pains[:3], limp=limp)
    answer_next(entry, pains[3], by=plan.patient.user, now=NOW)
    entry.refresh_from_db()
    assert entry.next_given_at == NOW
    assert judged_entry(entry, now=NOW).light == light


def test_without_an_answer_pending_becomes_unresolved_and_never_green(plan: CarePlan) -> None:
    entry = log(plan, NOW, (0, 3, 3))
    assert judged_entry(entry, now=NOW).light == "PENDING"
    assert judged_entry(entry, now=NOW + 36 * HOUR).light == "PENDING"
    assert judged_entry(entry, now=NOW + 36 * HOUR + datetime.timedelta(minutes=1)).light == "UNRESOLVED"


def test_amber_by_its_peak_may_become_red_and_never_better(plan: CarePlan) -> None:
    entry = log(plan, NOW, (0, 4, 1))
    assert judged_entry(entry, now=NOW).light == "AMBER"
    answer_next(entry, 2, by=plan.patient.user, now=NOW + 14 * HOUR)
    entry.refresh_from_db()
    assert judged_entry(entry, now=NOW + 14 * HOUR).light == "RED"


def test_a_painkiller_masks_green(plan: CarePlan) -> None:
    entry = log(plan, NOW - 20 * HOUR, (0, 1, 1), painkiller_24h=True)
    answer_next(entry, 0, by=plan.patient.user, now=NOW)
    entry.refresh_from_db()
    judged = judged_entry(entry, now=NOW)
    assert (judged.light, judged.masked) == ("GREEN", True)


def test_a_sore_day_of_rest_is_amber(plan: CarePlan) -> None:
    sore = log(plan, NOW, (4,), kind="rest", started_at=NOW)
    assert judged_entry(sore, now=NOW).light == "AMBER"


def test_hours_are_counted_in_utc_over_the_clock_change(plan: CarePlan) -> None:
    ended = datetime.datetime(2026, 10, 24, 20, 0, tzinfo=NOW.tzinfo)
    entry = log(plan, ended, (0, 1, 1))
    edge = ended.astimezone(datetime.UTC) + 36 * HOUR
    assert judged_entry(entry, now=edge).light == "PENDING"
    assert judged_entry(entry, now=edge + datetime.timedelta(seconds=1)).light == "UNRESOLVED"
