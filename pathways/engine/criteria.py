"""Exit lines of a phase held against the facts: met, not met or unknown, with the value and the reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pathways.engine.comparison import Comparison, exact, in_dutch
from pathways.engine.derived import compute, plain
from pathways.engine.findings import BOTH, SIDES, MeasureDefinition
from pathways.engine.lights import JudgedEntry, Light
from pathways.engine.logic import Verdict, all_of, any_of, verdict_of
from pathways.engine.model import Criterion, Definition, Leaf
from pathways.engine.running import sessions


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured value on a day; a scalar speaks of the affected side(s), a mapping of L and R."""

    key: str
    value: Any
    on: date
    id: str | None = None


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """Verdict on one line; ``why`` is a Dutch sentence, ``used`` the ids of what it rests on."""

    key: str
    status: Verdict
    value: Any
    why: str
    used: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that was found, the day it was measured and the ids it came from."""

    value: Any = None
    on: date | None = None
    used: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything criteria look at. ``side`` is L, R or both; ``judged`` holds the affected side's entries."""

    definition: Definition
    side: str
    as_of: date
    measurements: Sequence[Measurement]
    judged: Sequence[JudgedEntry]
    state: Mapping[str, Any]
    baseline: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sides(self) -> tuple[str, ...]:
        """The affected side, or both."""
        return SIDES if self.side == BOTH else (self.side,)

    def readings(self, key: str, side: str) -> list[Reading]:
        """All values of a measure for a side up to today, oldest first."""
        measure = self.definition.measures.get(key)
        found = [
            Reading(_value(measure, each.value, side, self.sides), each.on, (each.id,) if each.id else ())
            for each in sorted(self.measurements, key=lambda each: each.on)
            if each.key == key and each.on <= self.as_of
        ]
        return [reading for reading in found if reading.value is not None]

    def latest(self, key: str, side: str, maximum_age_days: int | None) -> Reading:
        """The latest value, when it is not too old (days)."""
        found = self.readings(key, side)
        if not found or found[-1].on is None:
            return Reading()
        age = (self.as_of - found[-1].on).days
        return found[-1] if maximum_age_days is None or age <= maximum_age_days else Reading()

    def first(self, key: str, side: str) -> Reading:
        """The baseline: given with the plan, or the earliest value."""
        if self.baseline.get(key) is not None:
            return Reading(self.baseline[key])
        found = self.readings(key, side)
        return found[0] if found else Reading()


def _value(measure: MeasureDefinition | None, value: Any, side: str, affected: tuple[str, ...]) -> Any:
    if isinstance(value, Mapping):
        return value.get(side)
    return value if measure is None or not measure.sided or side in affected else None


def assess_criterion(criterion: Criterion, facts: Facts) -> CriterionResult:
    """Hold one exit line against the facts; with both sides affected, each side must meet it."""
    outcomes = [_leaf(leaf, facts) for leaf in criterion.leaves]
    status = any_of(verdict for verdict, _ in outcomes)
    shown = next((i for i, leaf in enumerate(criterion.leaves) if criterion.key.startswith(leaf.name)), 0)
    reading = outcomes[shown][1]
    used = tuple(dict.fromkeys(each for _, found in outcomes for each in found.used))
    value = plain(reading.value)
    return CriterionResult(criterion.key, status, value, _why(criterion, status, reading), used)


def _why(criterion: Criterion, status: Verdict, reading: Reading) -> str:
    verdict = {
        Verdict.MET: "in orde",
        Verdict.NOT_MET: "nog niet in orde",
        Verdict.UNKNOWN: "niet te beoordelen: gegevens ontbreken of zijn te oud",
    }[status]
    value = "" if reading.value is None else f" (nu: {in_dutch(reading.value)})"
    return f"{criterion.label}: {verdict}{value}."


def _leaf(leaf: Leaf, facts: Facts) -> tuple[Verdict, Reading]:
    return _SOURCES[leaf.source](leaf, facts)


def _from_measure(leaf: Leaf, facts: Facts) -> tuple[Verdict, Reading]:
    found = {side: _reading(leaf, facts, side) for side in facts.sides}
    verdicts = [_compare(leaf, facts, side, reading) for side, reading in found.items()]
    return all_of(verdicts), _merged(found)


def _merged(found: Mapping[str, Reading]) -> Reading:
    readings = list(found.values())
    used = tuple(each for reading in readings for each in reading.used)
    if all(reading.value == readings[0].value for reading in readings):
        return Reading(readings[0].value, readings[0].on, used)
    return Reading({side: plain(reading.value) for side, reading in found.items()}, readings[0].on, used)


def _reading(leaf: Leaf, facts: Facts, side: str) -> Reading:
    if leaf.name in facts.definition.derived:
        return _derived(leaf.name, facts, side, leaf.maximum_age_days)
    latest = facts.latest(leaf.name, side, leaf.maximum_age_days)
    if not leaf.from_baseline or latest.value is None:
        return latest
    first = facts.first(leaf.name, side)
    if first.value is None or first.on == latest.on:
        return Reading()
    return Reading(exact(latest.value) - exact(first.value), latest.on, (*first.used, *latest.used))


