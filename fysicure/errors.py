"""Where a refusal becomes a page or a problem document (RFC 9457): the only place that knows both."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.exceptions import BrokenOff, DomainError, ReasonWanted, as_refusal
from fysicure.fhir.server.outcomes import FHIR_JSON, as_outcome
from fysicure.reason_page import ask_reason

PROBLEM = "application/problem+json"
# Numbers and dates beyond what a column holds, and text that no encoding holds: the sender's fault, not ours.
NOT_STORABLE = (DataError, OverflowError, UnicodeEncodeError)


@cache
def constraint_sentences() -> dict[str, str]:
    """Return for each named constraint of our models the sentence that explains its refusal."""
    return {
        constraint.name: str(constraint.violation_error_message)
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
    return constraint_sentences().get(name, _("This clashes with something that is already there."))


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception of an API view into a problem document: type, title, status, detail, and errors by field."""
    error = as_refusal(error)
    if isinstance(error, DomainError):
        body = {"title": error.title, "status": error.status, "detail": error.detail, **error.extra}
        return _document(body, error.errors)
    if isinstance(error, IntegrityError):
        return _document({"title": "Conflict", "status": 409, "detail": sentence_of(error)}, {})
    if isinstance(error, NOT_STORABLE):
        error = exceptions.ParseError(_("Some values cannot be taken."))
    if isinstance(error, ValidationError):
        error = exceptions.ValidationError(
            error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        )
    response = exception_handler(error, context)
    if response is None:
        return None
    data = response.data if isinstance(response.data, dict) else {"non_field_errors": response.data}
    by_field = {} if set(data) == {"detail"} else data
    title = getattr(error, "default_code", "error").replace("_", " ").capitalize()
    detail = str(data.get("detail", _("Some values cannot be taken.")))
    document = _document({"title": title, "status": response.status_code, "detail": detail}, by_field)
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in response:
            document[name] = response[name]
    return document


def _document(body: dict[str, Any], errors: dict[str, Any]) -> Response:
    members = {"type": "about:blank", **body, **({"errors": errors} if errors else {})}
    return Response(members, status=body["status"], content_type=PROBLEM)


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
        return render(request, "refused.html", {"detail": detail, "words": _words(request)}, status=status)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, to send it once more; no secrets, and no token: the page has a new one."""
    hidden = ("csrfmiddlewaretoken", "password")
    names = [name for name in request.POST if not name.lower().startswith(hidden)]
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _words(request: HttpRequest) -> list[str]:
    """What was written rather than chosen, so that a refusal never loses it."""
    return [value for _name, value in _typed(request) if len(value.split()) > 1]


class ApiProblemMiddleware:
    """Makes every refusal of an API address a problem document, whoever refused: a limit, no such address, a crash."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith("/fhir/") and response.status_code >= 400:
            is_fhir = response.get("Content-Type", "").startswith(FHIR_JSON)
            return response if is_fhir else as_outcome(response, _words_for(response.status_code))
        is_api = request.path.startswith("/api/")
        if is_api and response.status_code >= 400 and "json" not in response.get("Content-Type", ""):
            body = {"type": "about:blank", "title": response.reason_phrase, "status": response.status_code}
            body["detail"] = _words_for(response.status_code)
            return JsonResponse(body, status=response.status_code, content_type=PROBLEM)
        return response


def _words_for(status: int) -> str:
    return _("There is nothing at this address.") if status == 404 else _("Refused.")
