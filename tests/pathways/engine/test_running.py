from datetime import UTC, datetime

import pytest

from pathways.engine.derived import deficit_percent, load_change, percentage_target, step_length
from pathways.engine.lights import judge
from pathways.engine.running import (
    current_step,
    exceeds,
    long_run_max_km,
    next_max_km,
    next_run_max_km,
    replay_steps,
)

from .conftest import TODAY, ago, run_on

LATER = datetime(2026, 12, 24, tzinfo=UTC)
GREEN, AMBER, RED = (0, 1, 1, 0), (0, 4, 1, 0), (0, 6, 1, 0)


def judged(itbs, *sessions):
    return judge([run_on(ago(days), pains, **more) for days, pains, more in sessions], now=LATER, rules=itbs.lights)


def week(itbs, weekly, *, phase="P4", usual=300, plan_week=3):
    load, volume = itbs.phase(phase).load, itbs.running.volume
    return next_max_km(weekly, usual=usual, load=load, plan_week=plan_week, volume=volume)


@pytest.mark.parametrize(
    ("weekly", "km"),
    [
        ((6, 6), 7.8),
        ((18, 20), 22.0),
        ((40, 44), 48.4),
        ((10, 30), 26.0),
        ((12, 14), 16.0),
        ((10, 0), None),
        ((10,), None),
    ],
)
def test_week_limit(itbs, weekly, km):
    assert week(itbs, weekly) == km


def test_every_fourth_week_is_easy(itbs):
    assert week(itbs, (10, 10, 10)) == 8.0
    assert week(itbs, (10, 10)) == 12.0
    assert week(itbs, (10, 10, 10, 8)) == 10.0
    assert week(itbs, (10,) * 7) == 8.0


def test_not_above_usual_before_the_last_phase(itbs):
    assert week(itbs, (18, 20), usual=21) == 21.0
    assert week(itbs, (18, 20), usual=21, phase="P5") == 22.0


@pytest.mark.parametrize(("plan_week", "km"), [(1, 16.0), (2, 22.4), (9, 22.4)])
def test_first_phases_take_a_share_of_usual(itbs, plan_week, km):
    assert week(itbs, (), phase="P1", usual=32, plan_week=plan_week) == km
    assert week(itbs, (), phase="P2", usual=None, plan_week=plan_week) is None


def test_single_run_and_long_run(itbs):
    volume = itbs.running.volume
    assert next_run_max_km(6.5, all_done=True, volume=volume) == 7.2
    assert next_run_max_km(6.5, all_done=False, volume=volume) is None
    assert next_run_max_km(None, all_done=True, volume=volume) is None
    assert long_run_max_km(16.0, volume) == 5.6
    assert not exceeds(11, 10, volume)
    assert exceeds(11.1, 10, volume)


@pytest.mark.parametrize(
    ("done", "phase", "sessions", "step"),
    [
        (4, "P4", [(1, GREEN, {})], "S5"),
        (4, "P3", [(1, GREEN, {})], "S4"),
        (4, "P4", [], "S5"),
        (4, "P4", [(1, RED, {})], "S4"),
        (4, "P4", [(1, AMBER, {})], "S5"),
        (4, "P3", [(1, RED, {})], "S3"),
        (4, "P4", [(3, RED, {}), (1, GREEN, {})], "S5"),
        (4, "P4", [(3, RED, {}), (1, GREEN, {"painkiller_24h": True})], "S4"),
        (4, "P4", [(6, GREEN, {})], "S5"),
        (4, "P4", [(7, GREEN, {})], "S4"),
        (4, "P4", [(13, GREEN, {})], "S4"),
        (4, "P4", [(14, GREEN, {})], "S3"),
        (0, "P3", [(20, GREEN, {})], "S1"),
        (0, "P3", [(1, RED, {})], "S1"),
        (8, "P4", [(1, GREEN, {})], "S8"),
        (8, "P4", [(1, RED, {})], "S7"),
        (8, "P5", [(8, GREEN, {})], "S7"),
    ],
)
def test_current_step(itbs, done, phase, sessions, step):
    runs = judged(itbs, *sessions)
    found = current_step(
        itbs, rtr_step_done=done, runs=runs, phase=phase, as_of=TODAY, longest_run_30d=5, weekly_km=[9, 9]
    )
    assert found == step


