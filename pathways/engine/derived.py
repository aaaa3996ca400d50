"""Values computed from findings, by name; a pathway declares which ones and from which measures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pathways.engine.comparison import round_half_up
from pathways.engine.conditions import OTHER, Lookup
from pathways.engine.source import Source

Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """One computed value: its name, the computation, the measures and numbers it takes, and what it rests on."""

    key: str
    label: str
    compute: str
    inputs: Mapping[str, Any]
    decimals: int
    source: Source
    sided: bool = False
    shown: bool = True


def deficit_percent(affected: Number | None, unaffected: Number | None, decimals: int = 1) -> Decimal | None:
    """(unaffected - affected) / unaffected x 100 in %; negative = affected stronger; None without a comparison."""
    if affected is None or not unaffected:
        return None
    strong, weak = Decimal(str(unaffected)), Decimal(str(affected))
    return round_half_up((strong - weak) / strong * 100, decimals)


def torque_per_kg(force: Number | None, lever: Number | None, mass: Number | None, decimals: int = 2) -> Decimal | None:
    """Force (N) x lever (m) / body mass (kg), in Nm/kg."""
    if force is None or lever is None or not mass:
        return None
    return round_half_up(Decimal(str(force)) * Decimal(str(lever)) / Decimal(str(mass)), decimals)


def weeks_between(start: date | None, end: date | None) -> int | None:
    """Whole weeks from start to end, rounded down."""
    return None if start is None or end is None else (end - start).days // 7


def percentage_target(
    base: Number | None, percent: Number, *, none_from: Number | None = None, cap: Number | None = None
) -> int | None:
    """base x percent / 100, half up to a whole number, at most ``cap``; no target from ``none_from`` on."""
    if base is None or (none_from is not None and base >= none_from):
        return None
    target = int(round_half_up(Decimal(str(base)) * Decimal(str(percent)) / 100, 0))
    return target if cap is None else min(target, int(cap))


def load_change(recent: tuple[Number, ...] | None, usual: Number | None, decimals: int = 1) -> Decimal | None:
    """Highest of the last 4 weeks (km) against the mean of the 4 weeks before, in %; None when that mean is 0.

    ``usual`` is the mean of all 8 weeks, so the mean of the first four is 2 x usual - mean(recent).
    """
    if not recent or usual is None:
        return None
    weeks = [Decimal(str(week)) for week in recent]
    before = 2 * Decimal(str(usual)) - sum(weeks, Decimal(0)) / len(weeks)
    return round_half_up((max(weeks) / before - 1) * 100, decimals) if before > 0 else None


def step_length(speed: Number | None, cadence: Number | None, decimals: int = 2) -> Decimal | None:
    """Speed (km/h) / 3.6 x 60 / cadence (steps/min), in metres."""
    if speed is None or not cadence:
        return None
    return round_half_up(Decimal(str(speed)) / Decimal("3.6") * 60 / Decimal(str(cadence)), decimals)


def compute(rule: DerivedValue, lookup: Lookup, side: str | None) -> Any:
    """Compute one declared value for one side; None as soon as a needed measure is absent."""
    return COMPUTATIONS[rule.compute](rule, lookup, side)


def _get(rule: DerivedValue, name: str, lookup: Lookup, side: str | None) -> Any:
    return lookup(rule.inputs[name], side)


def _deficit(rule: DerivedValue, lookup: Lookup, side: str | None) -> Any:
    other = OTHER.get(side or "")
    return deficit_percent(
        _get(rule, "of", lookup, side), _get(rule, "of", lookup, other) if other else None, rule.decimals
    )


def _torque(rule: DerivedValue, lookup: Lookup, side: str | None) -> Any:
    force, lever, mass = (_get(rule, name, lookup, side) for name in ("force", "lever", "mass"))
    if lever is None and side in OTHER:
        lever = _get(rule, "lever", lookup, OTHER[side])  # measured on one leg: taken for both
    return torque_per_kg(force, lever, mass, rule.decimals)


def _weeks(rule: DerivedValue, lookup: Lookup, side: str | None) -> Any:
    return weeks_between(_get(rule, "start", lookup, side), _get(rule, "end", lookup, side))


def _target(rule: DerivedValue, lookup: Lookup, side: str | None) -> Any:
    inputs = rule.inputs
    base = _get(rule, "base", lookup, side)
    return percentage_target(base, inputs["percent"], none_from=inputs.get("none_from"), cap=inputs.get("cap"))


def _load(rule: DerivedValue, lookup: Lookup, side: str | None) -> Any:
    return load_change(_get(rule, "recent", lookup, side), _get(rule, "usual", lookup, side), rule.decimals)


def _step(rule: DerivedValue, lookup: Lookup, side: str | None) -> Any:
    return step_length(_get(rule, "speed", lookup, side), _get(rule, "cadence", lookup, side), rule.decimals)


COMPUTATIONS: Mapping[str, Callable[[DerivedValue, Lookup, str | None], Any]] = {
    "deficit_percent": _deficit,
    "torque_per_kg": _torque,
    "weeks_between": _weeks,
    "percentage_target": _target,
    "load_change": _load,
    "step_length": _step,
}
INPUTS: Mapping[str, tuple[str, ...]] = {
    "deficit_percent": ("of",),
    "torque_per_kg": ("force", "lever", "mass"),
    "weeks_between": ("start", "end"),
    "percentage_target": ("base",),
    "load_change": ("recent", "usual"),
    "step_length": ("speed", "cadence"),
}


def plain(value: Any) -> Any:
    """A computed decimal as a float, for JSON; anything else unchanged."""
    return float(value) if isinstance(value, Decimal) else value
