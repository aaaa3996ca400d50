from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.engine.lights import Entry, Light, WeekLight, day_lights, judge, may_run, other_side_alert, week_light

from .conftest import TODAY, ago, run_on

LATER = datetime(2026, 12, 24, tzinfo=UTC)
SEVERITY = {Light.GREEN: 0, Light.PENDING: 0, Light.UNRESOLVED: 0, Light.AMBER: 1, Light.RED: 2}
pain = st.one_of(st.none(), st.integers(0, 10))


def one(itbs, entry, now=LATER):
    return judge([entry], now=now, rules=itbs.lights)[0]


@pytest.mark.parametrize(
    ("pains", "light"),
    [
        ((0, 3, 3, 0), "GREEN"),
        ((2, 2, 1, 1), "GREEN"),
        ((1, 3, 2, 2), "AMBER"),
        ((0, 4, 1, 0), "AMBER"),
        ((0, 2, 2, 2), "RED"),
        ((1, 6, 2, 1), "RED"),
        ((0, 3, 3, None), "UNRESOLVED"),
        ((4, 3, 3, 3), "AMBER"),
        ((0, 0, 0, 1), "AMBER"),
        ((0, 5, 5, 0), "AMBER"),
        ((3, 3, 3, 3), "GREEN"),
        ((0, 4, 1, 2), "RED"),
        ((None, 1, 1, 0), "UNRESOLVED"),
        ((0, None, 1, 0), "UNRESOLVED"),
        ((0, 1, None, 0), "UNRESOLVED"),
        ((None, 6, 1, 0), "RED"),
        ((0, 0, 0, 0), "GREEN"),
    ],
)
def test_vectors(itbs, pains, light):
    assert one(itbs, run_on(TODAY, pains)).light == light


@pytest.mark.parametrize(("flag", "light"), [("limp", "RED"), ("rf_any", "RED"), ("aborted", "AMBER")])
def test_flags(itbs, flag, light):
    assert one(itbs, run_on(TODAY, (0, 0, 0, 0), **{flag: True})).light == light


def test_c06(itbs):
    found = one(itbs, run_on(TODAY, (1, 3, 2, 2)))
    assert (found.peak, found.rise, found.light) == (3, 1, Light.AMBER)


def test_pending_until_36_hours(itbs):
    entry = run_on(TODAY, (0, 3, 3, None))
    edge = entry.end + timedelta(hours=36)
    assert one(itbs, entry, edge).light is Light.PENDING
    assert one(itbs, entry, edge + timedelta(seconds=1)).light is Light.UNRESOLVED
    assert one(itbs, run_on(TODAY, (0, 4, 3, None)), edge).light is Light.AMBER


def test_a_painkiller_masks_green_only(itbs):
    assert one(itbs, run_on(TODAY, (0, 1, 1, 0), painkiller_24h=True)).masked
    assert not one(itbs, run_on(TODAY, (0, 4, 1, 0), painkiller_24h=True)).masked
    assert one(itbs, run_on(TODAY, (0, 1, 1, 0), painkiller_24h=True)).light is Light.GREEN


@pytest.mark.parametrize(("hours", "light"), [(11.9, "UNRESOLVED"), (12, "GREEN"), (36, "GREEN"), (36.1, "UNRESOLVED")])
def test_next_from_the_pre_of_a_later_session(itbs, hours, light):
    first = run_on(TODAY, (0, 3, 3, None))
    start = first.end + timedelta(hours=hours)
    second = Entry(start, start, side="R", pre=0)
    found = judge([first, second], now=LATER, rules=itbs.lights)[0]
    assert found.light == light
    assert found.next_derived == (light == "GREEN")


def test_a_typed_next_wins_and_the_other_knee_says_nothing(itbs):
    first = run_on(TODAY, (0, 3, 3, 0))
    start = first.end + timedelta(hours=24)
    found = judge([first, Entry(start, start, side="R", pre=5)], now=LATER, rules=itbs.lights)[0]
    assert (found.next, found.next_derived, found.light) == (0, False, Light.GREEN)
    other = judge([replace(first, next=None), Entry(start, start, side="L", pre=5)], now=LATER, rules=itbs.lights)[0]
    assert other.light is Light.UNRESOLVED


def test_sessions_close_together_share_one_answer(itbs):
    morning, evening = run_on(TODAY, (0, 2, 2, None), hour=8), run_on(TODAY, (3, 2, 2, 2), hour=18)
    found = judge([evening, morning], now=LATER, rules=itbs.lights)
    assert [each.next for each in found] == [2, 2]
    assert [each.light for each in found] == [Light.GREEN, Light.RED]
    assert found[1].entry is morning


