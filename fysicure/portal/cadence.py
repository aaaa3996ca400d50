"""The step rhythm that a plan asks of a runner: its bounds, how to practise it, and what that rests on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pathways.engine.criteria import Facts
from pathways.engine.derived import compute
from pathways.engine.model import Reference
from pathways.models import CarePlan
from pathways.progress import PlanProgress
from patients.content_words import spoken

# The strategy of a plan that works on step rhythm, and the computed values that bound it (steps a minute).
STRATEGY, LOWEST, HIGHEST = "cadence", "cadence_low", "cadence_high"
# While these decide, nobody runs for some time: a rhythm to run by would only tempt.
NO_RUNS = frozenset({"no_running", "blocked", "paused", "ended", "not_yet"})
_ON_AND_OFF = re.compile(r"(\d+) min\w* aan\W+(\d+) min\w* uit", re.IGNORECASE)
_AT_FIRST = re.compile(r"\beerste (?:(\d+) )?min", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of the schedule: how it reads, and after how many seconds the sound stops and comes back (0: never)."""

    text: str
    on_seconds: int = 0
    off_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Cadence:
    """Steps a minute to aim for, from `low` (where one begins) to `high`, with the schedule and the publications."""

    low: int
    high: int
    schedule: tuple[Turn, ...]
    sources: tuple[Reference, ...]


def cadence_of(seen: PlanProgress) -> Cadence | None:
    """Return the rhythm that a running plan aims for, or None: another strategy, no runs, or no value to begin from.

    The bounds are those that the exit lines use: worked out from the first time that the rhythm was measured.
    """
    running = seen.definition.running
    is_theirs = seen.plan.status == CarePlan.Status.ACTIVE and seen.plan.gait_strategy == STRATEGY
    if running is None or not is_theirs or seen.run_advice.code in NO_RUNS:
        return None
    low, high = _bound(LOWEST, seen), _bound(HIGHEST, seen)
    if low is None or high is None or low > high:
        return None
    known = seen.definition.references
    sources = tuple(known[key] for key in _listed(running.cadence.get("reference")) if key in known)
    return Cadence(low, high, schedule_of(running.cadence), sources)


def schedule_of(rules: Mapping[str, Any]) -> tuple[Turn, ...]:
    """Return the schedule of a pathway; a line that says no minutes means that the sound goes on all the time."""
    return tuple(_turn(str(text)) for text in _listed(rules.get("metronome")))


def _turn(text: str) -> Turn:
    if match := _ON_AND_OFF.search(text):
        return Turn(spoken(text), int(match[1]) * 60, int(match[2]) * 60)
    if match := _AT_FIRST.search(text):
        return Turn(spoken(text), int(match[1] or 1) * 60)
    return Turn(spoken(text))


def _bound(key: str, seen: PlanProgress) -> int | None:
    rule = seen.definition.derived.get(key)
    if rule is None:
        return None
    rows = [each for each in seen.state.measurements if each.key in rule.inputs.values()]
    facts = Facts(seen.definition, seen.state.side, seen.today, rows, (), {})
    side = facts.sides[0]
    value = compute(rule, lambda name, at: facts.first(name, at or side).value, side)
    return None if value is None else int(value)


def _listed(value: Any) -> list[str]:
    """What may be written as one text or as a list of texts."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)
