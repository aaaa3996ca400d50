"""Exit lines of a phase held against the facts: met, not met or unknown, with the value and the reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pathways.engine.comparison import Comparison, exact, in_dutch
from pathways.engine.criterion import LATEST, Criterion, Group, Leaf
from pathways.engine.derived import compute, plain
from pathways.engine.findings import BOTH, SIDES, MeasureDefinition, affected_sides
from pathways.engine.lights import JudgedEntry, Light
from pathways.engine.logic import Verdict, all_of, at_least, verdict_of
from pathways.engine.model import Definition
from pathways.engine.sentences import MET, MET_NOW, NOT_MET, NOT_MET_NOW, UNKNOWN, UNKNOWN_NOW
from pathways.engine.streams import Reading, stream_readings
from pathways.engine.summaries import chosen, fails_early, summarise

COUNTING = frozenset({"count", "days"})


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured value on a day; a scalar speaks of the affected side(s), a mapping of L and R."""

    key: str
    value: Any
    on: date
    id: str | None = None


def _when(each: Measurement) -> tuple[date, str]:
    """The order of measurements: by day, and of one day by id, so that the order in which they come never matters."""
    return each.on, each.id or ""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """Verdict on one line; ``why`` is a Dutch sentence, ``used`` the ids of what it rests on."""

    key: str
    status: Verdict
    value: Any
    why: str
    used: tuple[str, ...]


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
    by_key: Mapping[str, Sequence[Measurement]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the measurements once: every condition asks for those of its measure, oldest first."""
        groups: dict[str, list[Measurement]] = {}
        for each in sorted(self.measurements, key=_when):
            groups.setdefault(each.key, []).append(each)
        object.__setattr__(self, "by_key", groups)

    @property
    def sides(self) -> tuple[str, ...]:
        """The affected side, or both."""
        return affected_sides(self.side)

    def readings(self, key: str, side: str) -> list[Reading]:
        """All values of a measure for a side up to today, oldest first."""
        measure = self.definition.measures.get(key)
        found = [
            Reading(_value(measure, each.value, side, self.sides), each.on, (each.id,) if each.id else ())
            for each in self.by_key.get(key, ())
            if each.on <= self.as_of
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
        found = value.get(side)
    else:
        found = value if measure is None or not measure.sided or side in affected else None
    if measure is not None and measure.type == "date" and isinstance(found, str):
        return date.fromisoformat(found)
    return found


def assess_criterion(criterion: Criterion, facts: Facts) -> CriterionResult:
    """Hold one exit line against the facts; with both sides affected, each side must meet it."""
    found: list[tuple[Leaf, Reading]] = []
    status = _judge_rule(criterion.rule, facts, found)
    reading = next((each for leaf, each in found if criterion.key.startswith(leaf.name)), found[0][1])
    used = tuple(dict.fromkeys(each for _leaf, one in found for each in one.used))
    return CriterionResult(criterion.key, status, plain(reading.value), _why(criterion, status, reading), used)


def _judge_rule(rule: Leaf | Group, facts: Facts, found: list[tuple[Leaf, Reading]]) -> Verdict:
    """The verdict of a condition or group; what each condition looked at is added to ``found``."""
    if isinstance(rule, Group):
        return at_least(rule.count, [_judge_rule(part, facts, found) for part in rule.parts])
    verdict, reading = _SOURCES[rule.source](rule, facts)
    found.append((rule, reading))
    return verdict


def _why(criterion: Criterion, status: Verdict, reading: Reading) -> str:
    plain_words, with_value = {
        Verdict.MET: (MET, MET_NOW),
        Verdict.NOT_MET: (NOT_MET, NOT_MET_NOW),
        Verdict.UNKNOWN: (UNKNOWN, UNKNOWN_NOW),
    }[status]
    if reading.value is None:
        return plain_words.say(label=criterion.label)
    return with_value.say(label=criterion.label, value=in_dutch(reading.value))


def _from_measure(leaf: Leaf, facts: Facts) -> tuple[Verdict, Reading]:
    sides = _sides(leaf, facts)
    if not sides:
        return Verdict.UNKNOWN, Reading()
    pairs = {side: _on_side(leaf, facts, side) for side in sides}
    return all_of(verdict for verdict, _reading in pairs.values()), _merged({s: pair[1] for s, pair in pairs.items()})


def _sides(leaf: Leaf, facts: Facts) -> tuple[str, ...]:
    """The sides that a condition looks at: the affected ones unless it names others."""
    if leaf.side == "other":
        return tuple(side for side in SIDES if side not in facts.sides)
    return {"left": ("L",), "right": ("R",)}.get(leaf.side, facts.sides)


def _on_side(leaf: Leaf, facts: Facts, side: str) -> tuple[Verdict, Reading]:
    if leaf.statistic == LATEST and leaf.window_days is None and leaf.minimum_count == 1:
        reading = _reading(leaf, facts, side)
        return _compare(leaf, facts, side, reading), reading
    return _summary(leaf, facts, side, facts.readings(leaf.name, side))


def _summary(leaf: Leaf, facts: Facts, side: str, readings: Sequence[Reading]) -> tuple[Verdict, Reading]:
    """A statistic over several values. Too few of them never meet a threshold; some can already fail it."""
    seen = chosen(readings, facts.as_of, window_days=leaf.window_days, last=leaf.last)
    days = [each.on for each in seen if each.on is not None]
    if leaf.maximum_age_days is not None and days and (facts.as_of - days[-1]).days > leaf.maximum_age_days:
        return Verdict.UNKNOWN, Reading()
    value = summarise(seen, leaf.statistic)
    reading = Reading(value, days[-1] if days else None, tuple(dict.fromkeys(i for each in seen for i in each.used)))
    if leaf.statistic == "each":
        verdict = all_of(_judge(leaf, facts, side, each) for each in value or ())
    else:
        verdict = _judge(leaf, facts, side, value)
    too_few = _counted(leaf, seen) < leaf.minimum_count and not _counts_nothing(leaf)
    if too_few and not (verdict is Verdict.NOT_MET and fails_early(leaf.statistic, _operator(leaf))):
        verdict = Verdict.UNKNOWN
    return verdict, reading


def _operator(leaf: Leaf) -> str:
    return leaf.comparison.operator if leaf.comparison else ""


def _counted(leaf: Leaf, seen: Sequence[Reading]) -> int:
    """How many values there are to judge by: a session without a score is one to count, and none to judge pain by."""
    return len(seen) if leaf.statistic in COUNTING else sum(each.value is not None for each in seen)


def _counts_nothing(leaf: Leaf) -> bool:
    """Counting asks for no values unless a number of them is written down: none is a count too."""
    return leaf.statistic in COUNTING and leaf.minimum_count == 1


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
        if name == "as_of":
            return facts.as_of
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


def count_lights(entries: Sequence[JudgedEntry], light: Light) -> int:
    """Sessions of one colour; left and right of the same session count once."""
    return len({each.entry.start.timestamp() for each in entries if each.light is light})


def _from_diary(leaf: Leaf, facts: Facts) -> tuple[Verdict, Reading]:
    return _summary(leaf, facts, facts.sides[0], stream_readings(leaf.name, facts.judged, facts.as_of))


_SOURCES: Mapping[str, Callable[[Leaf, Facts], tuple[Verdict, Reading]]] = {
    "measure": _from_measure,
    "state": _from_state,
    "diary": _from_diary,
}
