"""What many operations share: the problem document, the refusals that any of them may give, and the headers."""

from typing import Any

from fysicure.api_document.exchanges import RECORDED

JSON, PROBLEM = "application/json", "application/problem+json"

_FIELD_ERRORS = {
    "type": "object",
    "description": "What is wrong, by the name of the field or query parameter.",
    "additionalProperties": True,
}

SCHEMAS: dict[str, Any] = {
    # By name, so that drf-spectacular need not take it out of what is written here.
    "ClashEnum": {"type": "string", "enum": ["therapist", "room", "patient", "hours"]},
    "Problem": {
        "type": "object",
        "title": "Problem",
        "description": "Why something was refused (RFC 9457). Kinds of refusals add members of their own.",
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "description": "The kind of the refusal."},
            "title": {"type": "string", "description": "The kind in words, always in English."},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "A sentence for a person, in the language that was asked."},
            "errors": _FIELD_ERRORS,
            "clash": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/ClashEnum"},
                "description": "Of a visit that cannot be: what it clashes with.",
            },
            "rule": {"type": "string", "description": "Of a clash with the hours: which rule, such as `buffer`."},
            "changed": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Of an edit that came too late: the fields that somebody changed in between.",
            },
            "version": {"type": "integer", "description": "Of an edit that came too late: the version of the row now."},
        },
        "required": ["type", "title", "status", "detail"],
        "additionalProperties": True,
    },
}


def header(name: str) -> dict[str, str]:
    """Return a reference to a header that SETTINGS adds to the document."""
    return {"$ref": f"#/components/headers/{name}"}


HEADERS: dict[str, Any] = {
    "API-Version": {
        "description": "The version of the API, as the path says it.",
        "schema": {"type": "string", "const": "1"},
        "example": "1",
    },
    "ETag": {
        "description": "The version of the row. Send it as `If-Match` with a change, or `If-None-Match` to read.",
        "schema": {"type": "string", "pattern": '^"[^"]*"$'},
        "example": '"3"',
    },
    "Location": {
        "description": "The address of what was made.",
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "/api/v1/appointments/019aafd0-c000-7f0e-8ac2-6df2184062ae/",
    },
    "X-Request-Id": {
        "description": "Names this request in the practice's logs.",
        "schema": {"type": "string"},
        "example": "0199b1c2d3e47f80a1b2c3d4e5f60718",
    },
    "Retry-After": {
        "description": "After how many seconds to ask again.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 1,
    },
    "WWW-Authenticate": {"description": "How to say who asks.", "schema": {"type": "string"}, "example": "Bearer"},
    "Idempotency-Replayed": {
        "description": "There when this key was used before with the same content: nothing new was made.",
        "schema": {"type": "string", "const": "true"},
        "example": "true",
    },
}

ALWAYS = ("API-Version", "X-Request-Id")  # in every answer

REFUSALS: dict[int, tuple[str, str]] = {
    400: ("Invalid", "Something that was sent cannot be taken; `errors` names each field or parameter."),
    401: ("NotSignedIn", "There is no token, or it is unknown, ended or revoked."),
    403: ("NotAllowed", "The role of this token may not do this."),
    404: ("NotFound", "There is no such row or page, or the caller may not know of it."),
    406: ("NotAcceptable", "The answer was asked for in another form than JSON."),
    409: ("Refused", "A rule of the practice refuses this, or somebody changed the row in between."),
    412: ("Changed", "The row is no longer what `If-Match` says; nothing was saved."),
    413: ("TooLarge", "This is more than can be sent at once (4 MB)."),
    415: ("NotJson", "The body is of another type than JSON, or of another encoding than UTF-8."),
    422: ("KeyReused", "This `Idempotency-Key` was used before with other content."),
    429: ("TooMany", "This token asks too much at once. `Retry-After` says how long to wait."),
}
_MORE_HEADERS = {401: ["WWW-Authenticate"], 429: ["Retry-After"]}


def refusal(status: int, examples: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a response of the document for a status of REFUSALS, with examples. Raises KeyError for another."""
    _name, words = REFUSALS[status]
    content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    if examples:
        content["examples"] = examples
    names = [*ALWAYS, *_MORE_HEADERS.get(status, [])]
    return {"description": words, "headers": {name: header(name) for name in names}, "content": {PROBLEM: content}}


RESPONSES: dict[str, Any] = {
    name: refusal(status, {"refused": {"value": RECORDED["refusals"][str(status)]}})
    for status, (name, _words) in REFUSALS.items()
    if str(status) in RECORDED["refusals"]
}