@pytest.mark.parametrize(
    ("longest", "weekly", "step"), [(None, [9, 9], "S6"), (5, [9, 0], "S6"), (5, [0, 9], "S8"), (5, [], "S8")]
)
def test_restart_after_the_last_step(itbs, longest, weekly, step):
    given = {"runs": [], "phase": "P5", "as_of": TODAY, "longest_run_30d": longest, "weekly_km": weekly}
    assert current_step(itbs, rtr_step_done=8, **given) == step
    assert current_step(itbs, rtr_step_done=5, **given) == "S6"
    assert current_step(itbs, rtr_step_done=3, **given) == "S4"


@pytest.mark.parametrize(
    ("course", "sessions", "current", "done"),
    [
        ("acute", [], "S3", 2),
        ("acute", [(5, GREEN, {})], "S4", 3),
        ("long_standing", [(5, GREEN, {})], "S3", 2),
        ("long_standing", [(5, GREEN, {}), (3, GREEN, {})], "S4", 3),
        ("long_standing", [(5, GREEN, {}), (3, AMBER, {}), (1, GREEN, {})], "S3", 2),
        ("acute", [(5, AMBER, {})], "S3", 2),
        ("acute", [(5, RED, {})], "S2", 1),
        ("acute", [(5, GREEN, {"painkiller_24h": True})], "S3", 2),
        ("acute", [(5, (0, 1, 1, None), {})], "S3", 2),
        ("acute", [(5, GREEN, {"step": "S6"})], "S7", 6),
        ("acute", [(5, GREEN, {"step": "S1"})], "S3", 2),
        ("acute", [(5, GREEN, {"step": "S8"})], "S8", 8),
        ("acute", [(5, GREEN, {"step": "S8"}), (3, RED, {})], "S7", 8),
        ("acute", [(20, GREEN, {}), (12, GREEN, {})], "S4", 3),
        ("acute", [(5, RED, {}), (4, RED, {}), (3, RED, {})], "S1", 0),
        ("acute", [(5, GREEN, {"side": "L"}), (5, RED, {"side": "R"})], "S2", 1),
    ],
)
def test_replay(itbs, course, sessions, current, done):
    found = replay_steps(itbs.running, judged(itbs, *sessions), start="S3", course=course)
    assert (found.current, found.done) == (current, done)


def test_replay_waits_at_the_cap_and_sees_the_gap_until_today(itbs):
    runs = judged(itbs, (9, GREEN, {}), (8, GREEN, {}))
    capped = replay_steps(itbs.running, runs, start="S4", course="acute", cap="S4")
    assert (capped.current, capped.done) == ("S4", 4)
    late = replay_steps(itbs.running, runs, start="S4", course="acute", as_of=TODAY)
    assert late.current == "S5"


@pytest.mark.parametrize(
    ("base", "low", "high"),
    [(164, 172, 180), (150, 158, 165), (170, 179, 187), (179, 188, 197), (180, None, None), (None, None, None)],
)
def test_cadence(base, low, high):
    assert percentage_target(base, 105, none_from=180, cap=200) == low
    assert percentage_target(base, 110, none_from=180, cap=200) == high
    assert percentage_target(190, 110, cap=200) == 200


def test_computed_values():
    assert float(deficit_percent(118, 152)) == 22.4
    assert float(deficit_percent(166, 200)) == 17.0
    assert float(deficit_percent(110, 100)) == -10.0
    assert deficit_percent(5, 0) is None
    assert float(load_change((20, 20, 20, 40), 20)) == 166.7
    assert load_change((20, 20, 20, 20), 10) is None
    assert float(step_length(10.8, 180)) == 1.0


def test_a_setback_starts_the_count_of_greens_again(itbs):
    runs = judged(itbs, (9, GREEN, {}), (7, RED, {}), (5, GREEN, {}), (3, GREEN, {}), (1, GREEN, {}))
    found = replay_steps(itbs.running, runs, start="S3", course="long_standing")
    assert (found.current, found.done) == ("S3", 2)
