"""Which measures a pathway's rules look at once a plan runs."""

from collections.abc import Iterator
from typing import Any

from pathways.engine.checks import GIVEN
from pathways.engine.criterion import LATEST, Criterion, Leaf
from pathways.engine.model import Definition


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
    """Replace computed values by the measures that they are computed from; the day itself is no measure."""
    plain = {key for key in keys if key not in definition.derived and key not in GIVEN}
    for key in keys & set(definition.derived):
        values = definition.derived[key].inputs.values()
        plain |= _inputs(definition, {each for each in values if isinstance(each, str)})
    return plain


def history_needed(definition: Definition) -> dict[str, int | None]:
    """Return the measures of which more than the first and latest value counts, with how many days; None is all."""
    found: dict[str, int | None] = {}
    leaves = [leaf for phase in definition.phases for line in phase.exit for leaf in line.leaves]
    for leaf in leaves:
        plain = leaf.statistic == LATEST and leaf.minimum_count == 1
        if leaf.source != "measure" or plain or leaf.statistic == "first":
            continue
        days = found.get(leaf.name, 0)
        found[leaf.name] = None if days is None or leaf.window_days is None else max(days, leaf.window_days)
    return found
