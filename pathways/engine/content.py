"""Reads ``seeds/``: measures, references, exercises and pathways; all faults at once, one line each."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pathways.engine.checks import Fault, validate_document
from pathways.engine.definition import parse_definition
from pathways.engine.findings import TYPES, MeasureDefinition, Option
from pathways.engine.model import Definition, Exercise, Reference

DEEPEST = 40
STRENGTHS = ("strong", "moderate", "weak", "expert", "practice_choice", "contradicts")


class ContentError(ValueError):
    """The content has faults; ``faults`` holds lines ``file:path: reason``."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Content:
    """Everything in ``seeds/``; ``documents`` keeps each pathway as it was read, for storing a version."""

    measures: Mapping[str, MeasureDefinition]
    references: Mapping[str, Reference]
    exercises: Mapping[str, Exercise]
    pathways: Mapping[str, Definition]
    documents: Mapping[str, Mapping[str, Any]]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML that refuses a key given twice; in C where PyYAML was built with it, ten times as fast."""


def _unique_mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise yaml.constructor.ConstructorError(None, None, "a name must be a text", key_node.start_mark)
        if key in seen:
            line = key_node.start_mark.line + 1
            raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key} (line {line})", None)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)


def read_content(directory: Path) -> Content:
    """Read and check everything; raises ``ContentError`` with every fault found."""
    faults: list[str] = []
    tables: dict[str, dict[str, Any]] = {}
    for name, build in (("measures", _measure), ("references", _reference), ("exercises", _exercise)):
        tables[name] = _table(directory / f"{name}.yaml", name, build, faults)
    measures, references, exercises = tables["measures"], tables["references"], tables["exercises"]
    pathways: dict[str, Definition] = {}
    documents: dict[str, Mapping[str, Any]] = {}
    for file in sorted((directory / "pathways").glob("*.yaml")):
        document = _read(file, faults)
        if document is None:
            continue
        found = validate_document(document, measures=measures, references=references, exercises=exercises)
        if not found and document["key"] in pathways:
            found = [Fault("key", f"duplicate key {document['key']}")]
        faults += [_line(f"pathways/{file.name}", fault) for fault in found]
        if not found:
            documents[document["key"]] = document
            pathways[document["key"]] = parse_definition(document, measures, references, exercises)
    if faults:
        raise ContentError(faults)
    return Content(measures, references, exercises, pathways, documents)


def _line(file: str, fault: Fault) -> str:
    return f"{file}:{fault.path}: {fault.reason}"


def read_yaml(text: str) -> Any:
    """Parse YAML with a safe loader; a key given twice is an error, and so is nesting deeper than any pathway's."""
    _check_depth(text)
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _check_depth(text: str) -> None:
    """Raise MarkedYAMLError for a text nested too deeply: building it would overflow the stack and end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            problem: dict[str, Any] = {"problem": "nested too deeply", "problem_mark": event.start_mark}
            raise yaml.MarkedYAMLError(**problem)


def _read(file: Path, faults: list[str]) -> Any:
    name = f"pathways/{file.name}" if file.parent.name == "pathways" else file.name
    try:
        document = read_yaml(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{name}:(file): cannot be read: {error.__class__.__name__}")
        return None
    except yaml.YAMLError as error:
        faults.append(f"{name}:(file): {' '.join(str(error).split())}")
        return None
    if isinstance(document, Mapping):
        return document
    faults.append(f"{name}:(document): must be a mapping")
    return None


def _table(file: Path, name: str, build: Any, faults: list[str]) -> dict[str, Any]:
    document = _read(file, faults)
    rows = None if document is None else document.get(name)
    if document is not None and not isinstance(rows, Mapping):
        faults.append(f"{file.name}:{name}: must be a mapping")
    table: dict[str, Any] = {}
    for key, row in (rows if isinstance(rows, Mapping) else {}).items():
        found = list(_row_faults(name, row))
        if not found:
            try:
                table[key] = build(key, row)
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                found = [Fault("", f"cannot be read: {error}")]
        faults += [f"{file.name}:{name}.{key}{fault.path}: {fault.reason}" for fault in found]
    return table


def _row_faults(table: str, row: Any) -> Iterator[Fault]:
    needed = {
        "measures": ("label", "type"),
        "references": ("authors", "finding", "strength", "verified"),
        "exercises": ("code", "name", "how", "why"),
    }[table]
    if not isinstance(row, Mapping):
        yield Fault("", "must be a mapping")
        return
    for name in needed:
        if row.get(name) in (None, "", []):
            yield Fault(f".{name}", "is missing")
    if table == "measures":
        yield from _measure_faults(row)
    if table == "references":
        yield from _reference_faults(row)


def _reference_faults(row: Mapping[str, Any]) -> Iterator[Fault]:
    if row.get("strength") not in STRENGTHS:
        yield Fault(".strength", f"must be one of {', '.join(STRENGTHS)}")
    days = [row.get(name) for name in ("reviewed_on", "review_due")]
    if any(day is not None for day in days) and not all(isinstance(day, date) for day in days):
        yield Fault(".review_due", "a review has two dates: reviewed_on and review_due")
    elif days[0] is not None and days[0] >= days[1]:
        yield Fault(".review_due", "must come after reviewed_on")


def _measure_faults(row: Mapping[str, Any]) -> Iterator[Fault]:
    if row.get("type") not in TYPES:
        yield Fault(".type", f"unknown type {row.get('type')}")
    if row.get("sides", "none") not in ("per_side", "affected", "none"):
        yield Fault(".sides", f"unknown sides {row['sides']}")
    if row.get("type") in ("choice", "multiple") and not row.get("options"):
        yield Fault(".options", "a choice needs options")
    low, high = row.get("minimum"), row.get("maximum")
    if low is not None and high is not None and low > high:
        yield Fault(".minimum", "is above the maximum")
    if row.get("type") == "list" and row.get("item") not in ("decimal", "integer", "text", "record"):
        yield Fault(".item", f"unknown item {row.get('item')}")


def _measure(key: str, row: Mapping[str, Any]) -> MeasureDefinition:
    given = dict(row)
    options = tuple(Option(str(value), label) for value, label in given.pop("options", {}).items())
    return MeasureDefinition(key=key, options=options, **given)


def _reference(key: str, row: Mapping[str, Any]) -> Reference:
    names = ("year", "title", "journal", "doi", "correction", "reviewed_on", "review_due")
    return Reference(
        key=key,
        authors=row["authors"],
        design=row.get("design", ""),
        finding=row["finding"],
        strength=row["strength"],
        verified=row["verified"],
        **{name: row.get(name) for name in names},
    )


def _exercise(key: str, row: Mapping[str, Any]) -> Exercise:
    return Exercise(key, row["code"], row["name"], tuple(row["how"]), row["why"], tuple(row.get("equipment", ())))
