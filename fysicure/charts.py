"""Geometry of the small charts: pure functions from values to coordinates; the templates draw them as SVG."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from math import ceil, floor, log10
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 640, 246
LEFT, RIGHT, TOP, BOTTOM = 40, 16, 12, 38
PHASE_STRIP, MARK_STRIP, MARK_ROOM, LETTER = 26, 26, 26, 9
SMALL_LETTER = 7
WEEK = 7
MARK_ROWS = 3
DAY = 86400


def _circle(x: float, y: float) -> str:
    return f'<circle class="chart-mark" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'


def _square(x: float, y: float) -> str:
    return f'<rect class="chart-mark" x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7"/>'


def _triangle(x: float, y: float) -> str:
    return f'<path class="chart-mark" d="M{x:.1f} {y - 4.5:.1f} l4.5 8 h-9 Z"/>'


_SHAPES: dict[int, Callable[[float, float], str]] = {1: _circle, 2: _square}


@dataclass(frozen=True, slots=True)
class Dot:
    """One value where it is drawn, with the moment it belongs to."""

    x: float
    y: float
    value: float
    when: date | datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One measure over time. ``number`` (1, 2, 3…) chooses colour, dash and shape of the marks together.

    ``path`` joins the values; it is broken where a moment has no value, so that nothing is drawn that nobody said.
    ``kind`` is "line", or for values that hold for a whole week from their day on "bars" or "steps".
    """

    label: str
    number: int
    dots: list[Dot]
    path: str
    kind: str = "line"

    @property
    def marks(self) -> SafeString:
        """The mark of each value, as SVG: circle, square or triangle (templates/components/chart_mark.html)."""
        shape = _SHAPES.get(self.number, _triangle)
        return mark_safe("".join(shape(dot.x, dot.y) for dot in self.dots))  # noqa: S308 - numbers and the shapes above


@dataclass(frozen=True, slots=True)
class Span:
    """A phase: its key, its title, its first day, and the day on which the next one began (None: it goes on)."""

    key: str
    title: str
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was decided: its number in the list beside the chart, when, and what."""

    number: int
    when: date | datetime
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """What charts of one plan share: the days they run over, the phases and what was decided."""

    start: date
    end: date
    phases: tuple[Span, ...] = ()
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Timeline":
        """Read ``{"start", "end", "phases": [{"key", "title", "start", "end"}], "marks": [{"number", "when", …}]}``."""
        return cls(
            given["start"],
            given["end"],
            tuple(Span(each["key"], each["title"], each["start"], each["end"]) for each in given.get("phases", ())),
            tuple(Mark(each["number"], each["when"], each["label"]) for each in given.get("marks", ())),
        )


@dataclass(frozen=True, slots=True)
class DrawnPhase:
    """A phase as a strip behind the lines; ``key`` and ``title`` are empty when the strip is too narrow for them."""

    x: float
    width: float
    key: str
    is_even: bool
    title: str = ""


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """A decision as a numbered mark above the lines."""

    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A line chart ready to draw."""

    lines: list[Line]
    y_ticks: list[tuple[float, float]]
    x_ticks: list[tuple[float, date]]
    limit: float | None = None
    band: tuple[float, float] | None = None
    rows: list[tuple[date | datetime, list[float | None]]] = field(default_factory=list)
    phases: list[DrawnPhase] = field(default_factory=list)
    marks: list[DrawnMark] = field(default_factory=list)
    top: int = TOP
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT

    @property
    def bottom(self) -> int:
        """Where the part inside the axes ends."""
        return self.height - BOTTOM

    @property
    def plot_width(self) -> int:
        """How wide the part inside the axes is."""
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class _Days:
    """The axis of time."""

    start: float
    span: float

    def x(self, when: date | datetime) -> float:
        return round(LEFT + 8 + (_seconds(when) - self.start) / self.span * (WIDTH - LEFT - RIGHT - 16), 1)

    def width(self, count: float) -> float:
        """How wide so many days are."""
        return count * DAY / self.span * (WIDTH - LEFT - RIGHT - 16)


