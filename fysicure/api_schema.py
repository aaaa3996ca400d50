"""The address of the OpenAPI document, and what it says of tokens."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from fysicure.api_document.snapshot import document


class BearerScheme(OpenApiAuthenticationExtension):
    """The tokens of `manage.py api_token` (RFC 6750)."""

    target_class = "accounts.api.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme as OpenAPI names it."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of `manage.py api_token EMAIL`. It carries the role of its user.",
        }


class DocumentView(SpectacularAPIView):
    """The document, in YAML or JSON, the same for everybody: it describes the code, which is open."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give the document in English, whatever language the browser asks for."""
        return Response(document())
