"""The addresses of FHIR: thin, one view for each kind of question."""

import datetime
from typing import Any

from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.policy import signed_in
from fysicure.fhir.elements import Resource
from fysicure.fhir.server.access import made_of_one
from fysicure.fhir.server.asked import format_asked
from fysicure.fhir.server.bundles import base_of
from fysicure.fhir.server.capability import capability
from fysicure.fhir.server.codes import lookup_for
from fysicure.fhir.server.kinds import Kind
from fysicure.fhir.server.operations import apply_to, everything_of, subject_of
from fysicure.fhir.server.outcomes import FhirRefusal
from fysicure.fhir.server.search import search
from fysicure.fhir.server.wire import FhirParser, FhirView
from fysicure.strict_json import StrictJSONParser


class CapabilityView(FhirView):
    """What this server can. Public: it describes the program, and holds no data of a practice."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        """Return the CapabilityStatement."""
        return Response(capability(base_of(request._request)))


class ReadView(FhirView):
    """One resource by its id."""

    kind: Kind

    def get(self, request: Request, pk: str) -> HttpResponseBase:
        """Return the resource; 304 when the caller has this version already."""
        found = self.kind.one(signed_in(request._request), pk)
        if found is None:
            raise Http404
        resource = made_of_one(request, self.kind, found, lookup_for(self.kind.name, [found.row]))
        return conditional(request, resource)


class SearchView(FhirView):
    """Resources of one type."""

    kind: Kind

    def get(self, request: Request) -> Response:
        """Search by what may stand in an address."""
        pairs = [(name, value) for name, values in request.query_params.lists() for value in values]
        return Response(search(request, self.kind, pairs, by_post=False))


class PostedSearchView(FhirView):
    """Resources of one type, by what must not stand in an address: a name, a birth date, a number."""

    kind: Kind

    def post(self, request: Request) -> Response:
        """Search by a form (application/x-www-form-urlencoded)."""
        form = request.data if isinstance(request.data, QueryDict) else QueryDict()
        body = [(name, value) for name, values in form.lists() for value in values]
        if not format_asked([value for name, value in body if name == "_format"]):
            raise FhirRefusal(_("This server speaks JSON only, FHIR 4.0."), code="not-supported", status=406)
        in_address = [(name, value) for name, values in request.query_params.lists() for value in values]
        is_told = any(name.partition(":")[0] in self.kind.private for name, _value in in_address)
        return Response(search(request, self.kind, [*in_address, *body], by_post=not is_told))


class EverythingView(FhirView):
    """All that is known of one patient."""

    required_action = "api.clinical"

    def get(self, request: Request, pk: str) -> Response:
        """Return the record as one Bundle, or in pages when `_count` is given."""
        return Response(everything_of(request, pk))


class ApplyView(FhirView):
    """A pathway as a plan for one patient that nobody decided on. Writes nothing."""

    required_action = "api.clinical"
    parser_classes = [FhirParser, StrictJSONParser]

    def get(self, request: Request, pk: str) -> Response:
        """Return the plan for `subject`."""
        return Response(apply_to(request, pk, request.query_params.get("subject", "")))

    def post(self, request: Request, pk: str) -> Response:
        """Return the plan for the subject of a Parameters resource, or of the address."""
        subject = request.query_params.get("subject", "") or subject_of(request.data)
        return Response(apply_to(request, pk, subject))


def conditional(request: Request, resource: Resource) -> HttpResponseBase:
    """Return a resource with its version, or 304 when the caller names it (RFC 9110, section 13)."""
    meta = resource.get("meta", {})
    response = Response(resource)
    version, changed = meta.get("versionId"), meta.get("lastUpdated")
    etag = f'W/"{version}"' if version else None
    moment = datetime.datetime.fromisoformat(changed) if changed else None
    if etag:
        response["ETag"] = etag
    seconds = int(moment.timestamp()) if moment else None
    if seconds is not None:
        response["Last-Modified"] = http_date(seconds)
    return get_conditional_response(request._request, etag, seconds, response) or response
