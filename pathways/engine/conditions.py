"""Conditions over findings as structured data: all, any, any_answered, not, panel, and a test of one measure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pathways.engine.comparison import Comparison, parse_comparison
from pathways.engine.logic import Verdict, all_of, any_answered, any_of, negate

Lookup = Callable[[str, str | None], Any]
OTHER = {"L": "R", "R": "L"}


@dataclass(frozen=True, slots=True)
class Test:
    """One measure held against one threshold; ``other_side`` looks at the opposite side."""

    measure: str
    comparison: Comparison
    other_side: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions joined; unknown as soon as one of ``needs`` was not asked."""

    kind: str
    parts: tuple["Condition", ...]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """Provocation tests: one positive is enough; negative only when every core test was done, all negative."""

    core: tuple["Condition", ...]
    extra: tuple["Condition", ...]


Condition = Test | Group | Panel
_JOIN = {"all": all_of, "any": any_of, "any_answered": any_answered}


def parse_condition(row: Mapping[str, Any]) -> Condition:
    """Read one condition from pathway data."""
    if "measure" in row:
        return Test(row["measure"], parse_comparison(row), row.get("side") == "other")
    if "panel" in row:
        panel = row["panel"]
        return Panel(_parts(panel["core"]), _parts(panel.get("extra", ())))
    if "not" in row:
        return Group("not", (parse_condition(row["not"]),))
    kind = next(name for name in _JOIN if name in row)
    return Group(kind, _parts(row[kind]), tuple(row.get("needs", ())))


def _parts(rows: Any) -> tuple[Condition, ...]:
    return tuple(parse_condition(row) for row in rows)


def evaluate(condition: Condition, lookup: Lookup, side: str | None) -> Verdict:
    """The verdict of a condition for one side; what was not asked is unknown."""
    match condition:
        case Test():
            return condition.comparison.judge(lookup(condition.measure, _side(condition, side)))
        case Panel():
            return _evaluate_panel(condition, lookup, side)
        case Group(kind="not"):
            return negate(evaluate(condition.parts[0], lookup, side))
        case Group():
            if any(lookup(key, side) is None for key in condition.needs):
                return Verdict.UNKNOWN
            return _JOIN[condition.kind](evaluate(part, lookup, side) for part in condition.parts)


def _side(test: Test, side: str | None) -> str | None:
    return OTHER.get(side or "") if test.other_side else side


def _evaluate_panel(panel: Panel, lookup: Lookup, side: str | None) -> Verdict:
    core = [evaluate(part, lookup, side) for part in panel.core]
    done = [evaluate(part, lookup, side) for part in panel.extra if _asked(part, lookup, side)]
    return any_of(core + done)


def _asked(condition: Condition, lookup: Lookup, side: str | None) -> bool:
    return any(lookup(test.measure, _side(test, side)) is not None for test in tests_in(condition))


def tests_in(condition: Condition) -> Iterator[Test]:
    """Every single-measure test inside a condition."""
    match condition:
        case Test():
            yield condition
        case Panel():
            for part in condition.core + condition.extra:
                yield from tests_in(part)
        case Group():
            for part in condition.parts:
                yield from tests_in(part)


def unasked(condition: Condition, lookup: Lookup, side: str | None) -> list[str]:
    """Measures whose absence leaves the condition open, in order; extra tests nobody did are not asked for."""
    if evaluate(condition, lookup, side) is not Verdict.UNKNOWN:
        return []
    if isinstance(condition, Panel):
        parts = [*condition.core, *(part for part in condition.extra if _asked(part, lookup, side))]
        keys = [key for part in parts for key in unasked(part, lookup, side)]
    else:
        keys = [test.measure for test in tests_in(condition) if lookup(test.measure, _side(test, side)) is None]
    return list(dict.fromkeys(keys))
