"""The small charts: where things are drawn, what they say in words, and what they do without values."""

import datetime
from typing import Any

import pytest
from django.template import Context, Template

from fysicure.charts import MARK_ROWS, MARK_STRIP, PHASE_STRIP, TOP, Timeline, line_chart, nice_ticks

START = datetime.date(2026, 9, 7)


def day(number: int) -> datetime.date:
    return START + datetime.timedelta(days=number)


def series(*values: float | None, label: str = "pain") -> dict[str, Any]:
    return {"label": label, "points": [(day(7 * index), value) for index, value in enumerate(values)]}


def timeline(**more: Any) -> dict[str, Any]:
    phases = [
        {"key": "A1", "title": "Rest", "start": day(0), "end": day(14)},
        {"key": "A2", "title": "Load", "start": day(14), "end": day(15)},
        {"key": "A3", "title": "Run", "start": day(15), "end": None},
    ]
    marks = [{"number": 1, "when": day(14), "label": "next"}, {"number": 2, "when": day(15), "label": "back"}]
    return {"start": day(0), "end": day(42), "phases": phases, "marks": marks, **more}


def drawn(**more: Any) -> str:
    tag = "{% load fysicure %}{% line_chart given title='Pain' timeline=timeline band=band empty=empty %}"
    return Template(tag).render(Context({"given": [], "timeline": None, "band": None, "empty": "", **more}))


@pytest.mark.parametrize(("low", "high"), [(0, 10), (3, 3), (0.2, 0.9), (-4, 812)])
def test_ticks_are_round_and_span_the_values(low: float, high: float) -> None:
    ticks = nice_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert len({round(after - before, 6) for before, after in zip(ticks, ticks[1:], strict=False)}) == 1


def test_higher_values_stand_higher_and_later_ones_to_the_right() -> None:
    chart = line_chart([series(2, 8)], minimum=0, maximum=10)
    assert chart is not None
    first, last = chart.lines[0].dots
    assert first.x < last.x
    assert first.y > last.y
    assert chart.left < first.x
    assert last.x < chart.right
    assert chart.top <= last.y <= chart.bottom


def test_no_values_make_no_chart() -> None:
    assert line_chart([series(None, None)]) is None
    assert line_chart([]) is None


def test_a_moment_without_a_value_breaks_the_line() -> None:
    chart = line_chart([series(1, 2, None, 4)])
    assert chart is not None
    assert chart.lines[0].path.count("M") == 2
    assert len(chart.lines[0].dots) == 3
    assert [when for when, _ in chart.rows] == [day(0), day(7), day(21)]


def test_a_band_and_a_limit_lie_where_their_values_are() -> None:
    chart = line_chart([series(5)], minimum=0, maximum=10, band=(4, 6), limit=5)
    assert chart is not None
    assert chart.band is not None
    top, height = chart.band
    assert chart.limit == chart.lines[0].dots[0].y == pytest.approx(top + height / 2, abs=0.1)


def test_a_plan_that_began_today_has_each_day_once() -> None:
    chart = line_chart([series(1)], timeline=Timeline.of(timeline(end=day(0), phases=[], marks=[])))
    assert chart is not None
    assert [when for _x, when in chart.x_ticks] == [day(0)]


def test_a_timeline_sets_the_days_of_the_axis() -> None:
    alone, shared = line_chart([series(1)]), line_chart([series(1)], timeline=Timeline.of(timeline()))
    assert alone is not None
    assert shared is not None
    assert [tick for _, tick in shared.x_ticks] == [day(7 * index) for index in range(6)]
    assert shared.height == alone.height + PHASE_STRIP + 2 * MARK_STRIP
    assert shared.top == TOP + PHASE_STRIP + 2 * MARK_STRIP


def test_phases_touch_each_other_and_a_narrow_one_has_no_key() -> None:
    chart = line_chart([series(1)], timeline=Timeline.of(timeline()))
    assert chart is not None
    assert [phase.key for phase in chart.phases] == ["A1", "", "A3"]
    assert [phase.is_even for phase in chart.phases] == [False, True, False]
    for one, next_one in zip(chart.phases, chart.phases[1:], strict=False):
        assert one.x + one.width == pytest.approx(next_one.x, abs=0.2)
    assert (chart.phases[0].x, chart.phases[-1].x + chart.phases[-1].width) == (chart.left, chart.right)


def test_marks_that_would_touch_stand_below_each_other() -> None:
    chart = line_chart([series(1)], timeline=Timeline.of(timeline()))
    assert chart is not None
    one, two = chart.marks
    assert (one.number, two.number) == (1, 2)
    assert two.y - one.y == MARK_STRIP
    many = [{"number": number, "when": day(14), "label": "x"} for number in range(30)]
    crowded = line_chart([series(1)], timeline=Timeline.of(timeline(marks=many, phases=[])))
    assert crowded is not None
    assert len({mark.y for mark in crowded.marks}) == MARK_ROWS
    assert crowded.top == TOP + MARK_ROWS * MARK_STRIP


def test_the_drawing_is_said_in_a_sentence_and_a_table() -> None:
    html = drawn(given=[series(4, 1), series(None, label="morning")], timeline=timeline(), band=(1, 2, "target"))
    assert 'role="img"' in html
    label = html.split('aria-label="')[1].split('"')[0]
    assert label.startswith("Pain. pain: ")
    assert "4" in label
    assert "morning" in label
    assert html.count('<th scope="row">') == 2
    assert "target" in html
    assert html.count("chart-decision-number") == 2
    assert ">A1<tspan" in html
    assert "style=" not in html


def test_every_series_has_its_own_shape() -> None:
    html = drawn(given=[series(4, 1), series(3, 2, label="morning")])
    assert "<circle" in html
    assert '<rect class="chart-mark"' in html
    assert "series-2" in html


def test_nothing_is_said_in_words() -> None:
    html = drawn(given=[series(None)], empty="No session was logged.", timeline=timeline())
    assert "No session was logged." in html
    assert "<svg" not in html


def test_values_of_a_week_are_bars_from_zero_and_steps_that_hold_all_week() -> None:
    kilometres = {**series(10, None, 0, 20, label="km"), "kind": "bars"}
    limits = {**series(12, 15, None, 18, label="limit"), "kind": "steps"}
    chart = line_chart([kilometres, limits], minimum=0, timeline=Timeline.of(timeline(marks=[], phases=[])))
    assert chart is not None
    bars, steps = chart.lines
    assert bars.path.count("Z") == 3  # a week of 0 km is drawn flat; an unknown one is not drawn
    assert bars.path.count(f" V{chart.y_ticks[0][0]:.1f} Z") == 3
    assert steps.path.count("M") == 2  # the second week joins the first; after a week without a limit it starts anew
    assert steps.path.count("H") == 3
    assert [values for _, values in chart.rows] == [[10, 12], [None, 15], [0, None], [20, 18]]
    html = drawn(given=[kilometres, limits])
    assert 'class="chart-bar"' in html
    assert "chart-mark" not in html


def test_a_wide_phase_says_its_title() -> None:
    chart = line_chart([series(1)], timeline=Timeline.of(timeline()))
    assert chart is not None
    assert [phase.title for phase in chart.phases] == ["Rest", "", "Run"]
