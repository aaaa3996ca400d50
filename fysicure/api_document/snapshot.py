"""The document as a file: docs/openapi.yaml, from which the client is made and which shows each change in review."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

KEPT_IN = Path(__file__).parents[2] / "docs" / "openapi.yaml"


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document, in English, made once for each process: it is the same for everybody."""
    with translation.override("en"):
        schema = SchemaGenerator().get_schema(request=None, public=True)
        found: dict[str, Any] = json.loads(OpenApiJsonRenderer().render(schema, renderer_context={}))
    return found


def as_yaml(whole: dict[str, Any]) -> str:
    """Return the document as the text of docs/openapi.yaml."""
    rendered: bytes = OpenApiYamlRenderer().render(whole, renderer_context={})
    return rendered.decode()