def path_of(points: Iterable[tuple[float, float]]) -> str:
    """Return an SVG path through points, to one decimal."""
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return round values (1, 2 or 5 times a power of ten apart) that span low to high."""
    if low == high:
        low, high = low - 1, high + 1
    span = high - low
    power = 10 ** floor(log10(span / count))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= span / count)
    first, last = floor(low / step), ceil(high / step)
    return [round(step * index, 6) for index in range(first, last + 1)]


def _seconds(when: date | datetime) -> float:
    """Return a moment on one scale; a day stands at its noon."""
    if isinstance(when, datetime):
        return when.timestamp()
    return (when.toordinal() - date(1970, 1, 1).toordinal() + 0.5) * DAY


def _day(when: date | datetime) -> date:
    if isinstance(when, datetime):
        return timezone.localtime(when).date() if timezone.is_aware(when) else when.date()
    return when


def sparkline_path(values: Sequence[float | None], width: int = 120, height: int = 32) -> tuple[str, Dot | None]:
    """Return the path of the known values, each at its own place in the row, and the last known value."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    if not known:
        return "", None
    low, high = min(value for _, value in known), max(value for _, value in known)
    step = (width - 8) / max(len(values) - 1, 1)
    span = (high - low) or 1.0
    points = [(4 + index * step, height - 4 - (value - low) / span * (height - 8)) for index, value in known]
    (x, y), (_, last) = points[-1], known[-1]
    return path_of(points), Dot(x, y, last, date.min)


def line_chart(
    series: Sequence[dict[str, object]],
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    limit: float | None = None,
    band: tuple[float, float] | None = None,
    timeline: Timeline | None = None,
) -> Chart | None:
    """Lay out series of ``{"label", "points": [(moment, number or None)]}`` on one pair of axes; None: no value.

    A series may have a ``kind``: "bars" or "steps" for values of a whole week, given by its Monday.
    ``band`` is a stretch of values (lowest, highest) that is shaded behind the lines: top and height in the chart.
    ``timeline`` gives the days of the axis, the phases as strips and the decisions as marks above the lines.
    """
    given = [(str(each["label"]), _in_order(each["points"])) for each in series]
    known = [[(when, value) for when, value in points if value is not None] for _, points in given]
    if not any(known):
        return None
    days = _days_of([when for points in known for when, _ in points], timeline)
    marks, rows = _marks(timeline, days)
    top = TOP + (PHASE_STRIP if timeline and timeline.phases else 0) + MARK_STRIP * rows
    height = HEIGHT - TOP + top
    values = [value for points in known for _, value in points]
    bounds = [*values, *(edge for edge in (minimum, maximum, limit, *(band or ())) if edge is not None)]
    ticks = nice_ticks(min(bounds), max(bounds))
    low, high = ticks[0], ticks[-1]

    def y(value: float) -> float:
        return round(height - BOTTOM - (value - low) / (high - low) * (height - top - BOTTOM), 1)

    draw = [DRAW[str(each.get("kind", "line"))] for each in series]
    lines = [draw[index](index + 1, *each, days, y) for index, each in enumerate(given)]
    return Chart(
        lines=lines,
        y_ticks=[(y(tick), tick) for tick in ticks],
        x_ticks=_even_ticks(timeline, days) if timeline else _x_ticks(lines),
        limit=None if limit is None else y(limit),
        band=None if band is None else (y(band[1]), round(y(band[0]) - y(band[1]), 1)),
        rows=_rows(known),
        phases=_phases(timeline, days),
        marks=marks,
        top=top,
        height=height,
    )


def _in_order(points: object) -> list[tuple[date | datetime, float | None]]:
    """Return the points, oldest first, numbers as floats."""
    pairs = [(when, None if value is None else float(value)) for when, value in points]  # type: ignore[attr-defined]
    return sorted(pairs, key=lambda pair: _seconds(pair[0]))


def _days_of(moments: Sequence[date | datetime], timeline: Timeline | None) -> _Days:
    edges = [_seconds(when) for when in moments]
    if timeline:
        edges += [_seconds(timeline.start), _seconds(timeline.end)]
    return _Days(min(edges), (max(edges) - min(edges)) or DAY)


def _line(
    number: int,
    label: str,
    points: Sequence[tuple[date | datetime, float | None]],
    days: _Days,
    y: Callable[[float], float],
) -> Line:
    runs: list[list[Dot]] = [[]]
    for when, value in points:
        if value is None:
            runs.append([])
        else:
            runs[-1].append(Dot(days.x(when), y(value), value, when))
    path = " ".join(path_of((dot.x, dot.y) for dot in run) for run in runs if run)
    return Line(label, number, [dot for run in runs for dot in run], path)


