"""Is a pathway document right? First its shape (JSON Schema), then what a schema cannot see."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from pathways.engine.case_checks import case_faults
from pathways.engine.comparison import OPERATORS
from pathways.engine.criterion_checks import OTHER_RANGE, criterion_faults
from pathways.engine.derived import INPUTS
from pathways.engine.findings import MeasureDefinition
from pathways.engine.streams import STREAMS

SCHEMA_FILE = Path(__file__).parents[2] / "seeds" / "schema" / "pathway.schema.json"
RULE_LISTS = ("criteria", "contra", "red_flags", "differentials", "exit", "exercises", "education")
KEYED_LISTS = (*RULE_LISTS, "phases", "sections", "courses", "steps", "goals")
RULE_BLOCKS = ("load", "lights", "review", "volume", "start", "cadence", "no_response", "course", "promotion", "pauses")
STATE_NAMES = ("rtr_step_done", "gait_strategy", "weekly_km_usual", "mean_km_2wk", "weeks_in_phase")
GIVEN = ("age", "as_of")
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: ``phases[2].exit[0].measure``."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What a document may name."""

    measures: Mapping[str, MeasureDefinition]
    references: Mapping[str, Any]
    exercises: Mapping[str, Any]
    derived: frozenset[str]


def validate_document(
    document: Document,
    *,
    measures: Mapping[str, MeasureDefinition],
    references: Mapping[str, Any],
    exercises: Mapping[str, Any],
) -> list[Fault]:
    """Every fault of a pathway document; an empty list means it can be parsed."""
    shape = list(shape_faults(document))
    if shape:
        return shape
    derived = frozenset(document["derived"])
    known = _Known({**measures, **STREAMS}, references, exercises, derived)
    rules = {key: value for key, value in document.items() if key != "cases"}
    faults = [fault for path, row in _mappings(rules, "") for fault in _row_faults(path, row, known)]
    faults += _derived_faults(document, known)
    faults += _list_faults(rules, known)
    faults += [Fault(path, reason) for path, reason in case_faults(document, measures)]
    faults += _phase_faults(document)
    for index, phase in enumerate(document["phases"]):
        for number, row in enumerate(phase["exit"]):
            path = f"phases[{index}].exit[{number}]"
            faults += [Fault(*found) for found in criterion_faults(path, row, measures, derived)]
    return faults


@cache
def _validator() -> Any:
    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def shape_faults(document: Document) -> Iterator[Fault]:
    """Faults against the JSON Schema, in the order of the document."""
    for error in sorted(_validator().iter_errors(document), key=lambda each: [str(part) for part in each.path]):
        named = _plainest(error)
        yield Fault(_path(named.absolute_path), named.message[:200])


def _plainest(error: Any) -> Any:
    """Of a value that fits none of several shapes: the first fault of the shape that it comes nearest to."""
    while error.context:
        shapes: dict[Any, list[Any]] = {}
        for each in error.context:
            shapes.setdefault(each.schema_path[0], []).append(each)
        error = min(shapes.values(), key=_distance)[0]
    return error


def _distance(faults: list[Any]) -> tuple[bool, int]:
    """How far a value is from a shape: one that it does not even name comes last."""
    return any(each.validator == "required" for each in faults), len(faults)


def _path(parts: Any) -> str:
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "(document)"


def _mappings(node: Any, path: str) -> Iterator[tuple[str, Document]]:
    """Every mapping inside a document, with its path."""
    if isinstance(node, Mapping):
        yield path, node
        for key, value in node.items():
            yield from _mappings(value, f"{path}.{key}".lstrip("."))
    elif isinstance(node, (list, tuple)):
        for index, value in enumerate(node):
            yield from _mappings(value, f"{path}[{index}]")


def _row_faults(path: str, row: Document, known: _Known) -> Iterator[Fault]:
    yield from _name_faults(path, row, known)
    if isinstance(row.get("measure"), str):
        yield from _threshold_faults(path, row, known)
    for name in RULE_LISTS:
        yield from _rests_on(path, name, row.get(name))
    for name in RULE_BLOCKS:
        if isinstance(row.get(name), Mapping) and not _has_source(row[name]):
            yield Fault(f"{path}.{name}".lstrip("."), "needs a reference or practice_choice: true")


