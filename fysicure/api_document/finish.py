"""What is done to the whole document once drf-spectacular has made it."""

from pathlib import Path
from typing import Any

import yaml

from fysicure.api_document.webhooks import webhooks

PARAMETER_WORDS: dict[str, str] = yaml.safe_load(
    (Path(__file__).parent / "words" / "parameters.yaml").read_text(encoding="utf-8")
)


# Members that are left out for who may not know what is the matter (accounts/policy.py).
LEFT_OUT = {"EpisodeShape": {"reason", "side"}, "PrescriptionShape": {"diagnosis"}}


def finish(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Write what may be null as OpenAPI 3.1 does, what each parameter means, and what this server sends by itself.

    A hook of drf-spectacular.
    """
    result["webhooks"] = webhooks()
    for path in result["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                _say(parameter, operation["operationId"])
    for name, members in LEFT_OUT.items():
        shape = result["components"]["schemas"][name]
        shape["required"] = [each for each in shape["required"] if each not in members]
    finished: dict[str, Any] = _null_as_type(result)
    return finished


def _say(parameter: dict[str, Any], operation: str) -> None:
    name = parameter["name"]
    if name in {"page", "page_size"}:
        parameter["schema"]["minimum"] = 1
    if name in {"fields", "ordering"}:  # given empty, they ask for nothing
        parameter["schema"]["pattern"] = f"^({parameter['schema']['pattern'].strip('^$')})?$"
    words = PARAMETER_WORDS.get(f"{operation}.{name}") or PARAMETER_WORDS.get(name)
    if words and parameter["in"] != "header":
        choices = parameter.get("description", "").partition("\n\n")[2] if "enum" in parameter["schema"] else ""
        parameter["description"] = f"{words}\n\n{choices}".strip()


def _null_as_type(node: Any) -> Any:
    """`nullable`, which drf-spectacular takes over from REST framework's pages, is no word of JSON Schema."""
    if isinstance(node, list):
        return [_null_as_type(each) for each in node]
    if not isinstance(node, dict):
        return node
    if {} in node.get("oneOf", []):  # anything, and null besides: null would be valid twice, so not at all
        return {key: _null_as_type(each) for key, each in node.items() if key != "oneOf"}
    found = {key: _null_as_type(each) for key, each in node.items()}
    if found.get("nullable") is True and isinstance(found.get("type"), str):
        del found["nullable"]
        found["type"] = [found["type"], "null"]
    return found