def _weekly(
    number: int,
    label: str,
    points: Sequence[tuple[date | datetime, float | None]],
    days: _Days,
    y: Callable[[float], float],
    *,
    kind: str,
) -> Line:
    """Bars from zero, or steps that hold a whole week; each from the first hour of its day."""
    dots = [Dot(days.x(when), y(value), value, when) for when, value in points if value is not None]
    path: list[str] = []
    reach: float | None = None
    for dot in dots:
        left = max(days.x(dot.when) - days.width(0.5), LEFT)
        right = min(left + days.width(WEEK), WIDTH - RIGHT)
        if kind == "bars":
            inset = min(2.0, (right - left) / 4)
            left, right, zero = left + inset, right - inset, y(0)
            path.append(f"M{left:.1f} {zero:.1f} V{dot.y:.1f} H{right:.1f} V{zero:.1f} Z")
        else:
            joins = reach is not None and abs(reach - left) < 1
            path.append(f"V{dot.y:.1f} H{right:.1f}" if joins else f"M{left:.1f} {dot.y:.1f} H{right:.1f}")
        reach = right
    return Line(label, number, dots, " ".join(path), kind)


DRAW: dict[str, Callable[..., Line]] = {
    "line": _line,
    "bars": partial(_weekly, kind="bars"),
    "steps": partial(_weekly, kind="steps"),
}


def _phases(timeline: Timeline | None, days: _Days) -> list[DrawnPhase]:
    """Return the strips of the phases, edge to edge; the first and the last reach to the sides of the chart."""
    spans = timeline.phases if timeline else ()
    drawn = []
    for index, span in enumerate(spans):
        left = LEFT if index == 0 else days.x(span.start)
        right = WIDTH - RIGHT if span.end is None or index == len(spans) - 1 else days.x(span.end)
        width = round(max(right - left, 0), 1)
        key = span.key if width >= len(span.key) * LETTER + 8 else ""
        room = width - len(span.key) * LETTER - 20
        title = span.title if key and room >= len(span.title) * SMALL_LETTER else ""
        drawn.append(DrawnPhase(left, width, key, index % 2 == 1, title))
    return drawn


def _marks(timeline: Timeline | None, days: _Days) -> tuple[list[DrawnMark], int]:
    """Return the marks and how many rows they need: marks that would touch stand below each other, three at most."""
    ends: list[float] = []
    drawn = []
    above = TOP + (PHASE_STRIP if timeline and timeline.phases else 0)
    for mark in timeline.marks if timeline else ():
        x = days.x(mark.when)
        row = next((index for index, end in enumerate(ends) if x - end >= MARK_ROOM), len(ends))
        row = min(row, MARK_ROWS - 1)
        ends[row : row + 1] = [x]
        drawn.append(DrawnMark(mark.number, x, above + row * MARK_STRIP + MARK_STRIP / 2 - 4))
    return drawn, len(ends)


def _even_ticks(timeline: Timeline, days: _Days, most: int = 6) -> list[tuple[float, date]]:
    """Return days that lie whole weeks apart, or whole days in a short time."""
    count = max((timeline.end - timeline.start).days, 1)
    step = ceil(count / most) if count <= 3 * most else 7 * ceil(count / 7 / most)
    found = [timeline.start + timedelta(days=step * index) for index in range(most + 1)]
    return [(days.x(day), day) for day in found if day <= timeline.end and days.x(day) <= WIDTH - RIGHT - 12]


def _x_ticks(lines: Sequence[Line], most: int = 6) -> list[tuple[float, date]]:
    """Return at most a handful of days below the chart, spread over the days that have a value."""
    places = {_day(dot.when): dot.x for line in lines for dot in line.dots}
    days = sorted(places)
    stride = ceil(len(days) / most)
    return [(places[day], day) for day in days[::stride]]


def _rows(series: Sequence[list[tuple[date | datetime, float]]]) -> list[tuple[date | datetime, list[float | None]]]:
    """Return the table behind the chart: a row for each moment, a column for each series."""
    columns = [dict(points) for points in series]
    moments = sorted({when for column in columns for when in column}, key=_seconds)
    return [(when, [column.get(when) for column in columns]) for when in moments]
