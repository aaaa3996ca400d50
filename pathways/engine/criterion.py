"""A criterion as data: conditions on measures, joined by all, any or at least so many. One vocabulary for everything.

A condition names a measure (intake answer, retest, questionnaire score), a stream of the diary, or a fact of the plan;
a statistic over a window; and a threshold. ``docs/pathway-format.md`` lists the words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pathways.engine.comparison import OPERATORS, Comparison, parse_comparison
from pathways.engine.source import Source
from pathways.engine.streams import STREAMS

Row = Mapping[str, Any]
LATEST = "latest"
# Older, shorter words for conditions on the diary: the stream and the statistic that they stand for.
DIARY_WORDS = {"days": ("diary_day", "count"), "max": ("diary_pain", "max"), "reds": ("red_session", "sum")}
RUN_WORDS = {"all_green": ("run_light", "each"), "max": ("run_pain", "max")}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition. ``source`` is measure, diary (``name`` is a stream) or state (a fact of the plan).

    ``window_days`` counts back from today, today included; ``last`` takes the newest values only. Fewer values than
    ``minimum_count`` never meet a threshold. ``side`` is empty (the affected side), other, left or right.
    """

    source: str
    name: str
    statistic: str = LATEST
    window_days: int | None = None
    last: int | None = None
    minimum_count: int = 1
    side: str = ""
    comparison: Comparison | None = None
    maximum_age_days: int | None = None
    from_baseline: bool = False
    limit_source: str = ""
    limit_name: str = ""
    limit_factor: float = 1.0
    limit_plus: float = 0.0
    fallback: str = ""
    same_as: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which at least ``count`` must be met: all of them, any one, or so many."""

    count: int
    parts: tuple["Leaf | Group", ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One exit line of a phase."""

    key: str
    label: str
    rule: Leaf | Group
    source: Source

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every condition in it, in the order in which they are written."""
        return tuple(_leaves(self.rule))


def _leaves(rule: Leaf | Group) -> Iterator[Leaf]:
    if isinstance(rule, Leaf):
        yield rule
    else:
        for part in rule.parts:
            yield from _leaves(part)


def parse_criterion(row: Row, source: Source, default_age: int | None) -> Criterion:
    """Read an exit line; ``default_age`` (days) holds for conditions on measures that name no age."""
    return Criterion(row["key"], row["label"], parse_rule(row, default_age), source)


def parse_rule(row: Row, default_age: int | None) -> Leaf | Group:
    """Read a condition or a group of conditions."""
    if "all" in row:
        return _group(len(row["all"]), row["all"], default_age)
    if "any" in row:
        return _group(1, row["any"], default_age)
    if isinstance(row.get("at_least"), Mapping):
        return _group(row["at_least"]["count"], row["at_least"]["of"], default_age)
    return _leaf(row, default_age)


def _group(count: int, rows: Any, default_age: int | None) -> Group:
    return Group(count, tuple(parse_rule(each, default_age) for each in rows))


def _leaf(row: Row, default_age: int | None) -> Leaf:
    limit = row.get("limit", {})
    limit_source = next((name for name in ("derived", "state") if name in limit), "")
    words = _words(row)
    is_measure = words["source"] == "measure"
    return Leaf(
        **words,
        side=row.get("side", ""),
        comparison=_threshold(row, limit),
        maximum_age_days=row.get("maximum_age_days", default_age if is_measure else None),
        from_baseline=row.get("change_from_baseline", False),
        limit_source=limit_source,
        limit_name=limit.get(limit_source, ""),
        limit_factor=limit.get("factor", 1.0),
        limit_plus=limit.get("plus", 0.0),
        fallback=row.get("fallback", ""),
        same_as=row.get("same_as_baseline"),
    )


def _threshold(row: Row, limit: Row) -> Comparison | None:
    """The threshold of a condition; one against another value gets its operand when it is judged."""
    if limit:
        return Comparison(limit["operator"], None)
    if isinstance(row.get("runs"), Mapping) and row["runs"]["statistic"] == "all_green":
        return Comparison("equals", "GREEN")
    return parse_comparison(row) if any(name in row for name in OPERATORS) else None


def _words(row: Row) -> dict[str, Any]:
    """What a condition looks at, in one vocabulary: the shorter words for the diary are streams with a statistic."""
    if "diary" in row:
        name, statistic = DIARY_WORDS[row["diary"]["statistic"]]
        return {"source": "diary", "name": name, "statistic": statistic, "window_days": row["diary"]["span"]}
    if "runs" in row:
        name, statistic = RUN_WORDS[row["runs"]["statistic"]]
        span = row["runs"]["span"]
        return {"source": "diary", "name": name, "statistic": statistic, "last": span, "minimum_count": span}
    if "state" in row:
        return {"source": "state", "name": row["state"]}
    return {
        "source": "diary" if row["measure"] in STREAMS else "measure",
        "name": row["measure"],
        "statistic": row.get("statistic", LATEST),
        "window_days": row.get("window_days"),
        "last": row.get("last"),
        "minimum_count": row.get("minimum_count", row.get("last", 1)),
    }