def _rests_on(path: str, name: str, rows: Any) -> Iterator[Fault]:
    if not isinstance(rows, list):
        return
    for index, row in enumerate(rows):
        if not _has_source(row):
            yield Fault(f"{path}.{name}[{index}]".lstrip("."), "needs a reference or practice_choice: true")


def _has_source(row: Document) -> bool:
    return bool(row.get("reference")) or row.get("practice_choice") is True


def _name_faults(path: str, row: Document, known: _Known) -> Iterator[Fault]:
    names: list[tuple[str, Any]] = []
    for field in ("measure", "fallback", "baseline"):
        if isinstance(row.get(field), str):
            names.append((field, row[field]))
    for field in ("needs", "measures"):
        if isinstance(row.get(field), list):
            names += [(f"{field}[{index}]", each) for index, each in enumerate(row[field])]
    for field, name in names:
        if name not in known.measures and name not in known.derived and name not in GIVEN:
            yield Fault(f"{path}.{field}", f"unknown measure {name}")
    reference = row.get("reference", [])
    for key in [reference] if isinstance(reference, str) else reference:
        if key not in known.references:
            yield Fault(f"{path}.reference", f"unknown reference {key}")
    if isinstance(row.get("exercise"), str) and row["exercise"] not in known.exercises:
        yield Fault(f"{path}.exercise", f"unknown exercise {row['exercise']}")
    if isinstance(row.get("state"), str) and row["state"] not in STATE_NAMES:
        yield Fault(f"{path}.state", f"unknown fact of the plan {row['state']}")
    limit = row.get("limit")
    if isinstance(limit, Mapping) and "derived" in limit and limit["derived"] not in known.derived:
        yield Fault(f"{path}.limit.derived", f"unknown computed value {limit['derived']}")


def _threshold_faults(path: str, row: Document, known: _Known) -> Iterator[Fault]:
    measure = known.measures.get(row["measure"])
    if measure is None:
        return
    if row.get("side") and not measure.sided:
        yield Fault(f"{path}.side", f"wrong side: {measure.key} has no sides")
    if row.get("change_from_baseline") or row.get("statistic") in OTHER_RANGE:
        return
    for operator in OPERATORS:
        if operator not in row:
            continue
        operands = row[operator] if isinstance(row[operator], list) else [row[operator]]
        for operand in operands:
            reason = _threshold_fault(measure, operator, operand)
            if reason:
                yield Fault(f"{path}.{operator}", reason)


def _threshold_fault(measure: MeasureDefinition, operator: str, operand: Any) -> str | None:
    if measure.type in ("integer", "decimal"):
        if isinstance(operand, bool) or not isinstance(operand, (int, float)):
            return f"threshold {operand!r} is no number, {measure.key} is"
        low, high = measure.minimum, measure.maximum
        if (low is not None and operand < low) or (high is not None and operand > high):
            return f"threshold {operand} outside the range of {measure.key} ({low} to {high})"
    elif measure.type in ("choice", "multiple"):
        if (operator == "includes") != (measure.type == "multiple"):
            return f"operator {operator} does not fit {measure.key} ({measure.type})"
        if operand not in {option.value for option in measure.options}:
            return f"{operand!r} is no answer of {measure.key}"
    elif measure.type in ("boolean", "test") and not isinstance(operand, bool):
        return f"{measure.key} is true or false, not {operand!r}"
    return None


def _derived_faults(document: Document, known: _Known) -> Iterator[Fault]:
    for key, row in document["derived"].items():
        path = f"derived.{key}"
        for name in INPUTS[row["compute"]]:
            wanted = row.get(name)
            if wanted is None:
                yield Fault(path, f"needs {name}")
            elif wanted in known.derived:
                yield Fault(f"{path}.{name}", f"computed value {wanted}: a computed value rests on measures only")
            elif wanted not in known.measures and wanted not in GIVEN:
                yield Fault(f"{path}.{name}", f"unknown measure {wanted}")
            elif row["compute"] == "deficit_percent" and known.measures[wanted].sides != "per_side":
                yield Fault(f"{path}.{name}", f"wrong side: {wanted} is not measured on each side")
        if not _has_source(row):
            yield Fault(path, "needs a reference or practice_choice: true")


