"""One number out of several values: the statistics that a criterion may ask for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pathways.engine.comparison import exact, round_half_up
from pathways.engine.streams import Reading

# A statistic that only gets worse with more values decides at once when it already fails the threshold.
_FAILS_EARLY = {
    "max": ("at_most", "below"),
    "min": ("at_least", "above"),
    "count": ("at_most", "below"),
    "days": ("at_most", "below"),
}


def chosen(readings: Sequence[Reading], as_of: date, *, window_days: int | None, last: int | None) -> list[Reading]:
    """The readings a statistic looks at, oldest first: those of the window (today included), of these the newest."""
    found = list(readings)
    if window_days is not None:
        since = as_of - timedelta(days=window_days - 1)
        found = [each for each in found if each.on is not None and since <= each.on <= as_of]
    return found[-last:] if last is not None else found


def summarise(readings: Sequence[Reading], statistic: str) -> Any:
    """The statistic of the values; None when no value can tell. Counting nothing gives 0.

    ``trend`` is the least-squares slope a week, to two decimals; ``mean`` has two decimals as well.
    """
    return _STATISTICS[statistic](readings)


def fails_early(statistic: str, operator: str) -> bool:
    """Whether too few values may already show that a threshold is not met: later values cannot mend it."""
    return statistic == "each" or operator in _FAILS_EARLY.get(statistic, ())


def _values(readings: Sequence[Reading]) -> list[Any]:
    return [exact(each.value) for each in readings if each.value is not None]


def _mean(readings: Sequence[Reading]) -> Decimal | None:
    values = [Decimal(each) for each in _values(readings)]
    return round_half_up(_average(values), 2) if values else None


def _average(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)


def _trend(readings: Sequence[Reading]) -> Decimal | None:
    known = [each for each in readings if each.on is not None and each.value is not None]
    days = [Decimal(each.on.toordinal()) for each in known if each.on is not None]
    values = [Decimal(exact(each.value)) for each in known]
    if len(set(days)) < 2:
        return None
    middle, height = _average(days), _average(values)
    spread = sum(((day - middle) ** 2 for day in days), Decimal(0))
    slope = sum(((day - middle) * (value - height) for day, value in zip(days, values, strict=True)), Decimal(0))
    return round_half_up(slope / spread * 7, 2)


_STATISTICS: Mapping[str, Callable[[Sequence[Reading]], Any]] = {
    "latest": lambda readings: next((each.value for each in reversed(readings)), None),
    "first": lambda readings: next((each.value for each in readings), None),
    "max": lambda readings: max(_values(readings), default=None),
    "min": lambda readings: min(_values(readings), default=None),
    "mean": _mean,
    "count": len,
    "days": lambda readings: len({each.on for each in readings}),
    "sum": lambda readings: sum(_values(readings)) if readings else None,
    "trend": _trend,
    "each": lambda readings: [each.value for each in readings] or None,
}