def test_days_are_brussels_days(itbs):
    late = Entry(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), datetime(2026, 11, 23, 0, 0, tzinfo=UTC), side="R")
    assert list(day_lights(judge([late], now=LATER, rules=itbs.lights))) == [date(2026, 11, 23)]


def test_hours_are_counted_in_utc_over_the_clock_change(itbs):
    brussels = ZoneInfo("Europe/Brussels")
    end = datetime(2026, 10, 24, 20, tzinfo=brussels)
    entry = Entry(end - timedelta(hours=1), end, side="R", pre=0, during=1, after=1)
    wall = datetime(2026, 10, 26, 8, tzinfo=brussels)
    assert one(itbs, entry, wall).light is Light.UNRESOLVED
    assert one(itbs, entry, wall - timedelta(hours=1)).light is Light.PENDING


def test_a_day_has_its_worst_colour_and_no_entry_no_colour(itbs):
    day = [run_on(TODAY, (0, 1, 1, 0), hour=6), run_on(TODAY, (0, 1, 1, None), hour=20, side="L")]
    judged = judge(day, now=LATER, rules=itbs.lights)
    assert day_lights(judged) == {TODAY: Light.UNRESOLVED}
    assert day_lights([]) == {}
    assert list(Light) == ["RED", "AMBER", "UNRESOLVED", "PENDING", "GREEN"]


@pytest.mark.parametrize(
    ("pains", "week"),
    [
        ([(0, 6, 0, 0)], WeekLight.RED),
        ([(0, 4, 0, 0)] * 2, WeekLight.AMBER),
        ([(0, 4, 0, 0), (0, 1, 0, 0), (0, 1, 0, 0)], WeekLight.NEUTRAL),
        ([(0, 1, 0, 0)] * 2, WeekLight.GREEN),
        ([(0, 1, 0, 0)], WeekLight.NEUTRAL),
        ([], WeekLight.NEUTRAL),
    ],
)
def test_week(itbs, pains, week):
    monday = date(2026, 11, 16)
    entries = [run_on(monday + timedelta(days=2 * i), each) for i, each in enumerate(pains)]
    entries.append(run_on(monday - timedelta(days=1), (0, 9, 9, 9), side="L"))
    assert week_light(judge(entries, now=LATER, rules=itbs.lights), monday, itbs.lights) is week


def test_before_a_run(itbs):
    assert may_run(3, itbs.lights)
    assert not may_run(4, itbs.lights)
    assert not may_run(None, itbs.lights)


@pytest.mark.parametrize(("now_pain", "light"), [(3, "AMBER"), (2, "GREEN"), (4, "AMBER")])
def test_rest_day_against_the_median(itbs, now_pain, light):
    entries = [run_on(ago(day), (0, 1, 1, 0)) for day in (2, 4, 6)]
    rest = run_on(TODAY, (None, now_pain, None, None), kind="rest")
    assert judge([*entries, rest], now=LATER, rules=itbs.lights)[-1].light == light
    alone = judge([rest], now=LATER, rules=itbs.lights)[0].light
    assert alone is (Light.AMBER if now_pain >= 4 else Light.GREEN)


def test_other_side(itbs):
    sore = [run_on(ago(day), (0, 4, 0, 0), side="L") for day in (1, 2)]
    assert other_side_alert(sore, "R", itbs.lights)
    assert not other_side_alert(sore[:1], "R", itbs.lights)
    assert not other_side_alert(sore, "L", itbs.lights)


@given(st.tuples(pain, pain, pain), st.integers(0, 10), st.sampled_from(["limp", "aborted", "rf_any", None]))
def test_a_light_never_improves_when_next_arrives(itbs, pains, answer, flag):
    before = run_on(TODAY, (*pains, None), **({flag: True} if flag else {}))
    waiting, answered = one(itbs, before), one(itbs, replace(before, next=answer))
    assert SEVERITY[answered.light] >= SEVERITY[waiting.light]


@given(pain, pain, pain, pain)
def test_green_means_all_four_known_and_calm(itbs, pre, during, after, later):
    light = one(itbs, run_on(TODAY, (pre, during, after, later))).light
    calm = None not in (pre, during, after, later) and max(during, after) <= 3 and later <= pre <= 3
    assert (light is Light.GREEN) == calm


@pytest.mark.parametrize(("hours", "light"), [(11.9, "GREEN"), (12, "UNRESOLVED")])
def test_close_together_means_less_than_12_hours(itbs, hours, light):
    first = run_on(TODAY, (2, 2, 2, None))
    start = first.end + timedelta(hours=hours)
    second = Entry(start, start, side="R", during=1, after=1, next=2)
    assert judge([first, second], now=LATER, rules=itbs.lights)[0].light == light
