"""Geometry of the small charts: pure functions from values to coordinates; the templates draw them as SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil, floor, log10

from django.utils import timezone

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 40, 16, 12, 32
DAY = 86400


@dataclass(frozen=True, slots=True)
class Dot:
    """One value where it is drawn, with the moment it belongs to."""

    x: float
    y: float
    value: float
    when: date | datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One measure over time. ``number`` (1, 2, 3…) chooses colour, dash and shape of the marks together."""

    label: str
    number: int
    dots: list[Dot]

    @property
    def path(self) -> str:
        """The points as an SVG path."""
        return path_of((dot.x, dot.y) for dot in self.dots)


@dataclass(frozen=True, slots=True)
class Chart:
    """A line chart ready to draw."""

    lines: list[Line]
    y_ticks: list[tuple[float, float]]
    x_ticks: list[tuple[float, date]]
    limit: float | None = None
    rows: list[tuple[date | datetime, list[float | None]]] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


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
) -> Chart | None:
    """Lay out series of ``{"label", "points": [(moment, number or None)]}`` on one pair of axes; None: no value."""
    known = [(str(each["label"]), _known(each["points"])) for each in series]
    moments = [_seconds(when) for _, points in known for when, _ in points]
    values = [value for _, points in known for _, value in points]
    if not values:
        return None
    bounds = [*values, *(edge for edge in (minimum, maximum, limit) if edge is not None)]
    ticks = nice_ticks(min(bounds), max(bounds))
    start, span = min(moments), (max(moments) - min(moments)) or DAY
    low, high = ticks[0], ticks[-1]

    def x(when: date | datetime) -> float:
        return LEFT + 8 + (_seconds(when) - start) / span * (WIDTH - LEFT - RIGHT - 16)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    lines = [
        Line(label, number, [Dot(round(x(when), 1), round(y(value), 1), value, when) for when, value in points])
        for number, (label, points) in enumerate(known, start=1)
    ]
    return Chart(
        lines=lines,
        y_ticks=[(round(y(tick), 1), tick) for tick in ticks],
        x_ticks=_x_ticks(lines),
        limit=None if limit is None else round(y(limit), 1),
        rows=_rows([points for _, points in known]),
    )


def _known(points: object) -> list[tuple[date | datetime, float]]:
    """Return the points that have a value, oldest first."""
    pairs = [(when, float(value)) for when, value in points if value is not None]  # type: ignore[attr-defined]
    return sorted(pairs, key=lambda pair: _seconds(pair[0]))


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
