"""The document as a file: docs/openapi.yaml, from which the client is generated and which shows each change in review."""

from pathlib import Path
from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

KEPT_IN = Path(__file__).parents[2] / "docs" / "openapi.yaml"


def document() -> dict[str, Any]:
    """Return the OpenAPI document, in English."""
    with translation.override("en"):
        found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def as_yaml(whole: dict[str, Any]) -> str:
    """Return the document as the text of docs/openapi.yaml."""
    with translation.override("en"):
        rendered: bytes = OpenApiYamlRenderer().render(whole, renderer_context={})
    return rendered.decode()
