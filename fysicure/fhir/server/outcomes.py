"""OperationOutcome: how FHIR tells that something was refused, and the refusals of the server itself."""

import json
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from fysicure.fhir.elements import LOCAL, Resource

FHIR_JSON = "application/fhir+json"
CONTENT_TYPE = f"{FHIR_JSON}; charset=utf-8"
# Issue codes of R4 (http://hl7.org/fhir/ValueSet/issue-type) by status of HTTP.
_CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    410: "deleted",
    412: "conflict",
    413: "too-long",
    414: "too-long",
    415: "not-supported",
    422: "processing",
    429: "throttled",
    503: "transient",
    507: "no-store",
}


class FhirRefusal(Exception):
    """Something that this server cannot answer; `code` is an issue type of R4, `parameter` what it is about."""

    def __init__(self, detail: str, *, code: str = "invalid", status: int = 400, parameter: str = "") -> None:
        super().__init__(detail)
        self.detail, self.code, self.status, self.parameter = detail, code, status, parameter


class NotSupported(FhirRefusal):
    """Part of FHIR, and not of this server."""

    def __init__(self, detail: str, *, parameter: str = "") -> None:
        super().__init__(detail, code="not-supported", parameter=parameter)


def outcome(status: int, detail: str, *, code: str = "", parameter: str = "", kind: str = "") -> Resource:
    """Return an OperationOutcome with one issue; `kind` is the type of refusal that a problem document would name."""
    issue: Resource = {
        "severity": "fatal" if status >= 500 else "error",
        "code": code or _CODES.get(status, "exception" if status >= 500 else "processing"),
        "diagnostics": detail,
    }
    if kind:
        issue["details"] = {"coding": [{"system": f"{LOCAL}/refusal", "code": kind}]}
    if parameter:
        issue["expression"] = [f"http.{parameter}"]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def of_problem(document: Any) -> Resource:
    """Return the OperationOutcome that says what a problem document (RFC 9457) says."""
    kind = str(document.get("type", "about:blank")).rpartition("/")[2].rpartition("#")[2]
    named = "; ".join(f"{name}: {_words(value)}" for name, value in (document.get("errors") or {}).items())
    detail = " ".join(part for part in (str(document.get("detail", "")), named) if part)
    return outcome(int(document["status"]), detail, kind="" if kind == "about:blank" else kind)


def _words(value: Any) -> str:
    return " ".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)


def as_outcome(response: HttpResponseBase) -> HttpResponseBase:
    """Return a problem document as FHIR tells it, its headers kept; any other answer as it is."""
    if "problem+json" not in response.get("Content-Type", "") or not isinstance(response, HttpResponse):
        return response
    made = JsonResponse(
        of_problem(json.loads(response.content)), status=response.status_code, content_type=CONTENT_TYPE
    )
    for name, value in response.items():
        if name.lower() not in {"content-type", "content-length"}:
            made[name] = value
    return made
