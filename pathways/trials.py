"""A force measured a few times: one value out of the trials, and when one more is needed. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

SPREAD_PERCENT = 10


@dataclass(frozen=True)
class Trials:
    """The value that counts (mean, 1 decimal), and whether the trials differ so much that one more is needed."""

    value: Decimal
    left_out: Decimal | None
    needs_another: bool
    values: tuple[Decimal, ...] = ()

    @property
    def component(self) -> list[dict[str, Any]]:
        """Every trial in its order, as an observation keeps it: ``{"value": 150.2, "left_out": False}``."""
        out = None if self.left_out is None else self.values.index(self.left_out)
        return [{"value": float(value), "left_out": index == out} for index, value in enumerate(self.values)]


def split_trials(raw: str) -> list[str]:
    """Return the trials that were typed in one field, apart from each other by spaces or semicolons."""
    return [part for part in re.split(r"[\s;]+", raw) if part]


def judge_trials(values: Sequence[Decimal], *, planned: int) -> Trials:
    """Return the mean of the trials. One more than planned drops the outlier when they differ by more than 10 %.

    Spread is (highest - lowest) / mean. The outlier is the trial furthest from the mean of the others. Source: the
    protocol for hand-held dynamometry (Thorborg 2010); the 10 % is a choice of the practice.
    """
    wide = _spread(values) > SPREAD_PERCENT
    if len(values) <= planned:
        return Trials(_mean(values), None, wide and len(values) == planned, tuple(values))
    outlier = max(values, key=lambda each: abs(each - _average([*values], without=each))) if wide else None
    kept = list(values)
    if outlier is not None:
        kept.remove(outlier)
    return Trials(_mean(kept), outlier, False, tuple(values))


def _average(values: list[Decimal], *, without: Decimal) -> Decimal:
    values.remove(without)
    return sum(values, Decimal(0)) / len(values)


def _mean(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _spread(values: Sequence[Decimal]) -> Decimal:
    mean = sum(values, Decimal(0)) / len(values)
    return (max(values) - min(values)) / mean * 100 if mean else Decimal(0)
