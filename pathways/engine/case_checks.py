"""Can the worked cases of a pathway document be tried? What a schema cannot see."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from pathways.engine.findings import MeasureDefinition

Row = Mapping[str, Any]
PARTS = ("classify", "progress", "light")


def case_faults(document: Row, measures: Mapping[str, MeasureDefinition]) -> Iterator[tuple[str, str]]:
    """Yield a path and a reason for each fault: ``cases[2].classify.findings.x``, ``unknown measure x``."""
    phases = {phase["key"] for phase in document["phases"]}
    courses = {course["key"] for course in document["courses"]}
    seen: set[str] = set()
    for index, case in enumerate(document.get("cases", ())):
        path = f"cases[{index}]"
        if case["id"] in seen:
            yield f"{path}.id", f"duplicate key {case['id']}"
        seen.add(case["id"])
        if not any(name in case for name in PARTS):
            yield path, "a case classifies, judges progress or judges lights"
        yield from _moments(path, case)
        for key in case.get("classify", {}).get("findings", {}):
            if key not in measures:
                yield f"{path}.classify.findings.{key}", f"unknown measure {key}"
        if "progress" in case:
            yield from _progress_faults(f"{path}.progress", case["progress"], phases, courses, measures)


def _progress_faults(
    path: str, given: Row, phases: set[str], courses: set[str], measures: Mapping[str, MeasureDefinition]
) -> Iterator[tuple[str, str]]:
    if given["phase"] not in phases:
        yield f"{path}.phase", f"unknown phase {given['phase']}"
    if given["expect"].get("to_phase") not in {None, *phases}:
        yield f"{path}.expect.to_phase", f"unknown phase {given['expect']['to_phase']}"
    if given["course"] not in courses:
        yield f"{path}.course", f"unknown course {given['course']}"
    for number, row in enumerate(given.get("measurements", ())):
        if row["key"] not in measures:
            yield f"{path}.measurements[{number}].key", f"unknown measure {row['key']}"


DAYS = ("as_of", "started_on", "phase_started_on", "day")
MOMENTS = ("start", "end", "now")


def _moments(path: str, node: Any) -> Iterator[tuple[str, str]]:
    """Every day and moment of a case must exist."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            read = date if key in DAYS else datetime if key in MOMENTS else None
            if read and isinstance(value, str) and not _exists(read, value):
                yield f"{path}.{key}", f"{value!r} is no {'day' if read is date else 'moment'}"
            elif key != "findings":
                yield from _moments(f"{path}.{key}", value)
    elif isinstance(node, list | tuple):
        for index, value in enumerate(node):
            yield from _moments(f"{path}[{index}]", value)


def _exists(read: type[date], value: str) -> bool:
    try:
        read.fromisoformat(value)
    except ValueError:
        return False
    return True
