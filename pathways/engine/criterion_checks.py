"""What can be wrong with a criterion's conditions, besides the names that it uses."""

from collections.abc import Iterator, Mapping
from typing import Any

from pathways.engine.comparison import OPERATORS
from pathways.engine.findings import MeasureDefinition
from pathways.engine.streams import STREAMS

Row = Mapping[str, Any]
NUMBERS = ("max", "min", "mean", "sum", "trend")
# Statistics whose outcome has another range than the measure itself.
OTHER_RANGE = ("count", "days", "sum", "trend")


def criterion_faults(
    path: str, row: Row, measures: Mapping[str, MeasureDefinition], derived: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Yield path and sentence for each fault in the conditions of one exit line."""
    yield from _key_faults(path, row)
    yield from _rule_faults(path, row, measures, derived)


def rows_of(rule: Row) -> Iterator[Row]:
    """Every condition in an exit line, however deep it stands."""
    for part in _parts(rule)[1]:
        yield from rows_of(part)
    if not _parts(rule)[1]:
        yield rule


def _parts(rule: Row) -> tuple[str, list[Row]]:
    for kind in ("all", "any"):
        if kind in rule:
            return kind, list(rule[kind])
    if isinstance(rule.get("at_least"), Mapping):
        return "at_least.of", list(rule["at_least"]["of"])
    return "", []


def _key_faults(path: str, row: Row) -> Iterator[tuple[str, str]]:
    rows = list(rows_of(row))
    names = [each["measure"] for each in rows if "measure" in each]
    if len(names) == len(rows) and not any(row["key"].startswith(name) for name in names):
        yield f"{path}.key", f"must begin with its measure: {names[0]}"


def _rule_faults(
    path: str, rule: Row, measures: Mapping[str, MeasureDefinition], derived: frozenset[str]
) -> Iterator[tuple[str, str]]:
    kind, parts = _parts(rule)
    if not parts:
        yield from _leaf_faults(path, rule, measures, derived)
        return
    if kind == "at_least.of" and rule["at_least"]["count"] > len(parts):
        yield f"{path}.at_least.count", f"asks for {rule['at_least']['count']} of {len(parts)} conditions"
    for index, part in enumerate(parts):
        yield from _rule_faults(f"{path}.{kind}[{index}]", part, measures, derived)


def _leaf_faults(
    path: str, row: Row, measures: Mapping[str, MeasureDefinition], derived: frozenset[str]
) -> Iterator[tuple[str, str]]:
    is_color = isinstance(row.get("runs"), Mapping) and row["runs"]["statistic"] == "all_green"
    if not is_color and "limit" not in row and not any(name in row for name in OPERATORS):
        yield path, "needs a threshold"
    if "last" in row and row.get("minimum_count", 1) > row["last"]:
        yield f"{path}.minimum_count", f"asks for {row['minimum_count']} of the last {row['last']} values"
    name, statistic = row.get("measure"), row.get("statistic", "latest")
    measure = measures.get(str(name)) or STREAMS.get(str(name))
    if statistic == "latest" or name is None:
        return
    if name in derived:
        yield f"{path}.statistic", f"{name} is computed from the latest values and has no {statistic}"
    elif statistic in NUMBERS and measure is not None and measure.type not in ("integer", "decimal"):
        yield f"{path}.statistic", f"{name} is no number and has no {statistic}"
    elif statistic == "trend" and "window_days" not in row and "last" not in row:
        yield f"{path}.statistic", "a trend needs window_days or last"
