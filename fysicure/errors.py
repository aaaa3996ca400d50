"""Where a refusal becomes a page or a problem document (RFC 9457): the only place that knows both."""

import datetime
from collections.abc import Callable
from functools import cache
from math import ceil
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.api_throttle import tell_share
from accounts.exceptions import BrokenOff, DomainError, ReasonWanted, as_refusal
from accounts.problems import problem_type, type_of
from fysicure.fhir.server.outcomes import as_outcome
from fysicure.reason_page import ask_reason

PROBLEM = "application/problem+json"
API_VERSION = "1"  # docs/decisions/0012-api-versions.md
CODES = {"invalid": "invalid_input", "error": "internal_error"}  # of the framework, where its word says too little
# Refusals of who stands before the API's views: their short name and what they say.
OF_STATUS = {
    400: ("bad-request", gettext_lazy("This request is malformed, or holds something that no text can hold.")),
    403: ("permission-denied", gettext_lazy("Refused.")),
    404: ("not-found", gettext_lazy("There is nothing at this address.")),
    405: ("method-not-allowed", gettext_lazy("This address does not take that method.")),
    413: ("content-too-large", gettext_lazy("This is more than can be sent at once.")),
    414: ("uri-too-long", gettext_lazy("This address is too long.")),
    415: ("unsupported-media-type", gettext_lazy("This text cannot be read: send it as UTF-8.")),
    500: (
        "internal-error",
        gettext_lazy("This is our fault. What you saved before is safe. Try again in a moment."),
    ),
}
# Numbers and dates beyond what a column holds, and text that no encoding holds: the sender's fault, not ours.
NOT_STORABLE = (DataError, OverflowError, UnicodeEncodeError)


@cache
def constraint_sentences() -> dict[str, Any]:
    """Return for each named constraint of our models the sentence that explains its refusal, in no language yet."""
    return {
        constraint.name: constraint.violation_error_message
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message
    }


def sentence_of(error: IntegrityError) -> str:
    """Return why the database refused a row, in a person's words."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if name == "patients_restriction_frozen":  # a trigger, not a constraint of a model (patients 0005)
        return _("This record is frozen: it may be read, and nothing in it may change.")
    return str(constraint_sentences().get(name) or _("This clashes with something that is already there."))


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception of an API view into a problem document: type, title, status, detail, and errors by field.

    The types stand in docs/problems.md. An exception that nobody foresaw gives None: it is a 500.
    """
    error = as_refusal(error)
    if isinstance(error, DomainError):
        body = {"type": type_of(error), "title": error.title, "status": error.status, "detail": error.detail}
        return _and_wait(_document({**body, **error.extra}, error.errors), error)
    if isinstance(error, IntegrityError):
        kind = problem_type("conflict")
        return _document({"type": kind, "title": "Conflict", "status": 409, "detail": sentence_of(error)}, {})
    error = _of_framework(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    data = response.data if isinstance(response.data, dict) else {"non_field_errors": response.data}
    by_field = {} if set(data) == {"detail"} else data
    code = CODES.get(getattr(error, "default_code", "error"), getattr(error, "default_code", "error"))
    kind, title = problem_type(code.replace("_", "-")), code.replace("_", " ").capitalize()
    detail = str(data.get("detail", _("Some values cannot be taken.")))
    document = _document({"type": kind, "title": title, "status": response.status_code, "detail": detail}, by_field)
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in response:
            document[name] = response[name]
    return document


def _of_framework(error: Exception) -> Exception:
    """What Django and the database say, in the words of the API's framework."""
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, NOT_STORABLE):
        return exceptions.ParseError(_("Some values cannot be taken."))
    if isinstance(error, ValidationError):
        by_field = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        return exceptions.ValidationError(by_field)
    return error


def _document(body: dict[str, Any], errors: dict[str, Any]) -> Response:
    members = {**body, **({"errors": errors} if errors else {})}
    return Response(members, status=body["status"], content_type=PROBLEM)


def _and_wait[Answer: HttpResponseBase](response: Answer, error: Exception) -> Answer:
    """Say when the next attempt is taken, where the refusal knows (RFC 9110, 10.2.3)."""
    until: datetime.datetime | None = getattr(error, "until", None)
    if until is not None:
        response["Retry-After"] = str(max(ceil((until - timezone.now()).total_seconds()), 1))
    return response


class DomainErrorMiddleware:
    """Shows a refusal that no view caught as a page, with the sentence and a way back; nothing was saved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ReasonWanted):
            return ask_reason(request, error)
        error = as_refusal(error)
        if isinstance(error, BrokenOff):
            return render(request, "busy.html", {"detail": error.detail, "typed": _typed(request)}, status=error.status)
        if isinstance(error, DomainError):
            detail, status = error.detail, error.status
        elif isinstance(error, IntegrityError):
            detail, status = sentence_of(error), 409
        elif isinstance(error, NOT_STORABLE):
            detail, status = _("Some values cannot be taken."), 400
        else:
            return None
        values = {"detail": detail, "words": _words(request)}
        return _and_wait(render(request, "refused.html", values, status=status), error)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, to send it once more; no secrets, and no token: the page has a new one."""
    names = [name for name in request.POST if name != "csrfmiddlewaretoken" and "password" not in name.lower()]
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _words(request: HttpRequest) -> list[str]:
    """What was written rather than chosen, so that a refusal never loses it."""
    return [value for _name, value in _typed(request) if len(value.split()) > 1]


class ApiProblemMiddleware:
    """Makes every refusal of an API address a problem document, whoever refused: a limit, no such address, a crash.

    Every answer says the version of the API, and what is left of the token's share (accounts/api_throttle.py).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path.startswith(("/api/", "/fhir/")):
            return response
        if response.status_code >= 400 and "json" not in response.get("Content-Type", ""):
            response = _of_status(response)
        if request.path.startswith("/fhir/"):
            response = as_outcome(response)
        tell_share(request, response)
        if request.path.startswith("/api/"):
            response["API-Version"] = API_VERSION
        return response


def _of_status(response: HttpResponseBase) -> HttpResponse:
    """The problem document of an answer that somebody outside the API's views gave; its headers stay."""
    status = response.status_code
    name, detail = OF_STATUS.get(status, ("refused", gettext_lazy("Refused.")))
    title = name.replace("-", " ").capitalize()
    body = {"type": problem_type(name), "title": title, "status": status, "detail": str(detail)}
    document = JsonResponse(body, status=status, content_type=PROBLEM)
    for header in ("Allow", "Retry-After", "WWW-Authenticate"):
        if response.has_header(header):
            document[header] = response[header]
    return document
