"""Exit criteria of a phase: conditions as the rows of a form, and the rows as conditions again.

A criterion is one condition, or a group of conditions: all of them, one of them, or at least so many. What is nested
deeper, or says something that the form does not know, is left alone: it is written in a file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pathways.editor.document import Document, Row, dropped, key_for, moved, replaced, with_source, without
from pathways.editor.phases import phase_index
from pathways.engine.checks import SCHEMA_FILE
from pathways.engine.comparison import OPERATORS

ONE, ALL, ANY, SOME = "one", "all", "any", "at_least"
MEASURE, STATE, DIARY, RUNS = "measure", "state", "diary", "runs"
SIGNS = {"at_least": ">=", "at_most": "<=", "above": ">", "below": "<", "equals": "==", "not_equals": "!="}
CHANGE = "change_from_baseline"
# What the form shows of a condition, and what it keeps without showing it.
NUMBERS = ("window_days", "last", "minimum_count")
SHOWN = {MEASURE, STATE, DIARY, RUNS, "statistic", "side", "maximum_age_days", CHANGE, *NUMBERS, *OPERATORS}
KEPT = ("fallback",)
# What the form has words for; a condition that names another statistic or side is written in a file.
STATISTICS = ("", "max", "min", "mean", "sum", "count", "days", "trend", CHANGE, "reds", "all_green")
SIDES = ("", "other")


@dataclass(frozen=True)
class Grammar:
    """What the schema lets a condition say: the form offers no more than that.

    `statistics` by source (measure, diary, runs); `names` of a condition; `groups` that join conditions.
    """

    statistics: Mapping[str, tuple[str, ...]]
    names: frozenset[str]
    groups: tuple[str, ...]


@cache
def grammar() -> Grammar:
    """Read from the schema what a condition may say."""
    rules = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["$defs"]
    leaf = rules["leaf"]["properties"]
    statistics = {name: tuple(leaf[name]["properties"]["statistic"]["enum"]) for name in (DIARY, RUNS)}
    statistics[MEASURE] = ("", *leaf.get("statistic", {}).get("enum", ()), *((CHANGE,) if CHANGE in leaf else ()))
    bodies = [body.get("properties", {}) for body in rules["exit"].get("oneOf", [rules["exit"]])]
    groups = tuple(
        name
        for name in (ALL, ANY, SOME)
        if any(body.get(name, {}).get("type") in ("array", "object") for body in bodies)
    )
    return Grammar(statistics, frozenset(leaf), groups)


def criterion_at(document: Document, phase: str, index: int) -> Row:
    """Return one criterion. Raises KeyError without the phase, IndexError without the criterion."""
    rows = document["phases"][phase_index(document, phase)]["exit"]
    if index < 0:
        raise IndexError(index)
    row: Row = rows[index]
    return row


def group_of(criterion: Row) -> tuple[str, int, list[Row]]:
    """Return how a criterion joins its conditions, how many it asks for, and the conditions."""
    for kind in (ALL, ANY):
        if kind in criterion:
            return kind, 1, list(criterion[kind])
    if isinstance(criterion.get(SOME), Mapping):
        return SOME, criterion[SOME]["count"], list(criterion[SOME]["of"])
    return ONE, 1, [without(criterion, "key", "label", "reference", "practice_choice")]


def is_editable(criterion: Row) -> bool:
    """Whether the form can show all that a criterion says, so that saving it untouched changes nothing."""
    _kind, _count, leaves = group_of(criterion)
    return all(isinstance(leaf, Mapping) and set(leaf) <= {*SHOWN, *KEPT} and _has_words(leaf) for leaf in leaves)


def _has_words(leaf: Row) -> bool:
    values = leaf_values(leaf)
    return values["statistic"] in STATISTICS and values["side"] in SIDES and leaf_of(values, leaf) == leaf


def leaf_values(leaf: Row) -> dict[str, Any]:
    """Return a condition as the row of a form: `subject` like "measure:lefs", "diary" or "state:weeks_in_phase"."""
    source = next((name for name in (MEASURE, STATE, DIARY, RUNS) if name in leaf), MEASURE)
    given = leaf.get(source, "")
    inner = given if isinstance(given, Mapping) else {}
    operator = next((name for name in OPERATORS if name in leaf), "")
    age = leaf.get("maximum_age_days", "")
    return {
        "subject": source if inner else f"{source}:{given}",
        "statistic": inner.get("statistic") or (CHANGE if leaf.get(CHANGE) else leaf.get("statistic", "")),
        "window_days": inner.get("span") if source == DIARY and inner else leaf.get("window_days"),
        "last": inner.get("span") if source == RUNS and inner else leaf.get("last"),
        "minimum_count": leaf.get("minimum_count"),
        "maximum_age_days": age,
        "any_age": age is None,
        "side": leaf.get("side", ""),
        "operator": operator,
        "threshold": leaf.get(operator),
    }


def leaf_of(values: Row, before: Row | None = None) -> dict[str, Any]:
    """Return the row of a form as a condition; what the form keeps of the condition before is kept."""
    source, _colon, name = values["subject"].partition(":")
    leaf: dict[str, Any] = {}
    statistic = values.get("statistic") or ""
    if source in (DIARY, RUNS):
        span = values["window_days"] if source == DIARY else values["last"]
        leaf[source] = {"span": span, "statistic": statistic}
    else:
        leaf[source] = name
        if statistic == CHANGE:
            leaf[CHANGE] = True
        elif statistic:
            leaf["statistic"] = statistic
        leaf |= {number: values[number] for number in NUMBERS if values.get(number) is not None}
    if values.get("side"):
        leaf["side"] = values["side"]
    if values.get("any_age"):
        leaf["maximum_age_days"] = None
    elif values.get("maximum_age_days") not in (None, ""):
        leaf["maximum_age_days"] = values["maximum_age_days"]
    if values.get("operator"):
        leaf[values["operator"]] = values["threshold"]
    return leaf | {name: before[name] for name in KEPT if before and name in before}


def joined(leaves: Sequence[Row], group: str, count: int) -> dict[str, Any]:
    """Return conditions as a group; a single one needs no group."""
    if len(leaves) == 1:
        return dict(leaves[0])
    return {SOME: {"count": count, "of": list(leaves)}} if group == SOME else {group: list(leaves)}


def with_criterion(
    document: Document,
    phase: str,
    index: int | None,
    *,
    label: str,
    group: str,
    count: int,
    leaves: Sequence[Row],
    references: Sequence[str],
    practice_choice: bool,
) -> dict[str, Any]:
    """Return the document with a criterion changed, or with `index` None one more at the end of a phase.

    `group` is one of ALL, ANY and SOME (with `count`); a single condition needs no group. The key stays as it was, so
    that plans and comparisons know the criterion again, unless it looks at something else now.
    """
    place = phase_index(document, phase)
    rows = list(document["phases"][place]["exit"])
    before: Row = {} if index is None else rows[index]
    others = [row["key"] for number, row in enumerate(rows) if number != index]
    key = before.get("key", "")
    if not _fits(key, leaves):
        key = key_for(_stem(leaves[0]), others)
    source = {name: before[name] for name in ("reference",) if name in before}
    row = with_source(
        {"key": key, "label": label, **joined(leaves, group, count), **source}, references, practice_choice
    )
    rows[index if index is not None else len(rows) :] = [row] if index is None else [row, *rows[index + 1 :]]
    return dict(replaced(document, ("phases", place, "exit"), rows))


def move_criterion(document: Document, phase: str, index: int, by: int) -> dict[str, Any]:
    """Return the document with a criterion a place up (-1) or down (+1)."""
    place = phase_index(document, phase)
    rows = moved(document["phases"][place]["exit"], index, by)
    return dict(replaced(document, ("phases", place, "exit"), rows))


def remove_criterion(document: Document, phase: str, index: int) -> dict[str, Any]:
    """Return the document without a criterion. Raises IndexError when the phase has no such criterion."""
    criterion_at(document, phase, index)
    place = phase_index(document, phase)
    return dict(replaced(document, ("phases", place, "exit"), dropped(document["phases"][place]["exit"], index)))


def _fits(key: str, leaves: Sequence[Row]) -> bool:
    """Whether a key may stay: a criterion of measures begins with one of them."""
    names = [leaf[MEASURE] for leaf in leaves if MEASURE in leaf]
    return bool(key) and (len(names) < len(leaves) or any(key.startswith(name) for name in names))


def _stem(leaf: Row) -> str:
    values = leaf_values(leaf)
    name = values["subject"].rpartition(":")[2]
    operator = values["operator"]
    return f"{name}{SIGNS.get(operator, f'_{operator}_' if operator else '')}{_plain(values['threshold'])}"


def _plain(threshold: Any) -> str:
    many = threshold if isinstance(threshold, list) else [threshold]
    return "|".join("" if each is None else str(each) for each in many)
