"""Which measures a pathway's rules look at once a plan runs."""

from collections.abc import Iterator
from typing import Any

from pathways.engine.model import Criterion, Definition, Leaf


def measures_needed(definition: Definition) -> frozenset[str]:
    """Return the keys of the measures that decide about progress: exit lines, reviews, goals and red flags."""
    found = {key for phase in definition.phases for line in phase.exit for leaf in line.leaves for key in _of(leaf)}
    found |= {definition.review.pain_measure, *(row.measure for row in definition.review.function)}
    found |= {flag.key for flag in definition.classification.red_flags}
    found |= {goal.measure for goal in definition.goals if goal.measure}
    return frozenset(_inputs(definition, found))


def measures_of(definition: Definition, line: Criterion) -> frozenset[str]:
    """Return the keys of the measures that one exit line looks at; computed values count as what they are made of."""
    named = {leaf.name for leaf in line.leaves if leaf.source == "measure"}
    named |= {leaf.fallback for leaf in line.leaves if leaf.fallback}
    return frozenset(_inputs(definition, named))


def _of(leaf: Leaf) -> Iterator[str]:
    if leaf.source == "measure":
        yield leaf.name
    if leaf.fallback:
        yield leaf.fallback
    if leaf.limit_source == "derived":
        yield leaf.limit_name
    same: dict[str, Any] = dict(leaf.same_as or {})
    yield from (same[name] for name in ("measure", "baseline") if name in same)


def _inputs(definition: Definition, keys: set[str]) -> set[str]:
    """Replace computed values by the measures that they are computed from."""
    plain = {key for key in keys if key not in definition.derived}
    for key in keys - plain:
        values = definition.derived[key].inputs.values()
        plain |= _inputs(definition, {each for each in values if isinstance(each, str)})
    return plain
