"""Sends the requests of the document's examples to the planted practice, and holds answers against the document."""

import json
from typing import Any
from urllib.parse import urlencode

from django.core.cache import caches
from django.db import transaction
from django.test import Client
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from fysicure.api_document.components import JSON, PROBLEM
from fysicure.api_document.exchanges import OPERATIONS, Exchange
from tests.api.practice import Practice, counted_ids

ROOT = "urn:fysicure:openapi"
BROWSER = Client()  # one for all: each new one reads the list of static files again, and a token leaves no cookie
METHODS = ("get", "post", "patch", "put", "delete")


def operations(openapi: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Return by operation id its method, its path and what the document says of it."""
    return {
        each["operationId"]: (method, path, each)
        for path, item in openapi["paths"].items()
        for method, each in item.items()
        if method in METHODS
    }


def send(practice: Practice, method: str, route: str, exchange: Exchange, /, **changed: Any) -> Any:
    """Send an exchange as its role would; `changed` puts other things in its place. Returns Django's response."""
    asked = {"path": exchange.path, "query": exchange.query, "body": exchange.body, "headers": exchange.headers}
    asked |= {"who": exchange.who, "kind": JSON} | changed
    token = practice.tokens.get(asked["who"])
    headers = {"Accept-Language": "en", **({"Authorization": f"Bearer {token}"} if token else {}), **asked["headers"]}
    address = route.format(**asked["path"])
    if asked["query"]:
        address += f"?{urlencode(asked['query'], doseq=True)}"
    body = asked["body"]
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    more = {name: changed[name] for name in ("CONTENT_LENGTH",) if name in changed}
    caches["counters"].clear()
    return BROWSER.generic(method.upper(), address, data, content_type=asked["kind"], headers=headers, **more)


def replay(practice: Practice, known: dict[str, tuple[str, str, Any]], operation: str, exchange: Exchange) -> Any:
    """Send what an exchange needs before it, then the exchange itself; nothing of it stays in the database."""
    with transaction.atomic():
        for number, name in enumerate(exchange.before):
            earlier_operation, _slash, earlier_name = name.partition("/")
            earlier = next(each for each in OPERATIONS[earlier_operation].exchanges if each.name == earlier_name)
            again = exchange.before[:number].count(name)
            with counted_ids(f"{name}*{again}" if again else name):
                response = send(practice, *known[earlier_operation][:2], earlier)
            assert response.status_code == earlier.status, response.content
        with counted_ids(f"{operation}/{exchange.name}"):
            response = send(practice, *known[operation][:2], exchange)
        transaction.set_rollback(True)
    return response


def resolved(openapi: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference within the document points at, or the node itself."""
    while "$ref" in node:
        name = node["$ref"].removeprefix("#/").split("/")
        node = openapi
        for part in name:
            node = node[part]
    return node


def faults(openapi: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    """Return where a value is not what its schema (JSON Schema 2020-12) says."""
    whole = Resource.from_contents(openapi, default_specification=DRAFT202012)
    registry: Any = Registry().with_resource(ROOT, whole)
    check = Draft202012Validator(
        _absolute(schema), registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return [f"{error.json_path}: {error.message}" for error in check.iter_errors(value)]


def _absolute(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: f"{ROOT}{each}" if key == "$ref" and isinstance(each, str) else _absolute(each)
            for key, each in node.items()
        }
    return [_absolute(each) for each in node] if isinstance(node, list) else node


def check_answer(openapi: dict[str, Any], operation: dict[str, Any], response: Any, *, is_sparse: bool = False) -> None:
    """Hold an answer against the document: its status, headers, type and body. A sparse one may lack members."""
    status = str(response.status_code)
    assert status in operation["responses"], f"{status} is not documented: {response.content[:300]!r}"
    documented = resolved(openapi, operation["responses"][status])
    for name, value in documented.get("headers", {}).items():
        assert name in response or name == "Idempotency-Replayed", f"{name} is missing"
        if name in response and resolved(openapi, value)["schema"].get("type") == "string":
            assert faults(openapi, resolved(openapi, value)["schema"], response[name]) == []
    content = documented.get("content", {})
    if not content:
        assert response.content == b""
        return
    kind = response["Content-Type"].partition(";")[0]
    assert kind in content, f"{kind} is not documented for {status}"
    assert (kind == PROBLEM) == (response.status_code >= 400)
    found = faults(openapi, content[kind]["schema"], response.json())
    assert [each for each in found if not (is_sparse and "is a required property" in each)] == []


__all__ = ["check_answer", "faults", "operations", "replay", "resolved", "send"]