def _derived(key: str, facts: Facts, side: str, maximum_age_days: int | None, *, first: bool = False) -> Reading:
    rule = facts.definition.derived[key]
    used: list[str] = []

    def lookup(name: str, at: str | None) -> Any:
        here = at or side
        reading = facts.first(name, here) if first else facts.latest(name, here, maximum_age_days)
        used.extend(reading.used)
        return reading.value

    if rule.compute == "deficit_percent" and facts.side == BOTH:
        return Reading()
    return Reading(compute(rule, lookup, side), facts.as_of, tuple(dict.fromkeys(used)))


def _compare(leaf: Leaf, facts: Facts, side: str, reading: Reading) -> Verdict:
    if reading.value is None and leaf.fallback:
        return verdict_of(facts.latest(leaf.fallback, side, None).value)
    if leaf.same_as is not None and not _same_conditions(leaf.same_as, facts, side, reading):
        return Verdict.UNKNOWN
    return _judge(leaf, facts, side, reading.value)


def _judge(leaf: Leaf, facts: Facts, side: str, value: Any) -> Verdict:
    if leaf.comparison is None or value is None:
        return Verdict.UNKNOWN
    if not leaf.limit_source:
        return leaf.comparison.judge(value)
    limit = (
        facts.state.get(leaf.limit_name)
        if leaf.limit_source == "state"
        else _derived(leaf.limit_name, facts, side, None, first=True).value
    )
    if limit is None:
        return Verdict.UNKNOWN
    operand = Decimal(str(limit)) * Decimal(str(leaf.limit_factor)) + Decimal(str(leaf.limit_plus))
    return Comparison(leaf.comparison.operator, operand).judge(value)


def _same_conditions(same: Mapping[str, Any], facts: Facts, side: str, reading: Reading) -> bool:
    """Whether a value was taken under the same conditions as the baseline (for cadence: the same speed, that day)."""
    now = [each for each in facts.readings(same["measure"], side) if each.on == reading.on]
    base = facts.first(same["baseline"], side).value
    if not now or base is None:
        return False
    return abs(Decimal(str(now[-1].value)) - Decimal(str(base))) <= Decimal(str(same["within"]))


def _from_state(leaf: Leaf, facts: Facts) -> tuple[Verdict, Reading]:
    value = facts.state.get(leaf.name)
    return _judge(leaf, facts, facts.sides[0], value), Reading(value)


def window(judged: Sequence[JudgedEntry], as_of: date, days: int) -> list[JudgedEntry]:
    """Entries of the last ``days`` Brussels days, today included."""
    since = as_of - timedelta(days=days - 1)
    return [each for each in judged if since <= each.entry.day <= as_of]


def _pain(entries: Sequence[JudgedEntry]) -> int | None:
    pains = [pain for each in entries for pain in (each.entry.during, each.entry.after, each.next) if pain is not None]
    return max(pains, default=None)


def count_lights(entries: Sequence[JudgedEntry], light: Light) -> int:
    """Sessions of one colour; left and right of the same session count once."""
    return len({each.entry.start.timestamp() for each in entries if each.light is light})


def _from_diary(leaf: Leaf, facts: Facts) -> tuple[Verdict, Reading]:
    entries = window(facts.judged, facts.as_of, leaf.span)
    used = tuple(each.entry.id for each in entries if each.entry.id)
    value: int | None
    if leaf.statistic == "days":
        value = len({each.entry.day for each in entries if not each.masked})
    elif leaf.statistic == "reds":
        value = count_lights(entries, Light.RED) if entries else None
    else:
        value = _pain(entries)
    return _judge(leaf, facts, facts.sides[0], value), Reading(value, facts.as_of, used)


def _from_runs(leaf: Leaf, facts: Facts) -> tuple[Verdict, Reading]:
    runs = [each for each in facts.judged if each.entry.kind == "run" and each.entry.day <= facts.as_of]
    last = [each for each in sessions(runs) if each.counts][-leaf.span :]
    used = tuple(each.entry.id for each in last if each.entry.id)
    if leaf.statistic == "all_green":
        verdict = all_of(verdict_of(each.light is Light.GREEN) for each in last)
        value: Any = [each.light.value for each in last] or None
    else:
        value = _pain(last)
        verdict = _judge(leaf, facts, facts.sides[0], value)
    if len(last) < leaf.span and verdict is not Verdict.NOT_MET:
        verdict = Verdict.UNKNOWN
    return verdict, Reading(value, facts.as_of, used)


_SOURCES: Mapping[str, Callable[[Leaf, Facts], tuple[Verdict, Reading]]] = {
    "measure": _from_measure,
    "state": _from_state,
    "diary": _from_diary,
    "runs": _from_runs,
}