def _list_faults(document: Document, known: _Known) -> Iterator[Fault]:
    for path, row in _mappings(document, ""):
        for name in KEYED_LISTS:
            if isinstance(row.get(name), list):
                yield from _duplicates(f"{path}.{name}".lstrip("."), row[name])
    rules = document["classification"]
    for name in ("contra", "red_flags"):
        for index, row in enumerate(rules[name]):
            if row["key"] not in known.measures:
                yield Fault(f"classification.{name}[{index}].key", f"unknown measure {row['key']}")
    duration = rules["course"]["duration"]
    if duration not in known.measures and duration not in known.derived:
        yield Fault("classification.course.duration", f"unknown measure {duration}")


def _duplicates(path: str, rows: Sequence[Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, row in enumerate(rows):
        key = row.get("key") if isinstance(row, Mapping) else None
        if key is not None and key in seen:
            yield Fault(f"{path}[{index}].key", f"duplicate key {key}")
        seen.add(key or "")


def _phase_faults(document: Document) -> Iterator[Fault]:
    phases = {phase["key"] for phase in document["phases"]}
    courses = {course["key"] for course in document["courses"]}
    for index, phase in enumerate(document["phases"]):
        if phase["order"] != index + 1:
            yield Fault(f"phases[{index}].order", f"phase order: expected {index + 1}")
        if set(phase["weeks"]) != courses:
            yield Fault(f"phases[{index}].weeks", "weeks are needed for each course")
        for course, (low, high) in phase["weeks"].items():
            if low > high:
                yield Fault(f"phases[{index}].weeks.{course}", "the lower number of weeks comes first")
    if document["review"]["return_phase"] not in phases:
        yield Fault("review.return_phase", f"unknown phase {document['review']['return_phase']}")
    for course in set(document["visits"]["schedule"]) ^ courses:
        yield Fault(f"visits.schedule.{course}", "visits are needed for each course, and for no other")
    if "running" in document:
        yield from _running_faults(document, phases, courses)
    if "after_care" in document:
        yield from _after_care_faults(document["after_care"], phases, courses)


def _after_care_faults(row: Document, phases: set[str], courses: set[str]) -> Iterator[Fault]:
    if row["check_in_weeks"] != sorted(set(row["check_in_weeks"])):
        yield Fault("after_care.check_in_weeks", "weeks come once each, the first one first")
    if row.get("restart_course") and row["restart_course"] not in courses:
        yield Fault("after_care.restart_course", f"unknown course {row['restart_course']}")
    for index, each in enumerate(row.get("restart", ())):
        if each["phase"] not in phases:
            yield Fault(f"after_care.restart[{index}].phase", f"unknown phase {each['phase']}")
    if not _has_source(row):
        yield Fault("after_care", "needs a reference or practice_choice: true")


def _running_faults(document: Document, phases: set[str], courses: set[str]) -> Iterator[Fault]:
    running = document["running"]
    order = {phase["key"]: index for index, phase in enumerate(document["phases"])}
    reached = 0
    for index, step in enumerate(running["steps"]):
        if step["phase"] not in phases:
            yield Fault(f"running.steps[{index}].phase", f"unknown phase {step['phase']}")
        elif order[step["phase"]] < reached:
            yield Fault(f"running.steps[{index}].phase", "phase order: a later step in an earlier phase")
        reached = max(reached, order.get(step["phase"], 0))
    known = {step["key"] for step in running["steps"]}
    for name in [running["first_step"], running["restart_step"], *running["start"]["steps"]]:
        if name not in known:
            yield Fault("running", f"unknown step {name}")
    if set(running["greens_needed"]) != courses:
        yield Fault("running.greens_needed", "needed for each course")
