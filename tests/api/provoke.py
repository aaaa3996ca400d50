"""Draws out of an operation each refusal that the document says it may give."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import transaction

from fysicure.api_document.exchanges import OPERATIONS, Exchange, identifier
from tests.api.practice import Practice, counted_ids
from tests.api.replay import send

Known = dict[str, tuple[str, str, dict[str, Any]]]


def refusals_of(practice: Practice, known: Known, name: str) -> dict[int, Any]:
    """Return by status the answers to requests that are wrong in one way each; nothing stays in the database."""
    method, path, operation = known[name]
    good = next(each for each in OPERATIONS[name].exchanges if not each.is_refused and not each.before)
    found: dict[int, Any] = {}
    for provoke in _PROVOKERS:
        with transaction.atomic(), counted_ids(provoke.__name__):
            response = provoke(practice, method, path, operation, good)
            transaction.set_rollback(True)
        if response is not None:
            found.setdefault(response.status_code, response)
    return found


def _nobody(practice: Practice, method: str, path: str, _operation: dict[str, Any], good: Exchange) -> Any:
    return send(practice, method, path, good, who=None)


def _other_role(practice: Practice, method: str, path: str, _operation: dict[str, Any], good: Exchange) -> Any:
    """Ask as each role; the answer to one that may not do this, if there is one."""
    answers = [send(practice, method, path, good, who=role) for role in practice.tokens]
    return next((answer for answer in answers if answer.status_code == 403), None)


def _nothing_there(practice: Practice, method: str, path: str, _operation: dict[str, Any], good: Exchange) -> Any:
    if not good.path:
        return send(practice, method, path, good, query={"page": 999})
    missing = {name: 999 if isinstance(value, int) else str(identifier("nobody")) for name, value in good.path.items()}
    return send(practice, method, path, good, path=missing)


def _mistyped(practice: Practice, method: str, path: str, _operation: dict[str, Any], good: Exchange) -> Any:
    return send(practice, method, path, good, query={"typing_error": 1})


def _no_json(practice: Practice, method: str, path: str, operation: dict[str, Any], good: Exchange) -> Any:
    return send(practice, method, path, good, body=b"{") if "requestBody" in operation else None


def _as_table(practice: Practice, method: str, path: str, _operation: dict[str, Any], good: Exchange) -> Any:
    return send(practice, method, path, good, headers={"Accept": "text/csv"})


def _other_version(practice: Practice, method: str, path: str, _operation: dict[str, Any], good: Exchange) -> Any:
    return send(practice, method, path, good, headers={"If-Match": '"999"'}) if method == "patch" else None


def _too_large(practice: Practice, method: str, path: str, operation: dict[str, Any], good: Exchange) -> Any:
    size = str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    return send(practice, method, path, good, CONTENT_LENGTH=size) if "requestBody" in operation else None


def _plain_text(practice: Practice, method: str, path: str, operation: dict[str, Any], good: Exchange) -> Any:
    return send(practice, method, path, good, kind="text/plain") if "requestBody" in operation else None


# One member with another value, which the address would take as well.
_OTHER_CONTENT = {
    "/api/v1/appointments/": {"minutes": 45},
    "/api/v1/diary/": {"during": 2},
    "/api/v1/episodes/": {"side": "R"},
    "/api/v1/patients/": {"city": "Mol"},
    "/api/v1/plans/": {"gait_strategy": "none"},
    "/api/v1/plans/{id}/decisions/": {"decision": "hold", "reason": "Nog een week"},
    "/api/v1/waiting-list/": {"minutes": 45},
}


def _key_used(practice: Practice, method: str, path: str, operation: dict[str, Any], good: Exchange) -> Any:
    if not takes(operation, "Idempotency-Key"):
        return None
    key = {"Idempotency-Key": "used-before"}
    first = send(practice, method, path, good, headers=key)
    assert first.status_code == good.status, first.content
    return send(practice, method, path, good, headers=key, body={**good.body, **_OTHER_CONTENT[path]})


def _same_as_known(practice: Practice, method: str, path: str, operation: dict[str, Any], good: Exchange) -> Any:
    if not takes(operation, "If-None-Match"):
        return None
    tag = send(practice, method, path, good)["ETag"]
    return send(practice, method, path, good, headers={"If-None-Match": tag})


def _too_much(practice: Practice, method: str, path: str, _operation: dict[str, Any], good: Exchange) -> Any:
    with patch("accounts.api_throttle.STAFF", 0), patch("accounts.api_throttle.PATIENT", 0):
        return send(practice, method, path, good)


def takes(operation: dict[str, Any], name: str) -> bool:
    """Whether an operation has a parameter of this name."""
    return any(each["name"] == name for each in operation.get("parameters", []))


_PROVOKERS: tuple[Callable[..., Any], ...] = (
    _nobody,
    _other_role,
    _nothing_there,
    _mistyped,
    _no_json,
    _as_table,
    _other_version,
    _too_large,
    _plain_text,
    _key_used,
    _same_as_known,
    _too_much,
)
