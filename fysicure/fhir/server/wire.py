"""What every view of FHIR shares: its format, its forms, its refusals."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import FormParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fysicure.errors import problem
from fysicure.fhir.server.asked import format_asked
from fysicure.fhir.server.outcomes import FHIR_JSON, FhirRefusal, of_problem, outcome
from fysicure.strict_json import StrictJSONParser

_TAKEN = ("*/*", "application/*", FHIR_JSON, "application/json", "application/json+fhir", "text/json")


class FhirRenderer(JSONRenderer):
    """JSON as FHIR names it."""

    media_type = FHIR_JSON
    format = "json"
    charset = "utf-8"


class FhirParser(StrictJSONParser):
    """A resource in JSON."""

    media_type = FHIR_JSON


class Negotiation(BaseContentNegotiation):
    """JSON, by `_format` or by Accept; whoever wants XML or another version of FHIR alone hears that there is none."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the parser of the body, or None."""
        kind = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        """Return our renderer. Raises NotAcceptable."""
        named = request._request.GET.getlist("_format")
        accept = [part.partition(";") for part in request.headers.get("Accept", "*/*").lower().split(",")]
        accepted = [name.strip() for name, _semicolon, rest in accept if _is_ours(rest)]
        if format_asked(named) and (any(named) or any(name in _TAKEN for name in accepted)):
            return renderers[0], f"{FHIR_JSON}; charset=utf-8"
        raise NotAcceptable(_("This server speaks JSON only, FHIR 4.0."), available_renderers=renderers)


def _is_ours(parameters: str) -> bool:
    """Whether the version of FHIR that is accepted, if one is named, is R4; and what is accepted is not refused."""
    pairs = dict(part.strip().partition("=")[::2] for part in parameters.split(";") if "=" in part)
    is_refused = pairs.get("q", "1").strip("0.") == ""
    return pairs.get("fhirversion", "4.0").startswith("4.0") and not is_refused


class FhirView(APIView):
    """A view of FHIR: OperationOutcome for every refusal, and no place in the OpenAPI document (it has `metadata`)."""

    renderer_classes = [FhirRenderer]
    parser_classes = [FormParser]
    content_negotiation_class = Negotiation
    metadata_class = None
    schema = None

    def get_exception_handler(self) -> Any:
        """Return what makes an OperationOutcome of an exception."""
        return refusal


def refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception into an OperationOutcome; None for what only the server's own fault explains."""
    if isinstance(error, FhirRefusal):
        body = outcome(error.status, error.detail, code=error.code, parameter=error.parameter)
        return Response(body, status=error.status)
    response = problem(error, context)
    if response is None:
        return None
    made = Response(of_problem(response.data), status=response.status_code)
    for name in ("WWW-Authenticate", "Retry-After", "Allow"):
        if name in response:
            made[name] = response[name]
    return made
